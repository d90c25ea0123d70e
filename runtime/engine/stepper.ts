import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { parseSequence, type Event } from '../../channels/event.ts';
import { isReplayedEvent } from '../../channels/replayed.ts';
import { deadlineId, type KeptState } from '../../dsl/correlation.ts';
import type { Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterTopic } from '../events/dead-letters.ts';
import { isRedrivenFor } from '../events/redriven.ts';
import type { CausedDecision, Committer } from './committer.ts';
import { putAside } from './dead-letter.ts';
import type { Feed } from './feed.ts';
import type { RecordedInput } from './journal-record.ts';
import type { LoopLog } from './loop-log.ts';
import type { LoopLogic } from './loop-logic.ts';
import type { LoopStats } from './loop-stats.ts';
import { PassedOver, POSITIONS } from './passed-over.ts';
import { RecordTooLargeError } from './record-size.ts';
import type { SourceMarks } from './source-marks.ts';
import type { DueDeadline, StateStore } from './state-store.ts';
import { isGrave, TRIAL, type Suspicion } from './suspicion.ts';
import { Trials } from './trials.ts';

/** Records on their way to the journal before inputs are held back: enough to fill a group commit, few to lose. */
const IN_FLIGHT_MAX = 2000;

export interface StepperOptions {
  readonly clock: Clock;
  readonly codec: EventCodec;
  readonly log: LoopLog;
  readonly logic: LoopLogic;
  /** `/engine/acme/3`: who steps. */
  readonly source: string;
  readonly deadLetters: Pick<DeadLetterTopic, 'put'>;
  readonly store: StateStore;
  readonly committer: Committer;
  readonly marks: SourceMarks;
  readonly stats: LoopStats;
  /** Of the owners before. */
  readonly suspicion: Suspicion | undefined;
  readonly passedOverMax?: number | undefined;
}

/**
 * Applies inputs, messages and due deadlines, to the partition's state: drops repetitions, decides, commits. Deciding is
 * synchronous, so inputs of one partition never interleave. What cannot be decided is put aside; what may end the
 * process is tried alone.
 */
export class Stepper {
  readonly #options: StepperOptions;
  readonly #trials: Trials | undefined;
  readonly #passedOver: PassedOver;
  #stopped = false;
  #closing = false;

  constructor(options: StepperOptions) {
    this.#options = options;
    const { suspicion, passedOverMax } = options;
    this.#passedOver = new PassedOver(passedOverMax);
    this.#trials = suspicion && isGrave(suspicion) ? this.#newTrials(suspicion) : undefined;
  }

  #newTrials(suspicion: Suspicion): Trials {
    const { committer, log, source: loop } = this.#options;
    log.warn({ loop, suspicion }, 'owners before this one died soon: inputs are tried one by one');
    return new Trials({
      suspicion,
      record: ({ input, times }) => {
        committer.tick();
        committer.commit({ id: input, type: TRIAL, times }, undefined, undefined, NOTHING);
        return committer.drained(0);
      },
      settle: () => committer.drained(0),
    });
  }

  /** No input is tried any more: the partition is being given up. Others are still applied. */
  close(): void {
    this.#closing = true;
  }

  /** No input is taken any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** A promise where the feed has to wait. */
  onMessage(feed: Feed, message: Message): Promise<void> | undefined {
    if (this.#stopped) return never();
    const { codec, committer, logic, marks, source: loop, stats } = this.#options;
    if (committer.inFlight >= IN_FLIGHT_MAX) {
      return committer.drained(IN_FLIGHT_MAX / 2).then(() => this.onMessage(feed, message));
    }
    const { source, sequence } = markOf(message);
    if (!(isRedrivenFor(message, loop) ?? marks.isNew(source, sequence))) {
      stats.duplicatesDropped += 1;
      return undefined;
    }
    let event: Event;
    let ready: Promise<void> | undefined;
    try {
      event = decodeEvent(message.payload, codec);
      if (isReplayedEvent(event)) return undefined;
      ready = logic.ready(event);
    } catch (error) {
      return this.#putAside(feed, message, error);
    }
    if (!ready) return this.#tryOrApply(feed, message, event);
    return ready.then(() => (this.#stopped ? never() : this.#tryOrApply(feed, message, event)));
  }

  /** A feed is done with a message. */
  onAdvanced(): void {
    const { committer, source } = this.#options;
    if (this.#stopped || !this.#passedOver.isDue(committer.sequence)) return;
    // What is being tried must stay the last on record. And a journal that is slow must not gather these.
    if (this.#isTrying() || committer.inFlight >= IN_FLIGHT_MAX) return;
    committer.tick();
    committer.commit({ id: `${source}/${POSITIONS}`, type: POSITIONS }, undefined, undefined, NOTHING);
  }

  #isTrying(): boolean {
    return this.#trials?.areOver === false;
  }

  #tryOrApply(feed: Feed, message: Message, event: Event): Promise<void> | undefined {
    if (!this.#trials || this.#trials.areOver) return this.#apply(feed, message, event, false);
    return this.#trials.run(`${feed.name}/${message.id}`, (isFatal) =>
      this.#stopped || this.#closing ? never() : this.#apply(feed, message, event, isFatal),
    );
  }

  /** A promise where the feed has to wait, because the input has to be put aside first. */
  #apply(feed: Feed, message: Message, event: Event, isFatal: boolean): Promise<void> | undefined {
    const { committer, logic, store } = this.#options;
    const now = committer.tick();
    const key = logic.keyOf(event);
    let state: KeptState | undefined;
    let decision: CausedDecision;
    try {
      // Whoever publishes past the edge may give a name under which nothing can be kept.
      state = key === undefined ? undefined : store.get(key);
      const decided = isFatal ? logic.onFatal(event, state, now) : logic.onEvent(event, state, now);
      decision = { ...decided, cause: logic.causeOf(event) };
    } catch (error) {
      return this.#putAside(feed, message, error);
    }
    try {
      this.#commit({ ...inputOf(feed, message), ...fatal(isFatal) }, key, state, decision, () => {
        this.#accept(message);
      });
    } catch (error) {
      if (error instanceof RecordTooLargeError) return this.#putAside(feed, message, error);
      throw error;
    }
    return undefined;
  }

  /**
   * One bad input must not stop everybody else's: it is put on record and passed over, once it is durable where it can
   * be redriven from. Only its feed waits for that. Not before then is it marked as seen, for the next record of
   * another feed would carry the mark, and after a crash the input would be taken for a repetition.
   */
  async #putAside(feed: Feed, message: Message, error: unknown): Promise<void> {
    const { committer, deadLetters, clock, log, source: loop } = this.#options;
    const stopped = (): boolean => this.#stopped;
    const statement = await putAside({ deadLetters, clock, log, loop, stopped }, message, error);
    if (!statement || this.#stopped) return never();
    committer.tick();
    this.#accept(message);
    committer.commit(inputOf(feed, message), undefined, undefined, { state: undefined, emissions: [statement] });
  }

  #accept(message: Message): void {
    if (isRedrivenFor(message, this.#options.source) !== undefined) return;
    const { source, sequence } = markOf(message);
    this.#options.marks.accept(source, sequence);
  }

  onDeadline(due: DueDeadline): Promise<void> | undefined {
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
    const { committer, log, logic, source: loop, store, stats } = this.#options;
    const { key, deadline } = due;
    const now = committer.tick(deadline.due);
    const state = store.get(key);
    stats.timersFired += 1;
    const decision = isFatal ? logic.onFatal(due, state, now) : logic.onDeadline(key, deadline, state, now);
    const input = { id: deadlineId(deadline), type: 'timer' };
    try {
      this.#commit({ ...input, ...fatal(isFatal) }, key, state, decision);
    } catch (error) {
      if (!(error instanceof RecordTooLargeError)) throw error;
      log.error({ loop, deadline: input.id, err: error }, 'too much follows from a deadline');
      this.#commit({ ...input, isTooLarge: true }, key, state, logic.onTooLarge(due, state, now));
    }
  }

  #commit(...step: Parameters<Committer['commit']>): void {
    const { committer } = this.#options;
    // That an input which was tried was survived has to be on record.
    if (this.#isTrying()) committer.commit(...step);
    else committer.commitChanges(...step);
  }
}

const NOTHING: CausedDecision = { state: undefined, emissions: [] };

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

function fatal(isFatal: boolean): Pick<RecordedInput, 'isFatal'> {
  return isFatal ? { isFatal } : {};
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
