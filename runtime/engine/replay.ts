import { readState } from '../../dsl/state-format.ts';
import type { PlacedRecord } from './journal.ts';
import type { Place, StepRecord, Vector } from './journal-record.ts';
import { SourceMarks } from './source-marks.ts';
import type { Checkpoint, StateStore } from './state-store.ts';

/** Contacts whose states wait to be written: what a recovery holds in memory at most, however long the journal is. */
const UNWRITTEN_MAX = 2_000;

/** Brings the records that count into the store, in journal order. */
export class Replay {
  readonly #store: StateStore;
  readonly #start: Checkpoint | undefined;
  #generation: string | undefined;
  #positions: Vector['positions'];
  readonly #marks: SourceMarks;
  #now: number;
  #published: number;
  /** From the last record on whose outputs are known to be durable. */
  readonly #places = new Map<number, Place>();
  #withOutputs: PlacedRecord<StepRecord>[] = [];
  recordsRead = 0;

  constructor(store: StateStore, start: Checkpoint | undefined) {
    this.#store = store;
    this.#start = start;
    this.#generation = start?.generation;
    this.#positions = start?.positions ?? {};
    this.#marks = new SourceMarks(start?.marks);
    this.#now = start?.now ?? 0;
    this.#published = start?.published?.sequence ?? 0;
    if (start?.published) this.#places.set(start.published.sequence, start.published);
  }

  /** A promise where the next record has to wait, because states are being written. */
  take({ record, position }: PlacedRecord): Promise<void> | undefined {
    this.recordsRead += 1;
    this.#now = Math.max(this.#now, record.now);
    const place = { epoch: record.epoch, sequence: record.sequence, position };
    this.#places.set(record.sequence, place);
    if (record.kind === 'barrier') {
      this.#generation = record.generation;
      return undefined;
    }
    this.#publishedUpTo(record.published);
    if (record.outputs.length > 0) this.#withOutputs.push({ record, position });
    // Records between `published` and `applied` are read again for their outputs only.
    if (record.sequence <= (this.#start?.applied.sequence ?? 0)) return undefined;
    this.#positions = record.positions;
    this.#marks.restate(record.marks);
    this.#apply(record);
    const checkpoint = this.#store.unwritten < UNWRITTEN_MAX ? undefined : this.checkpointAt(place);
    return checkpoint && this.#store.flush(checkpoint);
  }

  #publishedUpTo(sequence: number): void {
    if (sequence <= this.#published) return;
    this.#published = sequence;
    const left = this.#withOutputs.findIndex(({ record }) => record.sequence > sequence);
    this.#withOutputs.splice(0, left === -1 ? this.#withOutputs.length : left);
    for (const known of this.#places.keys()) {
      if (known >= sequence) break;
      this.#places.delete(known);
    }
  }

  #apply({ contact, state, sequence }: StepRecord): void {
    if (contact === undefined || state === undefined) return;
    const present = state === null ? undefined : readState(state);
    this.#store.stage(contact, present, sequence);
    this.#store.commit(contact, present, sequence);
  }

  /** What the store is complete up to once it is flushed. Undefined before the journal's first barrier. */
  checkpointAt(applied: Place): Checkpoint | undefined {
    if (this.#generation === undefined) return undefined;
    const published = this.#places.get(this.#published);
    const checkpointed = this.#start?.checkpointed;
    return {
      generation: this.#generation,
      applied,
      ...(published ? { published } : {}),
      ...(checkpointed === undefined ? {} : { checkpointed }),
      now: this.#now,
      positions: this.#positions,
      marks: this.#marks.snapshot(),
    };
  }

  /** Records whose outputs may not have left. */
  get unpublished(): readonly PlacedRecord<StepRecord>[] {
    return this.#withOutputs;
  }
}
