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
import { TRIAL } from '../../runtime/engine/suspicion.ts';
import { JournalFold, type Basis, type StepRecord } from '../../runtime/engine/journal-record.ts';
import type { Decision, LoopLogic } from '../../runtime/engine/loop-logic.ts';
import { isRedrivenFor } from '../../runtime/events/redriven.ts';
import { identityOf, isEvent, isRedriven, type History } from './history.ts';
import { POISON } from './simulated-step.ts';

/** As the engine's. */
const TRIES_MAX = 3;

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
  /** With each table of machines that there was. */
  readonly logics: readonly LoopLogic[];
  /** Once the tenant has grown. */
  readonly grown: readonly LoopLogic[];
  /** It keeps no state: a repetition of the same event is another one for it, but for what its sequence tells. */
  readonly isStateless: boolean;
}

export interface Moments {
  readonly endMs: number;
  /** When what a topic holds under an id became durable, by the clock; undefined: clocks went back, nobody can say. */
  readonly durableAtMs: (topic: string, id: MessageId) => number | undefined;
  /** Who sent what a topic holds under an id; undefined: the answer never came. */
  readonly authorOf: (topic: string, id: MessageId) => number | undefined;
}

/** A state on its way to another partition. */
interface Move {
  readonly key: StateKey;
  readonly state: KeptState | null | undefined;
}

export interface CheckedLoop {
  readonly loop: Loop;
  readonly problems: readonly string[];
  /** Records that count, in order. */
  readonly records: readonly StepRecord[];
  readonly arrived: readonly Move[];
  readonly departed: readonly Move[];
  /** At the end. */
  readonly states: ReadonlyMap<StateKey, KeptState | undefined>;
}

export function checkLoop(history: History, loop: Loop, moments: Moments): CheckedLoop {
  const check = new LoopCheck(history, loop, moments);
  for (const message of history.get(loop.journal) ?? []) check.record(message);
  check.end();
  return check;
}

class LoopCheck implements CheckedLoop {
  readonly problems: string[] = [];
  readonly records: StepRecord[] = [];
  readonly arrived: Move[] = [];
  readonly departed: Move[] = [];
  readonly states: Map<StateKey, KeptState | undefined> = new Map();
  readonly loop: Loop;
  readonly #history: History;
  readonly #moments: Moments;
  readonly #fold = new JournalFold();
  /** Messages taken of each feed. */
  readonly #taken = new Map<string, number>();
  /** Feeds whose position a record has told. */
  readonly #placed = new Set<string>();
  readonly #seen = new Set<string>();
  /** By source and sequence, inputs that were put aside: a repetition is known by its mark, and by nothing else. */
  readonly #putAside = new Set<string>();
  /** Inputs that ended their owners as often as they are tried, or were thought to. */
  readonly #fatal = new Set<string>();
  /** By epoch, who wrote its records. */
  readonly #owners = new Map<number, number>();
  #logics: readonly LoopLogic[];
  /** As the last record that says it. */
  #basis: Basis | undefined;
  #now = 0;

  constructor(history: History, loop: Loop, moments: Moments) {
    this.#history = history;
    this.loop = loop;
    this.#logics = loop.logics;
    this.#moments = moments;
  }

  record({ id, payload }: Message): void {
    const record = decodeRecord(payload, PLAIN_CODEC);
    const isLive = record.kind === 'step' && record.epoch === this.#fold.epoch;
    const expected = this.#fold.sequence + 1;
    if (!this.#fold.accept(record)) {
      if (isLive) this.#tell(`record ${record.sequence} of the live epoch stands where ${expected} should`);
      return;
    }
    this.#checkOwner(record.epoch, id);
    // A barrier tells what its owner's clock showed; steps are what has to go on from there.
    if (record.kind === 'barrier') return;
    if (record.now < this.#now) this.#tell(`record ${record.sequence} goes back in time`);
    this.#now = record.now;
    this.records.push(record);
    if (record.input.type === TRIAL && (record.input.times ?? 0) >= TRIES_MAX) this.#fatal.add(record.input.id);
    if (isOfGrowth(record)) this.#logics = this.loop.grown;
    this.#basis = record.basis ?? this.#basis;
    const input = this.#takeUpTo(record);
    if (isMove(record)) this.#move(record);
    else this.#compare(record, this.#decide(record, input));
  }

  /** Whoever has an epoch has it alone. */
  #checkOwner(epoch: number, id: MessageId): void {
    const author = this.#moments.authorOf(this.loop.journal, id);
    if (author === undefined) return;
    const owner = this.#owners.get(epoch) ?? author;
    this.#owners.set(epoch, owner);
    if (owner !== author) this.#tell(`epoch ${epoch} has two owners`);
  }

  #move({ contact, input, state, sequence }: StepRecord): void {
    if (contact === undefined) return;
    if (input.type === 'moved-here') this.arrived.push({ key: contact, state });
    else this.departed.push({ key: contact, state: this.states.get(contact) });
    if ((input.type === 'moved-away') !== (state === null)) this.#tell(`record ${sequence} moves a state wrongly`);
    this.states.set(contact, state ?? undefined);
  }

  end(): void {
    for (const feed of this.loop.feeds) {
      const messages = this.#history.get(feed.topic) ?? [];
      for (const message of messages.slice(this.#taken.get(feed.name) ?? 0))
        this.#pass(feed.types, message, 'at the end');
    }
    for (const [key, state] of this.states) {
      for (const deadline of deadlinesOf(state)) {
        if (deadline.due > this.#moments.endMs - LATENESS_MAX_MS) continue;
        this.#tell(`the deadline ${deadlineId(deadline)} of ${key} never fired`);
      }
    }
  }

  #tell(problem: string): void {
    this.problems.push(`${this.loop.source}: ${problem}`);
  }

  /** Passes over what the record says was read, and returns the message that it is about. */
  #takeUpTo({ input, positions, sequence }: StepRecord): Message | undefined {
    let found: Message | undefined;
    for (const feed of this.loop.feeds) {
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
    const { type, id: event } = identityOf(message);
    if (types && !types.has(type)) return;
    const redriven = isRedrivenFor(message, this.loop.source);
    const id = this.#idOf(message);
    const isRepeated = this.#seen.has(id) || this.#putAside.has(markOf(message) ?? '');
    if (redriven === false || (redriven === undefined && isRepeated)) return;
    this.#seen.add(id);
    const isIdle = this.#logics.some((logic) => {
      const { decision, before } = this.#onMessage(logic, message, false);
      return decision.state === before && decision.emissions.length === 0;
    });
    if (!isIdle) this.#tell(`the input ${event} (${type}) is lost: passed over ${when}`);
  }

  #idOf(message: Message): string {
    return this.loop.isStateless ? (markOf(message) ?? message.id) : identityOf(message).id;
  }

  /** What the machines that it rests on make of it, of the router each table that there was; none where it is no input. */
  #decide(record: StepRecord, message: Message | undefined): readonly Decision[] {
    const { input, now, sequence, contact } = record;
    if (message) {
      const id = this.#idOf(message);
      // What was put aside left no state: it may come again. And it was decided before the states of this record.
      if (isPutAside(record) && this.#mayBePutAside(message)) {
        const mark = markOf(message);
        if (mark !== undefined) this.#putAside.add(mark);
        return [{ state: undefined, emissions: [PUT_ASIDE] }];
      }
      // While inputs are tried one by one, a repetition that changes nothing is on record too; and one that stopped a
      // conversation is not remembered as seen.
      // Forwarding decides nothing: whether it is a repetition is known where the contact moved to.
      const isDecided = record.outputs.some(({ type }) => type !== 'forwarded');
      const changes = (record.state !== undefined || isDecided) && !message.payload.includes(POISON);
      if (changes && this.#seen.has(id) && !isRedriven(message)) {
        this.#tell(`the input ${input.id} is applied twice, again by record ${sequence}`);
      }
      this.#seen.add(id);
      const isFatal = this.#fatal.has(`${input.feed ?? ''}/${message.id}`);
      return this.#logicsOf(record).flatMap((logic) => [
        this.#onMessage(logic, message, false).decision,
        ...(isFatal ? [this.#onMessage(logic, message, true).decision] : []),
      ]);
    }
    if (input.type !== 'timer' || contact === undefined) return [];
    const state = this.states.get(contact);
    const deadline = deadlinesOf(state).find((one) => deadlineId(one) === input.id);
    if (!deadline) {
      this.#tell(`record ${sequence} fires ${input.id}, which does not stand`);
      return [];
    }
    if (deadline.due > now) this.#tell(`record ${sequence} fires ${input.id} before it is due`);
    this.#checkWatermark(record, deadline.due);
    const due = { key: contact, deadline };
    return this.#logicsOf(record).flatMap((logic) => [
      logic.onDeadline(contact, deadline, state, now as Millis),
      ...(this.#fatal.has(input.id) ? [logic.onFatal(due, state, now as Millis)] : []),
    ]);
  }

  /** Those that decide as the record says that its owner did: of a contact's, which machines it had is on record. */
  #logicsOf({ sequence }: StepRecord): readonly LoopLogic[] {
    if (this.loop.isStateless) return this.#logics;
    const basis = this.#basis;
    const found = this.#logics.filter((logic) => isDeepStrictEqual(logic.basis(), basis));
    if (found.length === 0) this.#tell(`record ${sequence} rests on what there never was: ${JSON.stringify(basis)}`);
    return found;
  }

  /** What can not be read, or not be stepped, or not be kept any more. */
  #mayBePutAside(message: Message): boolean {
    if (!isEvent(message) || message.payload.includes(POISON)) return true;
    const state = this.states.get((decodeEvent(message.payload).subject ?? '') as StateKey);
    return state !== undefined && 'conversations' in state && state.conversations.some(({ parked }) => parked);
  }

  /** What can not be processed is put aside, and told of. */
  #onMessage(
    logic: LoopLogic,
    message: Message,
    isFatal: boolean,
  ): { readonly decision: Decision; readonly before: KeptState | undefined } {
    try {
      const event = decodeEvent(message.payload);
      const key = logic.keyOf(event);
      const before = key === undefined ? undefined : this.states.get(key);
      const now = this.#now as Millis;
      return { decision: isFatal ? logic.onFatal(event, before, now) : logic.onEvent(event, before, now), before };
    } catch {
      return { decision: { state: undefined, emissions: [PUT_ASIDE] }, before: undefined };
    }
  }

  /** What was published before the deadline must have been read. */
  #checkWatermark({ input, positions, sequence }: StepRecord, due: number): void {
    for (const { name, topic, types } of this.loop.feeds) {
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

  #compare(record: StepRecord, decisions: readonly Decision[]): void {
    const { contact, sequence } = record;
    const [first] = decisions;
    if (!first) {
      if (record.state !== undefined) this.#tell(`record ${sequence} changes a state for no reason`);
      return;
    }
    const before = contact === undefined ? undefined : this.states.get(contact);
    const decision = decisions.find((one) => isOn(record, one, before)) ?? first;
    const expected = changeOf(decision, before);
    if (!isDeepStrictEqual(expected, record.state)) {
      const what = `${JSON.stringify(record.state)} instead of ${JSON.stringify(expected)}`;
      this.#tell(`record ${sequence} is not the fold of the inputs of ${contact ?? 'nobody'}: ${what}`);
    }
    if (!isDeepStrictEqual(stated(decision), recorded(record)))
      this.#tell(`record ${sequence} has other outputs than its step`);
    if (contact !== undefined) this.states.set(contact, decision.state);
  }
}

/** What its source and its place in it are known by; undefined where it has no place. */
function markOf(message: Message): string | undefined {
  const { source, sequence } = identityOf(message);
  return sequence === undefined ? undefined : `${source} ${sequence}`;
}

function isOn(record: StepRecord, decision: Decision, before: KeptState | undefined): boolean {
  return (
    isDeepStrictEqual(changeOf(decision, before), record.state) && isDeepStrictEqual(stated(decision), recorded(record))
  );
}

function changeOf({ state }: Decision, before: KeptState | undefined): unknown {
  return state === before ? undefined : (plain(state) ?? null);
}

function stated({ emissions }: Decision): readonly object[] {
  return emissions.map(({ type, data }) => ({ type, data: type === PUT_ASIDE.type ? {} : (plain(data) ?? null) }));
}

function recorded({ outputs }: StepRecord): readonly object[] {
  return outputs.map(({ type, data }) => ({ type, data: type === PUT_ASIDE.type ? {} : data }));
}

/** Of which only that it is told counts. */
const PUT_ASIDE = { to: 'operations', type: 'event.dead-lettered', data: {} } as const;

function isPutAside({ contact, outputs }: StepRecord): boolean {
  return contact === undefined && outputs.length === 1 && outputs[0]?.type === PUT_ASIDE.type;
}

function isMove({ input }: StepRecord): boolean {
  return input.type === 'moved-here' || input.type === 'moved-away';
}

/** Written by who moves states: from then on there are more partitions. */
function isOfGrowth(record: StepRecord): boolean {
  return (
    isMove(record) || record.outputs.some(({ data }) => (data as { readonly worker?: string }).worker === 'growth')
  );
}

/** As it comes back from JSON. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
