/**
 * One partition's journal, replayed step by step with the pure step: every record must be what the contact's inputs, taken
 * one after another, give, and no input may be passed over that would have changed something.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Millis } from '../../channels/brands.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { decodeEvent } from '../../channels/encode.ts';
import { deadlineId, deadlinesOf, type KeptState, type StateKey } from '../../dsl/correlation.ts';
import { compareMessageIds, type MessageId } from '../../runtime/broker/message-id.ts';
import type { Message } from '../../runtime/broker/port.ts';
import { decodeRecord } from '../../runtime/engine/journal.ts';
import { JournalFold, type StepRecord } from '../../runtime/engine/journal-record.ts';
import type { Decision, LoopLogic } from '../../runtime/engine/loop-logic.ts';
import { identityOf, type History } from './history.ts';

/** A deadline that stands may be this late, with outages and all. */
const LATENESS_MAX_MS = 60_000;

export interface Loop {
  /** `/engine/acme/0` */
  readonly source: string;
  readonly journal: string;
  readonly feeds: readonly {
    readonly name: string;
    readonly topic: string;
    readonly types: ReadonlySet<string> | undefined;
  }[];
  readonly logic: LoopLogic;
  /** A repetition of the same event is another one for it: it keeps no state to tell. */
  readonly isStateless: boolean;
}

export interface Moments {
  readonly endMs: number;
  /** When what a topic holds under an id became durable, by the clock; undefined: clocks went back, nobody can say. */
  readonly durableAtMs: (topic: string, id: MessageId) => number | undefined;
}

export interface CheckedLoop {
  readonly problems: readonly string[];
  /** Records that count, in order. */
  readonly records: readonly StepRecord[];
}

export function checkLoop(history: History, loop: Loop, moments: Moments): CheckedLoop {
  const check = new LoopCheck(history, loop, moments);
  for (const { payload } of history.get(loop.journal) ?? []) check.record(payload);
  check.end();
  return check;
}

class LoopCheck implements CheckedLoop {
  readonly problems: string[] = [];
  readonly records: StepRecord[] = [];
  readonly #history: History;
  readonly #loop: Loop;
  readonly #moments: Moments;
  readonly #fold = new JournalFold();
  readonly #states = new Map<StateKey, KeptState | undefined>();
  /** Messages taken of each feed. */
  readonly #taken = new Map<string, number>();
  /** Feeds whose position a record has told. */
  readonly #placed = new Set<string>();
  readonly #seen = new Set<string>();
  #now = 0;

  constructor(history: History, loop: Loop, moments: Moments) {
    this.#history = history;
    this.#loop = loop;
    this.#moments = moments;
  }

  record(payload: Buffer): void {
    const record = decodeRecord(payload, PLAIN_CODEC);
    const isLive = record.kind === 'step' && record.epoch === this.#fold.epoch;
    const expected = this.#fold.sequence + 1;
    if (!this.#fold.accept(record)) {
      if (isLive) this.#tell(`record ${record.sequence} of the live epoch stands where ${expected} should`);
      return;
    }
    // A barrier tells what its owner's clock showed; steps are what has to go on from there.
    if (record.kind === 'barrier') return;
    if (record.now < this.#now) this.#tell(`record ${record.sequence} goes back in time`);
    this.#now = record.now;
    this.records.push(record);
    const input = this.#takeUpTo(record);
    this.#compare(record, this.#decide(record, input));
  }

  end(): void {
    for (const feed of this.#loop.feeds) {
      const messages = this.#history.get(feed.topic) ?? [];
      for (const message of messages.slice(this.#taken.get(feed.name) ?? 0))
        this.#pass(feed.types, message, 'at the end');
    }
    for (const [key, state] of this.#states) {
      for (const deadline of deadlinesOf(state)) {
        if (deadline.due > this.#moments.endMs - LATENESS_MAX_MS) continue;
        this.#tell(`the deadline ${deadlineId(deadline)} of ${key} never fired`);
      }
    }
  }

  #tell(problem: string): void {
    this.problems.push(`${this.#loop.source}: ${problem}`);
  }

  /** Passes over what the record says was read, and returns the message that it is about. */
  #takeUpTo({ input, positions, sequence }: StepRecord): Message | undefined {
    let found: Message | undefined;
    for (const feed of this.#loop.feeds) {
      const upTo = positions[feed.name];
      if (upTo !== undefined) this.#placed.add(feed.name);
      else if (this.#placed.has(feed.name))
        this.#tell(`record ${sequence} does not say where ${feed.name} was read to`);
      const messages = this.#history.get(feed.topic) ?? [];
      let at = this.#taken.get(feed.name) ?? 0;
      const isRead = (message: Message): boolean => upTo !== undefined && compareMessageIds(message.id, upTo) <= 0;
      for (let message = messages[at]; message && isRead(message); message = messages[++at]) {
        if (feed.name === input.feed && message.id === input.position) found = message;
        else this.#pass(feed.types, message, `before record ${sequence}`);
      }
      this.#taken.set(feed.name, at);
    }
    if (input.feed !== undefined && !found) {
      this.#tell(`record ${sequence} applies ${input.id}, which was read before or is not there`);
    }
    return found;
  }

  #pass(types: ReadonlySet<string> | undefined, message: Message, when: string): void {
    const { type } = identityOf(message);
    if (types && !types.has(type)) return;
    const id = this.#idOf(message);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const event = decodeEvent(message.payload);
    const key = this.#loop.logic.keyOf(event);
    const state = key === undefined ? undefined : this.#states.get(key);
    const decision = this.#loop.logic.onEvent(event, state, this.#now as Millis);
    if (decision.state !== state || decision.emissions.length > 0) {
      this.#tell(`the input ${event.id} (${type}) is lost: passed over ${when}`);
    }
  }

  #idOf(message: Message): string {
    return this.#loop.isStateless ? message.id : identityOf(message).id;
  }

  #decide(record: StepRecord, message: Message | undefined): Decision | undefined {
    const { input, now, sequence, contact } = record;
    const { logic } = this.#loop;
    if (message) {
      const id = this.#idOf(message);
      // While inputs are tried one by one, a repetition that changes nothing is on record too.
      const changes = record.state !== undefined || record.outputs.length > 0;
      if (changes && this.#seen.has(id)) {
        this.#tell(`the input ${input.id} is applied twice, again by record ${sequence}`);
      }
      this.#seen.add(id);
      const event = decodeEvent(message.payload);
      const key = logic.keyOf(event);
      return logic.onEvent(event, key === undefined ? undefined : this.#states.get(key), now as Millis);
    }
    if (input.type !== 'timer' || contact === undefined) return undefined;
    const state = this.#states.get(contact);
    const deadline = deadlinesOf(state).find((one) => deadlineId(one) === input.id);
    if (!deadline) {
      this.#tell(`record ${sequence} fires ${input.id}, which does not stand`);
      return undefined;
    }
    if (deadline.due > now) this.#tell(`record ${sequence} fires ${input.id} before it is due`);
    this.#checkWatermark(record, deadline.due);
    return logic.onDeadline(contact, deadline, state, now as Millis);
  }

  /** What was published before the deadline must have been read. */
  #checkWatermark({ input, positions, sequence }: StepRecord, due: number): void {
    for (const { name, topic, types } of this.#loop.feeds) {
      for (const message of (this.#history.get(topic) ?? []).slice(this.#taken.get(name) ?? 0)) {
        if (types && !types.has(identityOf(message).type)) continue;
        const durableAtMs = this.#moments.durableAtMs(topic, message.id);
        if (durableAtMs === undefined || durableAtMs >= due) continue;
        const read = positions[name] ?? 'nothing';
        this.#tell(
          `record ${sequence} fires ${input.id} though ${message.id} of ${name} came before it (read: ${read})`,
        );
      }
    }
  }

  #compare(record: StepRecord, decision: Decision | undefined): void {
    const { contact, sequence } = record;
    if (!decision) {
      if (record.state !== undefined) this.#tell(`record ${sequence} changes a state for no reason`);
      return;
    }
    const before = contact === undefined ? undefined : this.#states.get(contact);
    const expected = decision.state === before ? undefined : (plain(decision.state) ?? null);
    if (!isDeepStrictEqual(expected, record.state)) {
      const what = `${JSON.stringify(record.state)} instead of ${JSON.stringify(expected)}`;
      this.#tell(`record ${sequence} is not the fold of the inputs of ${contact ?? 'nobody'}: ${what}`);
    }
    const stated = decision.emissions.map(({ type, data }) => ({ type, data: plain(data) ?? null }));
    const recorded = record.outputs.map(({ type, data }) => ({ type, data }));
    if (!isDeepStrictEqual(stated, recorded)) this.#tell(`record ${sequence} has other outputs than its step`);
    if (contact !== undefined) this.#states.set(contact, decision.state);
  }
}

/** As it comes back from JSON. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
