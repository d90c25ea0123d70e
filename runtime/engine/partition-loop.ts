import type { EventCodec } from '../../channels/codec.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterTopic } from '../events/dead-letters.ts';
import { Committer } from './committer.ts';
import { Deadlines } from './deadlines.ts';
import { Idleness } from './idleness.ts';
import type { LoopLog } from './loop-log.ts';
import type { LoopLogic } from './loop-logic.ts';
import { closeParts, openParts, type LoopParts, type LoopPartsOptions } from './loop-parts.ts';
import type { LoopStats } from './loop-stats.ts';
import type { Nap } from './nap.ts';
import { OutputWriter, type OutputPlacement } from './output-writer.ts';
import { SourceMarks } from './source-marks.ts';
import { StateWriter } from './state-writer.ts';
import { Stepper } from './stepper.ts';
import { ASLEEP } from './suspicion.ts';
import type { TenantTurns } from './turns.ts';

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
  /** Of the loop's tenant. */
  readonly turns: TenantTurns;
  /** Name of this worker. */
  readonly worker: string;
  /** Default PASSED_OVER_MAX. */
  readonly passedOverMax?: number | undefined;
  /** This worker goes on after a nap, and nobody else owned the partition meanwhile: that is nothing to state. */
  readonly isResumed?: boolean;
}

/**
 * One partition's loop, the same for engine and router:
 *
 *     input ─► decide(state, input, now) ─► journal record ─► durable ─► outputs published ─► input released
 *
 * Up to the record it is the stepper's, from there the committer's. Any failure ends the ownership: `ended` resolves
 * with it.
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
  readonly #committer: Committer;
  readonly #stepper: Stepper;
  #end: (error: Error | undefined) => void = () => undefined;
  readonly #fail = (error: unknown): void => {
    if (this.#stopped) return;
    this.#stop();
    this.#end(error instanceof Error ? error : new Error(String(error)));
  };
  #stopped = false;
  #closing = false;

  private constructor(options: PartitionLoopOptions, parts: LoopParts) {
    const { clock, codec, turns } = options;
    const { store, outbox, feeds, retention, checkpoints, start, suspicion } = parts;
    const fail = this.#fail;
    this.#options = options;
    this.#parts = parts;
    this.epoch = start.applied.epoch;
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
    const { stats } = this;
    this.#writer = new StateWriter({
      ...{ clock, store, outbox, feeds, retention, checkpoints, start, fail },
      onFlushed: () => {
        this.#deadlines.schedule();
      },
    });
    const marks = new SourceMarks(start.marks);
    const outputs = new OutputWriter(`${options.source}/${start.generation}`, options.placement, codec);
    const { log, logic, source, deadLetters, passedOverMax } = options;
    const committer = new Committer({ clock, codec, logic, parts, marks, outputs, writer: this.#writer, stats, fail });
    const stepper = new Stepper({
      ...{ clock, codec, log, logic, source, deadLetters, store, committer, marks, stats, suspicion, passedOverMax },
    });
    this.#committer = committer;
    this.#stepper = stepper;
    this.#deadlines = new Deadlines({
      broker: options.broker,
      ...{ clock, store, feeds, turns, fail },
      isHeld: () => options.gate?.isHeld() === true,
      fire: (due) => stepper.onDeadline(due),
      drained: (most) => committer.drained(most),
      flush: () => this.#writer.flush(),
    });
  }

  /** Acquires the partition, recovers it and starts stepping. Rejects where another owner holds it. */
  static async open(options: PartitionLoopOptions): Promise<PartitionLoop> {
    const loop = new PartitionLoop(options, await openParts(options));
    loop.#start();
    return loop;
  }

  #start(): void {
    if (this.#options.isResumed !== true) this.#state('partition.acquired', this.#options.owner, {});
    for (const feed of this.#parts.feeds) {
      feed
        .run(
          (message) => this.#stepper.onMessage(feed, message),
          () => {
            this.#stepper.onAdvanced();
          },
          this.#options.turns,
        )
        .catch((error: unknown) => {
          if (!this.#closing) this.#fail(error);
        });
    }
    this.#deadlines.schedule();
  }

  #state(type: string, id: string, more: { readonly reason?: string }): void {
    const { partition, worker } = this.#options;
    const data = { partition, epoch: this.epoch, worker, ...more };
    this.#committer.tick();
    const statement = { state: undefined, emissions: [{ to: 'operations', type, data } as const] };
    this.#committer.commit({ id, type: 'ownership' }, undefined, undefined, statement);
  }

  #stop(): void {
    this.#stopped = true;
    this.#deadlines.stop();
    this.#stepper.stop();
    this.#committer.stop();
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Watches whether it has anything to do. To be stopped before the loop is closed. */
  idleness(forMs: number): Idleness {
    const { broker, clock } = this.#options;
    const isWritten = (): boolean => this.#writer.flushed.applied.sequence === this.#committer.sequence;
    return new Idleness({ broker, clock, forMs, isWritten, stats: this.stats, ...this.#parts });
  }

  /** Finishes what is in flight, writes the states, and gives the partition up. */
  async close(): Promise<void> {
    await this.#finish(() => {
      this.#state('partition.released', `${this.#options.owner}/released`, { reason: 'given up' });
    });
    await closeParts(this.#parts);
  }

  /**
   * As `close`, but the partition stays this worker's, so that there is nothing to state. Resolves with what to wait for;
   * undefined where the ownership was lost before.
   */
  async fallAsleep(): Promise<Nap | undefined> {
    const isWhole = await this.#finish(() => {
      this.#committer.tick();
      const nothing = { state: undefined, emissions: [] };
      this.#committer.commit({ id: `${this.#options.owner}/asleep`, type: ASLEEP }, undefined, undefined, nothing);
    });
    const { applied, positions } = this.#writer.flushed;
    const nap = { journalEnd: applied.position, positions, due: this.#parts.store.nextDue() };
    await closeParts(this.#parts);
    return isWhole ? nap : undefined;
  }

  /** Resolves false where the ownership was lost before all was done. */
  async #finish(sayLast: () => void): Promise<boolean> {
    this.#closing = true;
    this.#stepper.close();
    this.#deadlines.stop();
    let isWhole = false;
    if (!this.#stopped) {
      await Promise.all(this.#parts.feeds.map((feed) => feed.close().catch(() => undefined)));
      await this.#committer.settled();
      // What still waits, for its machine or to be put aside, is the next owner's: nothing comes after the last word.
      this.#stepper.stop();
      // It also says that all outputs before it have left: the next owner publishes no other again.
      if (!this.#isStopped()) sayLast();
      await this.#committer.settled();
      await this.#writer.finish();
      isWhole = !this.#isStopped();
      this.#stop();
    }
    this.#end(undefined);
    await this.#writer.stop();
    return isWhole;
  }
}
