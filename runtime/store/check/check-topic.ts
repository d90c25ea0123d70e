import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import { nextWithin } from '../../broker/next-within.ts';
import type { Feed } from '../sink/feeds.ts';
import type { Progress } from '../sink/progress.ts';
import type { CheckOptions } from './check-tenant.ts';
import { describeIdentity, expectationOf } from './expectation.ts';
import type { Finding, FindingKind, Lag, TopicReport } from './finding.ts';
import { keptMessages } from './kept-messages.ts';
import { StoredRows, type Bounds } from './stored-rows.ts';
import { checkStretch } from './stretch.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';

/** Named one by one, of each topic; beyond it they are counted. */
const FINDINGS_NAMED = 1000;

export interface TopicCheck extends CheckOptions {
  readonly feed: Feed;
  /** Everything up to it is stored. */
  readonly mark: MessageId | undefined;
  readonly check: string;
}

/** Of one topic, up to the mark: nobody writes rows there any more, so a sink may run meanwhile. */
export async function checkTopic(options: TopicCheck): Promise<TopicReport> {
  const { broker, clock, feed, mark, store, tenant, codec, isRepair, check, onProgress } = options;
  const { topic } = feed;
  const rows = new StoredRows(store, tenant, feed);
  const tally = new Tally(isRepair);
  const last = await broker.admin.lastMessageId(topic);
  let firstKept: MessageId | undefined;
  let readTo: MessageId | undefined;
  let [messages, stored, passedOver] = [0, 0, 0];
  if (mark !== undefined) {
    let progress: Progress = new Map();
    // Where the broker has deleted everything there is nothing to wait for.
    const stretches = last === undefined ? [] : keptMessages(broker, clock, topic, mark);
    for await (const stretch of stretches) {
      const [first, end] = [stretch[0]?.id, stretch.at(-1)?.id];
      if (first === undefined || end === undefined) continue;
      if (firstKept === undefined) {
        firstKept = first;
        progress = new Map([[topic, await rows.progressBefore(first)]]);
      }
      const expectation = expectationOf({ tenant, codec, feed, messages: stretch }, progress);
      progress = expectation.progress;
      const bounds: Bounds = { ...(readTo === undefined ? { from: first } : { after: readTo }), upTo: end };
      const checked = await checkStretch(
        { store, tenant, topic, rows, check, nowMs: clock.now() },
        expectation,
        bounds,
        isRepair,
      );
      tally.add(checked.findings);
      messages += stretch.length;
      stored += checked.rows;
      passedOver += stretch.length - expectation.expected.size;
      readTo = end;
      onProgress?.({ topic, messages });
    }
    if (readTo !== undefined && readTo !== mark) {
      const detail = `the broker gave nothing after it, although everything up to ${mark} is stored`;
      tally.add([{ kind: 'unread', topic, position: readTo, detail }]);
    }
    // What the broker has deleted can only be compared with itself.
    const old: Bounds = firstKept === undefined ? { upTo: mark } : { before: firstKept };
    stored += await rows.count(old);
    tally.add(await findingsInOld(rows, topic, old, firstKept === undefined ? old : { upTo: firstKept }));
  }
  return {
    topic,
    ...(firstKept !== undefined && { firstKept }),
    ...(mark !== undefined && { mark }),
    ...(last !== undefined && { last }),
    ...{ messages, rows: stored, passedOver },
    lag: await lagOf(options, last),
    ...tally.result,
  };
}

/** `joined`: as `old`, up to the first message that is kept, so that a jump to it is seen. */
async function findingsInOld(
  rows: StoredRows,
  topic: string,
  old: Bounds,
  joined: Bounds,
): Promise<readonly Finding[]> {
  const doubled = await rows.doubled(old, FINDINGS_NAMED);
  const gaps = await rows.journalGaps(joined, FINDINGS_NAMED);
  const gone = 'the broker has deleted the messages, by which it could be told';
  return [
    ...doubled.map(({ position, identity, rows: count }): Finding => {
      const detail = `${count} rows for what was stated once; the message is deleted`;
      return {
        kind: 'doubled',
        topic,
        position,
        ...describeIdentity(identity),
        detail,
        unrepairable: `which row is right: ${gone}`,
      };
    }),
    ...gaps.map(({ position, previous, sequence }): Finding => {
      const detail = `no rows for ${previous + 1} to ${sequence - 1}`;
      return {
        kind: 'gap',
        topic,
        position,
        sequence: previous + 1,
        detail,
        unrepairable: 'the broker has deleted the records',
      };
    }),
  ];
}

async function lagOf({ broker, clock, feed: { topic }, mark }: TopicCheck, last: MessageId | undefined): Promise<Lag> {
  if (last === undefined || (mark !== undefined && compareMessageIds(last, mark) <= 0)) return { messages: 0, ms: 0 };
  const { backlog } = await broker.admin.stats(topic);
  const reader = await broker.createReader({ topic, from: mark === undefined ? 'Earliest' : { after: mark } });
  try {
    const oldest = await nextWithin(reader, clock);
    if (!oldest) return { messages: 0, ms: 0 };
    return { messages: backlog[STORE_SUBSCRIPTION] ?? 0, ms: Math.max(0, clock.now() - oldest.publishTimeMs) };
  } finally {
    await reader.close();
  }
}

class Tally {
  readonly #isRepair: boolean;
  readonly #findings: Finding[] = [];
  readonly #counts: Partial<Record<FindingKind, number>> = {};
  #repaired = 0;

  constructor(isRepair: boolean) {
    this.#isRepair = isRepair;
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#counts[finding.kind] = (this.#counts[finding.kind] ?? 0) + 1;
      if (finding.repaired === true) this.#repaired++;
      if (this.#findings.length < FINDINGS_NAMED)
        this.#findings.push(this.#isRepair ? finding : withoutReason(finding));
    }
  }

  get result(): Pick<TopicReport, 'counts' | 'findings' | 'repaired'> {
    return { counts: this.#counts, findings: this.#findings, repaired: this.#repaired };
  }
}

function withoutReason({ unrepairable: _, ...finding }: Finding): Finding {
  return finding;
}
