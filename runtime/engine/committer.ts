import type { Millis } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Clock } from '../clock.ts';
import { stepJson, type Basis, type Place, type RecordedInput, type VectorChange } from './journal-record.ts';
import type { Decision, LoopLogic } from './loop-logic.ts';
import type { LoopParts } from './loop-parts.ts';
import type { LoopStats } from './loop-stats.ts';
import type { Output, OutputWriter } from './output-writer.ts';
import { checkRecordSize } from './record-size.ts';
import type { SourceMarks } from './source-marks.ts';
import type { CommittedStep, StateWriter } from './state-writer.ts';

/** `cause`: where it is another than the input's own id. */
export interface CausedDecision extends Decision {
  readonly cause?: string;
}

export interface CommitterOptions {
  readonly clock: Clock;
  readonly codec: EventCodec;
  readonly logic: Pick<LoopLogic, 'basis'>;
  readonly parts: LoopParts;
  readonly marks: SourceMarks;
  readonly outputs: OutputWriter;
  readonly writer: StateWriter;
  readonly stats: LoopStats;
  readonly fail: (error: unknown) => void;
}

/**
 * Makes each decision a record of the journal, numbered and timed; what follows from it, state and outputs, leaves once
 * the record is durable, in order. Records are pipelined.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #epoch: number;
  #sequence: number;
  #now: number;
  #inFlight = 0;
  /** As it stands in this owner's records. */
  #basis: Basis | undefined;
  /** By feed, its newest input on record: a feed that was held back advances a little later. */
  readonly #applied = new Map<string, MessageId>();
  #stopped = false;
  #drains: { readonly most: number; readonly resolve: () => void }[] = [];

  constructor(options: CommitterOptions) {
    const { start } = options.parts;
    this.#options = options;
    this.#epoch = start.applied.epoch;
    this.#sequence = start.applied.sequence;
    this.#now = start.now;
  }

  /** Of the last record that was made, durable or not. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Records on their way to the journal. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Time of the next record: monotone, whatever the clock does. `reached`: what the clock has shown already. */
  tick(reached = 0): Millis {
    this.#now = Math.max(this.#now, this.#options.clock.now(), reached);
    return this.#now as Millis;
  }

  /** As `commit`, but a step without effects leaves no record. */
  commitChanges(
    input: RecordedInput,
    key: StateKey | undefined,
    before: KeptState | undefined,
    decision: CausedDecision,
    accept?: () => void,
  ): void {
    if (decision.state === before && decision.emissions.length === 0) accept?.();
    else this.commit(input, key, before, decision, accept);
  }

  /**
   * Appends the step's record; its effects follow once it is durable. `before`: the state that was decided on. `accept`:
   * called first, to mark the input as seen. Throws RecordTooLargeError, then nothing was done.
   */
  commit(
    input: RecordedInput,
    key: StateKey | undefined,
    before: KeptState | undefined,
    decision: CausedDecision,
    accept?: () => void,
  ): void {
    const { codec, outputs: writer, parts, stats } = this.#options;
    const { journal, outbox, store } = parts;
    const epoch = this.#epoch;
    const now = this.#now;
    const sequence = this.#sequence + 1;
    const { state, emissions } = decision;
    const changed = state !== before;
    const stateJson = changed ? JSON.stringify(state ?? null) : undefined;
    const cause = decision.cause ?? input.id;
    const { outputs, recorded } = writer.write(emissions, { sequence, now, contact: key, cause });
    checkRecordSize(recorded, stateJson);
    accept?.();
    this.#sequence = sequence;
    const vector = this.#vectorChange(input);
    const published = outbox.published?.sequence ?? 0;
    const { positions, marks } = vector;
    const basis = this.#newBasis();
    const head = { epoch, sequence, now, input, contact: key, positions, marks, published, basis };
    const json = stepJson(head, stateJson, recorded);
    const change = stateJson === undefined ? undefined : { state, stored: codec.encode(stateJson, key) };
    if (changed && key !== undefined) store.stage(key, state, sequence);
    this.#inFlight += 1;
    stats.steps += 1;
    journal.appendLeading(json, sequence, key, outputs).then(({ position, followed }) => {
      const place = { epoch, sequence, position };
      this.#onDurable({ now, vector, contact: key, change }, outputs, place, followed);
    }, this.#options.fail);
  }

  /** Where it is not on record yet. */
  #newBasis(): Basis | undefined {
    const basis = this.#options.logic.basis();
    if (basis === this.#basis) return undefined;
    this.#basis = basis;
    return basis;
  }

  /** With the position of the input that is being applied. */
  #vectorChange(input: RecordedInput): VectorChange {
    const { parts, marks } = this.#options;
    const positions: Record<string, MessageId> = {};
    if (input.feed !== undefined && input.position !== undefined) this.#applied.set(input.feed, input.position);
    for (const feed of parts.feeds) {
      const position = later(feed.position, this.#applied.get(feed.name));
      if (position !== undefined) positions[feed.name] = position;
    }
    return { positions, marks: marks.takeHeard() };
  }

  /** `followed`: settles when the outputs are durable; undefined: they have not left. */
  #onDurable(step: CommittedStep, outputs: readonly Output[], place: Place, followed: Promise<void> | undefined): void {
    const { parts, stats, writer, fail } = this.#options;
    this.#inFlight -= 1;
    if (this.#drains.length > 0) this.#resolveDrains();
    if (this.#stopped) return;
    writer.commit(step, place);
    stats.outputsPublished += outputs.length;
    const published = followed ? parts.outbox.follow(followed, place) : parts.outbox.publish(outputs, place);
    published.catch(fail);
  }

  /** Resolves once at most `most` records are on their way, or the loop has stopped. */
  drained(most: number): Promise<void> {
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
  async settled(): Promise<void> {
    await this.drained(0);
    await this.#options.parts.outbox.settled().catch(() => undefined);
  }

  /** Nothing follows any more from a record that becomes durable. */
  stop(): void {
    this.#stopped = true;
    for (const { resolve } of this.#drains.splice(0)) resolve();
  }
}

function later(one: MessageId | undefined, other: MessageId | undefined): MessageId | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareMessageIds(one, other) < 0 ? other : one;
}
