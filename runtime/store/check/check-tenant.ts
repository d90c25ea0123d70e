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
import type { Finding, TenantReport, TopicReport } from './finding.ts';
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
  const { broker, tenant, newId } = options;
  const feeds = await feedsOf(broker.admin, tenant);
  const { progress } = await ledgerHistory(broker, tenant);
  const check = newId();
  const topics: TopicReport[] = [];
  for (const feed of feeds) {
    topics.push(await checkTopic({ ...options, feed, check, mark: progress.get(feed.topic)?.position }));
  }
  const beyond = await beyondMark(options, feeds);
  return { tenant, topics: topics.map((topic) => withFinding(topic, beyond.get(topic.topic))) };
}

/** The newest row of each topic, asked for before the sink's record: what is behind both was stored by nobody. */
async function beyondMark(
  { broker, store, tenant, isRepair }: CheckOptions,
  feeds: readonly Feed[],
): Promise<ReadonlyMap<string, Finding>> {
  const newest = await Promise.all(feeds.map((feed) => new StoredRows(store, tenant, feed).newest()));
  const { progress, pending } = await ledgerHistory(broker, tenant);
  const found = new Map<string, Finding>();
  for (const [at, { topic }] of feeds.entries()) {
    const row = newest[at];
    const announced = pending?.ranges.find((range) => range.topic === topic)?.last;
    const known = announced ?? progress.get(topic)?.position;
    if (!row || (known !== undefined && compareMessageIds(row.position, known) <= 0)) continue;
    found.set(topic, {
      ...{ kind: 'beyond-mark', topic, position: row.position, ...describeIdentity(row.identity) },
      detail: `the newest row; the sink has ${known === undefined ? 'stored nothing' : `come to ${known}`}`,
      ...(isRepair && {
        unrepairable:
          'the sink will store what it comes to: rows of another broker, or of lost records of the sink, are not removed',
      }),
    });
  }
  return found;
}

function withFinding(topic: TopicReport, finding: Finding | undefined): TopicReport {
  if (!finding) return topic;
  return { ...topic, counts: { ...topic.counts, [finding.kind]: 1 }, findings: [...topic.findings, finding] };
}
