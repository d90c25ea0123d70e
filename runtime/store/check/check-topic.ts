import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';
import type { Feed } from '../sink/feeds.ts';
import type { Progress } from '../sink/progress.ts';
import type { CheckOptions } from './check-tenant.ts';
import { expectationOf } from './expectation.ts';
import type { Finding, FindingKind, Lag, TopicReport } from './finding.ts';
import { SilentTopicError, firstAfter, keptMessages } from './kept-messages.ts';
import { StoredRows, type Bounds } from './stored-rows.ts';
import { checkStretch } from './stretch.ts';

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
  const { broker, feed, mark, store, tenant, isRepair } = options;
  const { topic } = feed;
  const rows = new StoredRows(store, tenant, feed);
  const tally = new Tally(isRepair);
  const last = await broker.admin.lastMessageId(topic);
  const kept: Kept = { messages: 0, rows: 0, passedOver: 0 };
  if (mark !== undefined) {
    // Where the broker has deleted everything there is nothing to read.
    if (last !== undefined) await checkKept(options, { rows, tally, kept, last, mark });
    // What the broker has deleted can only be compared with itself.
    const old: Bounds = kept.first === undefined ? { upTo: mark } : { before: kept.first };
    kept.rows += await rows.count(old);
    // Up to the first message that is kept, so that a jump to it is seen.
    const joined = kept.first === undefined ? old : { upTo: kept.first };
    // Of a topic that could not be read, nobody knows what is deleted.
    if (kept.first !== undefined || kept.isSilent !== true) tally.add(await gapsIn(rows, topic, joined));
  }
  const lag = await lagOf(options, last, tally);
  return {
    topic,
    ...(kept.first !== undefined && { firstKept: kept.first }),
    ...(mark !== undefined && { mark }),
    ...(last !== undefined && { last }),
    ...{ messages: kept.messages, rows: kept.rows, passedOver: kept.passedOver },
    lag,
    ...tally.result,
  };
}

/** What was found of the messages that the broker still has. */
interface Kept {
  first?: MessageId;
  messages: number;
  rows: number;
  passedOver: number;
  isSilent?: boolean;
}

interface KeptParts {
  readonly rows: StoredRows;
  readonly tally: Tally;
  readonly kept: Kept;
  readonly last: MessageId;
  readonly mark: MessageId;
}

async function checkKept(options: TopicCheck, { rows, tally, kept, last, mark }: KeptParts): Promise<void> {
  const { broker, clock, feed, store, tenant, codec, isRepair, check, onProgress } = options;
  const { topic } = feed;
  let progress: Progress = new Map();
  let readTo: MessageId | undefined;
  try {
    for await (const stretch of keptMessages(broker, clock, { topic, last, upTo: mark })) {
      const [first, end] = [stretch[0]?.id, stretch.at(-1)?.id];
      if (first === undefined || end === undefined) continue;
      if (kept.first === undefined) {
        kept.first = first;
        progress = new Map([[topic, await rows.progressBefore(first)]]);
      }
      const expectation = expectationOf({ tenant, codec, feed, messages: stretch }, progress);
      progress = expectation.progress;
      const bounds: Bounds = { ...(readTo === undefined ? { from: first } : { after: readTo }), upTo: end };
      const parts = { store, tenant, topic, rows, check, nowMs: clock.now() };
      const checked = await checkStretch(parts, expectation, bounds, isRepair);
      tally.add(checked.findings);
      kept.messages += stretch.length;
      kept.rows += checked.rows;
      kept.passedOver += stretch.length - expectation.expected.size;
      readTo = end;
      onProgress?.({ topic, messages: kept.messages });
    }
    if (readTo !== undefined && readTo !== mark) {
      tally.add([
        unread(topic, readTo, `the broker has nothing after it, although everything up to ${mark} is stored`),
      ]);
    }
  } catch (error) {
    if (!(error instanceof SilentTopicError)) throw error;
    kept.isSilent = true;
    tally.add([unread(topic, readTo ?? mark, `${error.message}, although its last message is ${last}`)]);
  }
}

function unread(topic: string, position: MessageId, detail: string): Finding {
  return { kind: 'unread', topic, position, detail };
}

/** The journal's numbers jump in it. */
async function gapsIn(rows: StoredRows, topic: string, bounds: Bounds): Promise<readonly Finding[]> {
  const gaps = await rows.journalGaps(bounds, FINDINGS_NAMED);
  return gaps.map(({ position, previous, sequence }) => {
    const detail = `no rows for ${previous + 1} to ${sequence - 1}`;
    const unrepairable = 'the broker has deleted the records';
    return { kind: 'gap', topic, position, sequence: previous + 1, detail, unrepairable };
  });
}

async function lagOf(
  { broker, clock, feed: { topic }, mark }: TopicCheck,
  last: MessageId | undefined,
  tally: Tally,
): Promise<Lag> {
  if (last === undefined || (mark !== undefined && compareMessageIds(last, mark) <= 0)) return { messages: 0, ms: 0 };
  const { backlog } = await broker.admin.stats(topic);
  const messages = backlog[STORE_SUBSCRIPTION] ?? 0;
  try {
    const oldest = await firstAfter(broker, clock, topic, mark);
    return { messages, ms: Math.max(0, clock.now() - oldest.publishTimeMs) };
  } catch (error) {
    if (!(error instanceof SilentTopicError)) throw error;
    tally.add([unread(topic, mark ?? last, `${error.message}, although its last message is ${last}`)]);
    return { messages, ms: 0 };
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
