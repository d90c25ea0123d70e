import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import type { Clock } from '../clock.ts';
import type { CheckpointWriter } from './checkpoints.ts';
import type { Feed } from './feed.ts';
import type { Place, VectorChange } from './journal-record.ts';
import type { Outbox } from './outbox.ts';
import type { RetentionCursor } from './retention-cursor.ts';
import { SourceMarks } from './source-marks.ts';
import type { Checkpoint, StateStore } from './state-store.ts';

/**
 * How long committed states wait to be written together: a busy contact is then written once for many steps, and a
 * restart reads no more than this from the journal. Shorter than any delay that a definition can state.
 */
const FLUSH_INTERVAL_MS = 200;

/** Inputs are released in no hurry: over REST each release is a request of its own. The edge counts what is not. */
const RELEASE_INTERVAL_MS = 1_000;

/** Fewer records than these a new node reads in no time: a checkpoint at the end would save it nothing. */
const HANDOVER_RECORDS_MIN = 2_000;

/** More contacts than these take longer to state than the next owner may wait: it reads the records instead. */
const HANDOVER_CONTACTS_MAX = 10_000;

export interface StateWriterOptions {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly outbox: Outbox;
  readonly feeds: readonly Feed[];
  readonly retention: RetentionCursor;
  readonly checkpoints: CheckpointWriter;
  /** As recovered. */
  readonly start: Checkpoint;
  readonly onFlushed: () => void;
  readonly fail: (error: unknown) => void;
}

/** What a durable record says, for the local store. */
export interface CommittedStep {
  readonly now: number;
  readonly vector: VectorChange;
  readonly contact: StateKey | undefined;
  /** Undefined where the contact's state did not change. */
  readonly change: StateChange | undefined;
}

/** A contact's new state, and as the local store keeps it: what is encoded waits for the commit outside the heap. */
export interface StateChange {
  /** Undefined: the contact was forgotten. */
  readonly state: KeptState | undefined;
  readonly stored: Buffer;
}

/** Brings committed states to the local store and to checkpoints, and frees what they make unnecessary. */
export class StateWriter {
  readonly #options: StateWriterOptions;
  readonly #changed = new Set<StateKey>();
  #committed: Omit<Checkpoint, 'marks'>;
  /** Of the committed records: those of the stepper are ahead. */
  readonly #marks: SourceMarks;
  #flushed: Checkpoint;
  #flushing: Promise<void> = Promise.resolve();
  /** While one is written the flushes go on: a full one takes its time. */
  #checkpointing: Promise<void> | undefined;
  #cancelRelease: (() => void) | undefined;
  #scheduled = false;
  #stopped = false;

  constructor(options: StateWriterOptions) {
    this.#options = options;
    this.#committed = options.start;
    this.#marks = new SourceMarks(options.start.marks);
    this.#flushed = options.start;
  }

  /** Up to where the local store is complete. */
  get flushed(): Checkpoint {
    return this.#flushed;
  }

  /** The record is durable. Call in journal order. */
  commit({ now, vector: { positions, marks }, contact, change }: CommittedStep, place: Place): void {
    if (contact !== undefined && change !== undefined) {
      this.#options.store.commit(contact, change.state, place.sequence, change.stored);
      this.#changed.add(contact);
    }
    this.#marks.restate(marks);
    this.#committed = { generation: this.#committed.generation, applied: place, now, positions };
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    this.#options.clock.after(FLUSH_INTERVAL_MS, () => {
      this.#scheduled = false;
      if (!this.#stopped) void this.flush();
    });
  }

  /** Writes all committed states, in one transaction with the place that they belong to. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush()).catch(this.#options.fail);
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const { store, outbox, checkpoints, onFlushed } = this.#options;
    const { published } = outbox;
    if (this.#committed.applied.sequence === this.#flushed.applied.sequence) return;
    const checkpoint: Checkpoint = {
      ...this.#committed,
      marks: this.#marks.snapshot(),
      ...(published ? { published } : {}),
      checkpointed: checkpoints.last,
    };
    await store.flush(checkpoint);
    this.#flushed = checkpoint;
    this.#scheduleRelease();
    if (!this.#checkpointing && !this.#stopped && checkpoints.isDue(checkpoint.applied.sequence)) {
      this.#checkpointing = this.#checkpoint()
        .catch(this.#options.fail)
        .finally(() => {
          this.#checkpointing = undefined;
        });
    }
    if (!this.#stopped) onFlushed();
  }

  /** Whatever is written last is released too: what a cursor holds back counts as waiting. */
  #scheduleRelease(): void {
    if (this.#cancelRelease || this.#stopped) return;
    const { clock, feeds, fail } = this.#options;
    this.#cancelRelease = clock.after(RELEASE_INTERVAL_MS, () => {
      this.#cancelRelease = undefined;
      const { positions } = this.#flushed;
      Promise.all(feeds.map((feed) => feed.release(positions[feed.name]))).catch(fail);
    });
  }

  async #checkpoint(): Promise<void> {
    const { checkpoints, store, retention } = this.#options;
    const checkpoint = this.#flushed;
    const changed = [...this.#changed];
    this.#changed.clear();
    const isComplete = await checkpoints.write(checkpoint, changed, store, () => this.#stopped);
    if (isComplete) await retention.release(checkpoint.published?.position);
  }

  /**
   * Nothing more will be committed. Everything is written; and where that takes little, a checkpoint, so that the next
   * owner, on another node, reads few records.
   */
  async finish(): Promise<void> {
    await this.flush();
    await this.#checkpointing;
    const { checkpoints, store, fail } = this.#options;
    const { sequence } = this.#flushed.applied;
    if (this.#stopped || sequence - checkpoints.last < HANDOVER_RECORDS_MIN) return;
    const contacts = checkpoints.isFullDue(this.#changed.size)
      ? store.contactsAfter(undefined, HANDOVER_CONTACTS_MAX + 1).length
      : this.#changed.size;
    if (contacts <= HANDOVER_CONTACTS_MAX) await this.#checkpoint().catch(fail);
  }

  /** After a failure: waits for what is being written, writes no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRelease?.();
    await this.#flushing;
    await this.#checkpointing;
  }
}
