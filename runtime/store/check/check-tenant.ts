/**
 * `parlance store check`: the rows of a tenant against the broker's messages. The sink's own record says how far it has
 * come; up to there rows never change, so the two can be compared, and put right, while it goes on.
 */
import type { EventCodec } from '../../../channels/codec.ts';
import type { TenantName } from '../../../channels/brands.ts';
import { compareMessageIds } from '../../broker/message-id.ts';
import type { Broker } from '../../broker/port.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../port.ts';
import { feedsOf, type Feed } from '../sink/feeds.ts';
import { ledgerHistory } from '../sink/ledger-history.ts';
import { doubledUpTo, otherDoubled } from './doubled-rows.ts';
import type { Finding, FindingKind, TenantReport, TopicReport } from './finding.ts';
import { checkTopic } from './check-topic.ts';
import { StoredRows } from './stored-rows.ts';
import { describeIdentity } from './expectation.ts';

export interface CheckOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly tenant: TenantName;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly isRepair: boolean;
  readonly newId: () => string;
  readonly onProgress?: (progress: CheckProgress) => void;
}

export interface CheckProgress {
  readonly topic: string;
  /** Compared so far. */
  readonly messages: number;
}

/** Rejects with `topic-missing` where there is no such tenant, and as broker and store do. */
export async function checkTenant(options: CheckOptions): Promise<TenantReport> {
  const { broker, store, tenant, newId, isRepair, onProgress } = options;
  const feeds = await feedsOf(broker.admin, tenant);
  const { progress } = await ledgerHistory(broker, tenant);
  const check = newId();
  const before = await eachOf(feeds, async (feed) => {
    onProgress?.({ topic: feed.topic, messages: 0 });
    const [rows, mark] = [new StoredRows(store, tenant, feed), progress.get(feed.topic)?.position];
    return { feed, rows, mark, doubled: await doubledUpTo(rows, mark) };
  });
  const topics = await eachOf(before, ({ feed, mark }) => checkTopic({ ...options, feed, check, mark }));
  const doubled = await eachOf(topics, async (topic, at) => {
    const own = before[at];
    return own ? withFindings(topic, await otherDoubled(own, topic, isRepair)) : topic;
  });
  const beyond = await beyondMark(options, feeds);
  return { tenant, topics: doubled.map((topic) => withFindings(topic, beyond.get(topic.topic) ?? [])) };
}

/** The newest row of each topic, asked for before the sink's record: what is behind both was stored by nobody. */
async function beyondMark(
  { broker, store, tenant, isRepair }: CheckOptions,
  feeds: readonly Feed[],
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const newest = await Promise.all(feeds.map((feed) => new StoredRows(store, tenant, feed).newest()));
  const { progress, pending } = await ledgerHistory(broker, tenant);
  const found = new Map<string, readonly Finding[]>();
  for (const [at, { topic }] of feeds.entries()) {
    const row = newest[at];
    const announced = pending?.ranges.find((range) => range.topic === topic)?.last;
    const known = announced ?? progress.get(topic)?.position;
    if (!row || (known !== undefined && compareMessageIds(row.position, known) <= 0)) continue;
    const finding: Finding = {
      ...{ kind: 'beyond-mark', topic, position: row.position, ...describeIdentity(row.identity) },
      detail: `the newest row; the sink has ${known === undefined ? 'stored nothing' : `come to ${known}`}`,
      ...(isRepair && {
        unrepairable:
          'the sink will store what it comes to: rows of another broker, or of lost records of the sink, are not removed',
      }),
    };
    found.set(topic, [finding]);
  }
  return found;
}

function withFindings(topic: TopicReport, more: readonly Finding[]): TopicReport {
  const counts: Partial<Record<FindingKind, number>> = { ...topic.counts };
  for (const { kind } of more) counts[kind] = (counts[kind] ?? 0) + 1;
  const repaired = topic.repaired + more.filter((finding) => finding.repaired === true).length;
  return { ...topic, counts, repaired, findings: [...topic.findings, ...more] };
}

/** One after the other. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  make: (item: Item, at: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [at, item] of items.entries()) results.push(await make(item, at));
  return results;
}
