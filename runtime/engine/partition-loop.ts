import type { Millis } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { parseSequence, type Event } from '../../channels/event.ts';
import { deadlineId, type KeptState, type StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterTopic } from '../events/dead-letters.ts';
import { isRedrivenFor } from '../events/redriven.ts';
import { putAside } from './dead-letter.ts';
import { Deadlines } from './deadlines.ts';
import type { Feed } from './feed.ts';
import { stepJson, type Place, type RecordedInput, type Vector } from './journal-record.ts';
import type { Decision, LoopLogic } from './loop-logic.ts';
import { closeParts, openParts, type LoopParts, type LoopPartsOptions } from './loop-parts.ts';
import { OutputWriter, type Output, type OutputPlacement } from './output-writer.ts';
import { SourceMarks } from './source-marks.ts';
import { StateWriter, type CommittedStep } from './state-writer.ts';
import { isGrave, TRIAL, type Suspicion } from './suspicion.ts';
import { Trials } from './trials.ts';
import type { DueDeadline } from './state-store.ts';

/** Records on their way to the journal before inputs are held back: enough to fill a group commit, few to lose. */
const IN_FLIGHT_MAX = 2000;

export interface LoopLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface PartitionLoopOptions extends LoopPartsOptions {
  readonly clock: Clock;
  readonly codec: EventCodec;
  readonly log: LoopLog;
  readonly logic: LoopLogic;
  /** `/engine/acme/3`: with the journal's generation, the source of everything that the loop emits. */
  readonly source: string;
  readonly placement: OutputPlacement;
  readonly deadLetters: Pick<DeadLetterTopic, 'put'>;
  readonly partition: number;
  /** Name of this worker. */
  readonly worker: string;
}

/** Figures of one ownership. */
export interface LoopStats {
  steps: number;
  timersFired: number;
  duplicatesDropped: number;
  outputsPublished: number;
  outputsRepublished: number;
  recordsRecovered: number;
}

/**
 * One partition's loop, the same for engine and router:
 *
 *     input ─► decide(state, input, now) ─► journal record ─► durable ─► outputs published ─► input released
 *
 * Deciding is synchronous, so inputs of one partition never interleave; records are pipelined into the journal, and
 * nothing leaves before its record is durable. Any failure ends the ownership: `ended` resolves with it.
 */
export class PartitionLoop {
  readonly stats: LoopStats;
  readonly epoch: number;
  /** Resolves with what ended the ownership; undefined after `close`. */
  readonly ended: Promise<Error | undefined>;
  readonly #options: PartitionLoopOptions;
  readonly #parts: LoopParts;
  readonly #writer: StateWriter;
  readonly #deadlines: Deadlines;
  readonly #marks: SourceMarks;
  readonly #outputs: OutputWriter;
  readonly #trials: Trials | undefined;
  #end: (error: Error | undefined) => void = () => undefined;
  readonly #fail = (error: unknown): void => {
    if (this.#stopped) return;
    this.#stop();
    this.#end(error instanceof Error ? error : new Error(String(error)));
  };
  #stopped = false;
  #closing = false;
  #sequence: number;
  #now: number;
  #inFlight = 0;
  #drains: { readonly most: number; readonly resolve: () => void }[] = [];

  private constructor(options: PartitionLoopOptions, parts: LoopParts) {
    const { store, outbox, feeds, retention, checkpoints, start, suspicion } = parts;
    const fail = this.#fail;
    this.#options = options;
    this.#parts = parts;
    this.#deadlines = new Deadlines({
      broker: options.broker,
      clock: options.clock,
      store,
      feeds,
      isHeld: () => options.gate?.isHeld() === true,
      fire: (due) => this.#onDeadline(due),
      drained: (most) => this.#drained(most),
      flush: () => this.#writer.flush(),
      fail,
    });
    this.#writer = new StateWriter({
      clock: options.clock,
      store,
      outbox,
      feeds,
      retention,
      checkpoints,
      start,
      onFlushed: () => {
        this.#deadlines.schedule();
      },
      fail,
    });
    this.#marks = new SourceMarks(start.marks);
    this.#outputs = new OutputWriter(`${options.source}/${start.generation}`, options.placement, options.codec);
    this.#trials = suspicion && isGrave(suspicion) ? this.#newTrials(suspicion) : undefined;
    this.epoch = start.applied.epoch;
    this.#sequence = start.applied.sequence;
    this.#now = start.now;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.stats = {
      steps: 0,
      timersFired: 0,
      duplicatesDropped: 0,
      outputsPublished: 0,
      outputsRepublished: parts.outputsRepublished,
      recordsRecovered: parts.recordsRecovered,
    };
  }

  /** Acquires the partition, recovers it and starts stepping. Rejects where another owner holds it. */
  static async open(options: PartitionLoopOptions): Promise<PartitionLoop> {
    const loop = new PartitionLoop(options, await openParts(options));
    loop.#start();
    return loop;
  }

  #start(): void {
    this.#state('partition.acquired', this.#options.owner, {});
    for (const feed of this.#parts.feeds) {
      feed
        .run((message) => this.#onMessage(feed, message))
        .catch((error: unknown) => {
          if (!this.#closing) this.#fail(error);
        });
    }
    this.#deadlines.schedule();
  }

  #state(type: string, id: string, more: { readonly reason?: string }): void {
    const { partition, worker } = this.#options;
    const data = { partition, epoch: this.epoch, worker, ...more };
    this.#tick();
    const statement = { state: undefined, emissions: [{ to: 'operations', type, data } as const] };
    this.#commit({ id, type: 'ownership' }, undefined, undefined, statement);
  }

  #newTrials(suspicion: Suspicion): Trials {
    const { log, source: loop } = this.#options;
    log.warn({ loop, suspicion }, 'owners before this one died soon: inputs are tried one by one');
    const nothing = { state: undefined, emissions: [] };
    return new Trials({
      suspicion,
      record: ({ input, times }) => {
        this.#tick();
        this.#commit({ id: input, type: TRIAL, times }, undefined, undefined, nothing);
        return this.#drained(0);
      },
      settle: () => this.#drained(0),
    });
  }

  #stop(): void {
    this.#stopped = true;
    this.#deadlines.stop();
    for (const { resolve } of this.#drains.splice(0)) resolve();
  }

  #onMessage(feed: Feed, message: Message): Promise<void> | undefined {
    if (this.#stopped) return never();
    if (this.#inFlight >= IN_FLIGHT_MAX) {
      return this.#drained(IN_FLIGHT_MAX / 2).then(() => this.#onMessage(feed, message));
    }
    const { source, sequence } = markOf(message);
    if (!(isRedrivenFor(message, this.#options.source) ?? this.#marks.isNew(source, sequence))) {
      this.stats.duplicatesDropped += 1;
      return undefined;
    }
    const { codec, logic } = this.#options;
    let event: Event;
    let ready: Promise<void> | undefined;
    try {
      event = decodeEvent(message.payload, codec);
      ready = logic.ready(event);
    } catch (error) {
      return this.#putAside(feed, message, error);
    }
    if (!ready) return this.#tryOrApply(feed, message, event);
    return ready.then(() => (this.#stopped ? never() : this.#tryOrApply(feed, message, event)));
  }

  #tryOrApply(feed: Feed, message: Message, event: Event): Promise<void> | undefined {
    if (!this.#trials || this.#trials.areOver) return this.#apply(feed, message, event, false);
    return this.#trials.run(`${feed.name}/${message.id}`, (isFatal) =>
      this.#stopped || this.#closing ? never() : this.#apply(feed, message, event, isFatal),
    );
  }

  /** A promise where the feed has to wait, because the input has to be put aside first. */
  #apply(feed: Feed, message: Message, event: Event, isFatal: boolean): Promise<void> | undefined {
    const { logic } = this.#options;
    const now = this.#tick();
    const contact = logic.keyOf(event);
    const state = contact === undefined ? undefined : this.#parts.store.get(contact);
    let decision: CausedDecision;
    try {
      const decided = isFatal ? logic.onFatal(event, state, now) : logic.onEvent(event, state, now);
      decision = { ...decided, cause: logic.causeOf(event) };
    } catch (error) {
      return this.#putAside(feed, message, error);
    }
    this.#accept(message);
    this.#commit(inputOf(feed, message), contact, state, decision);
    return undefined;
  }

  /**
   * One bad input must not stop everybody else's: it is put on record and passed over, once it is durable where it can
   * be redriven from. Only its feed waits for that. Not before then is it marked as seen, for the next record of
   * another feed would carry the mark, and after a crash the input would be taken for a repetition.
   */
  async #putAside(feed: Feed, message: Message, error: unknown): Promise<void> {
    const { deadLetters, clock, log, source: loop } = this.#options;
    const stopped = (): boolean => this.#stopped;
    const statement = await putAside({ deadLetters, clock, log, loop, stopped }, message, error);
    if (!statement || this.#stopped) return never();
    this.#tick();
    this.#accept(message);
    this.#commit(inputOf(feed, message), undefined, undefined, { state: undefined, emissions: [statement] });
  }

  #accept(message: Message): void {
    if (isRedrivenFor(message, this.#options.source) !== undefined) return;
    const { source, sequence } = markOf(message);
    this.#marks.accept(source, sequence);
  }

  #onDeadline(due: DueDeadline): Promise<void> | undefined {
    if (!this.#trials || this.#trials.areOver) {
      this.#applyDeadline(due, false);
      return undefined;
    }
    return this.#trials.run(deadlineId(due.deadline), (isFatal) => {
      if (this.#stopped || this.#closing) return never();
      this.#applyDeadline(due, isFatal);
      return undefined;
    });
  }

  #applyDeadline(due: DueDeadline, isFatal: boolean): void {
    const { logic } = this.#options;
    const { key, deadline } = due;
    const now = this.#tick();
    const state = this.#parts.store.get(key);
    this.stats.timersFired += 1;
    const decision = isFatal ? logic.onFatal(due, state, now) : logic.onDeadline(key, deadline, state, now);
    this.#commit({ id: deadlineId(deadline), type: 'timer' }, key, state, decision);
  }

  /** Monotone, whatever the clock does. */
  #tick(): Millis {
    this.#now = Math.max(this.#now, this.#options.clock.now());
    return this.#now as Millis;
  }

  /** Appends the step's record; its effects follow once it is durable. A step without effects leaves no record. */
  #commit(
    input: RecordedInput,
    contact: StateKey | undefined,
    before: KeptState | undefined,
    decision: CausedDecision,
  ): void {
    const changed = decision.state !== before;
    // That an input which was tried was survived has to be on record.
    if (!changed && decision.emissions.length === 0 && (this.#trials?.areOver ?? true)) return;
    const { journal, outbox, store } = this.#parts;
    this.#sequence += 1;
    const { epoch } = this;
    const now = this.#now;
    const sequence = this.#sequence;
    const { state } = decision;
    const stateJson = changed ? JSON.stringify(state ?? null) : undefined;
    const vector = this.#vector(input);
    const cause = decision.cause ?? input.id;
    const { outputs, recorded } = this.#outputs.write(decision.emissions, { sequence, now, contact, cause });
    const published = outbox.published?.sequence ?? 0;
    const json = stepJson({ epoch, sequence, now, input, contact, ...vector, published }, stateJson, recorded);
    const change =
      stateJson === undefined ? undefined : { state, stored: this.#options.codec.encode(stateJson, contact) };
    if (changed && contact !== undefined) store.stage(contact, state, sequence);
    this.#inFlight += 1;
    this.stats.steps += 1;
    journal.append(json, sequence, contact).then((position) => {
      this.#onDurable({ now, vector, contact, change }, outputs, { epoch, sequence, position });
    }, this.#fail);
  }

  /** The whole vector, with the position of the input that is being applied. */
  #vector(input: RecordedInput): Vector {
    const positions: Record<string, MessageId> = {};
    for (const feed of this.#parts.feeds) if (feed.position !== undefined) positions[feed.name] = feed.position;
    if (input.feed !== undefined && input.position !== undefined) positions[input.feed] = input.position;
    return { positions, marks: this.#marks.snapshot() };
  }

  #onDurable(step: CommittedStep, outputs: readonly Output[], place: Place): void {
    this.#inFlight -= 1;
    if (this.#drains.length > 0) this.#resolveDrains();
    if (this.#stopped) return;
    this.#writer.commit(step, place);
    this.stats.outputsPublished += outputs.length;
    this.#parts.outbox.publish(outputs, place).catch(this.#fail);
  }

  /** Resolves once at most `most` records are on their way, or the loop has stopped. */
  #drained(most: number): Promise<void> {
    if (this.#inFlight <= most || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drains.push({ most, resolve });
    });
  }

  #resolveDrains(): void {
    const done = this.#drains.filter(({ most }) => this.#inFlight <= most);
    if (done.length === 0) return;
    this.#drains = this.#drains.filter((drain) => !done.includes(drain));
    for (const { resolve } of done) resolve();
  }

  /** Everything decided so far is durable, and its outputs too; or the loop has stopped. */
  async #settled(): Promise<void> {
    await this.#drained(0);
    await this.#parts.outbox.settled().catch(() => undefined);
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Finishes what is in flight, writes the states, and gives the partition up. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#stopped) {
      await Promise.all(this.#parts.feeds.map((feed) => feed.close().catch(() => undefined)));
      await this.#settled();
      // It also says that all outputs before it have left: the next owner publishes no other again.
      if (!this.#isStopped())
        this.#state('partition.released', `${this.#options.owner}/released`, { reason: 'given up' });
      await this.#settled();
      await this.#writer.finish();
      this.#stop();
    }
    this.#end(undefined);
    await this.#writer.stop();
    await closeParts(this.#parts);
  }
}

/** `cause`: where it is another than the input's own id. */
interface CausedDecision extends Decision {
  readonly cause?: string;
}

/** The feed's next message must not count as read once the loop has ended. */
function never(): Promise<void> {
  return new Promise(() => undefined);
}

function markOf({ properties }: Message): { readonly source: string; readonly sequence: number | undefined } {
  return {
    source: properties[EVENT_PROPERTIES.source] ?? '',
    sequence: parseSequence(properties[EVENT_PROPERTIES.sequence] ?? ''),
  };
}

function inputOf(feed: Feed, message: Message): RecordedInput {
  const { properties } = message;
  return {
    id: properties[EVENT_PROPERTIES.id] ?? message.id,
    type: properties[EVENT_PROPERTIES.type] ?? 'unknown',
    feed: feed.name,
    position: message.id,
  };
}
