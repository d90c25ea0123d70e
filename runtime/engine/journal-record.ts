import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Suspicion } from './suspicion.ts';

/**
 * Raised when an older version would misread a record; then records say it. Without one it is 1, in which each had the
 * marks of all sources: to restate them gives the same.
 */
export const RECORD_FORMAT = 2;

/** A record's place in its journal. */
export interface Place {
  readonly epoch: number;
  readonly sequence: number;
  readonly position: MessageId;
}

/** Where the loop has read to: one position per input topic, one last sequence per source. */
export interface Vector {
  /** Feed name → position of the last message applied or passed over. */
  readonly positions: Readonly<Record<string, MessageId>>;
  /** Source → last sequence applied; what is not above it has been seen and is dropped. */
  readonly marks: Readonly<Record<string, number>>;
}

/**
 * How a record changes the vector. Whoever has the vector of the record before has that of this one, and records follow
 * each other without a gap from a checkpoint, or from the journal's beginning: so it is always whole.
 */
export interface VectorChange extends Pick<Vector, 'positions'> {
  /** Of the sources heard since the record before, in the order in which they were last heard. */
  readonly marks: Vector['marks'];
}

/** Opens an owner's reign. Accepted only if its epoch is above, and its sequence follows, what came before. */
export interface BarrierRecord {
  readonly kind: 'barrier';
  readonly epoch: number;
  readonly sequence: number;
  /** Incarnation of the journal, chosen by the first barrier on a topic that holds nothing, and carried by all later ones. */
  readonly generation: string;
  /** Unique per acquisition. */
  readonly owner: string;
  /** Of the owners before it, where there is one. */
  readonly suspicion?: Suspicion;
  readonly now: number;
}

/** What decisions rest on beside state and input: without it no past state could be made again. */
export interface Basis {
  /** Position on the tenant's topic of machines up to which it was read; absent before anything was published. */
  readonly definitions?: MessageId;
  /** What the company calls itself. */
  readonly company?: string;
  /** Among how many partitions the tenant's contacts are divided. */
  readonly partitions: number;
}

/** What caused a step: a message of a feed, or a deadline (then without position); or that one is being tried. */
export interface RecordedInput {
  /** It ends the process, so that it was not tried: its conversation was parked unseen. */
  readonly isFatal?: true;
  /** A deadline from which too much follows for a record: its conversation was parked instead. */
  readonly isTooLarge?: true;
  /** How often it is being tried: see suspicion.ts. */
  readonly times?: number;
  readonly id: string;
  readonly type: string;
  readonly feed?: string;
  readonly position?: MessageId;
}

/** What a step's event does not share with the others of its step: `outputsOf` makes the whole event of it. */
export interface RecordedOutput {
  /** Index in the record's `topics`. */
  readonly topic: number;
  readonly type: string;
  readonly data: unknown;
  /** Null: about nobody. Absent: about the record's contact. */
  readonly subject?: string | null;
  /** Routed by its id, not by its subject. */
  readonly unkeyed?: true;
  readonly conversation?: string;
  /** See dsl/step/hops.ts. */
  readonly hops?: number;
}

/** One step: the append of this record is the commit point. */
export interface StepRecord extends VectorChange {
  readonly kind: 'step';
  readonly epoch: number;
  readonly sequence: number;
  readonly now: number;
  readonly input: RecordedInput;
  /** Whom it is about: a contact, or a value of events for which contacts wait. */
  readonly contact?: StateKey;
  /** Their whole new state; null where it was forgotten; absent where it did not change. */
  readonly state?: KeptState | null;
  /** Of the events that leave after the commit. Their ids and sequences follow from the record's sequence. */
  readonly source: string;
  /** Id of the event that they are caused by. */
  readonly cause: string;
  /** Full partition topics that they go to. */
  readonly topics: readonly string[];
  readonly outputs: readonly RecordedOutput[];
  /** Outputs of all records up to this sequence were durable when this record was written. */
  readonly published: number;
  /** Where it differs from the record before, and in an owner's first. */
  readonly basis?: Basis;
}

export type JournalRecord = BarrierRecord | StepRecord;

/** Whether a record was written to the journal of that generation. */
export function isOfGeneration(record: JournalRecord, generation: string): boolean {
  return record.kind === 'barrier' ? record.generation === generation : record.source.endsWith(`/${generation}`);
}

/** Of a step record: everything but its state and its outputs, which are JSON already. */
export type StepHead = Pick<StepRecord, 'epoch' | 'sequence' | 'now' | 'input' | 'published' | keyof VectorChange> & {
  readonly contact: StateKey | undefined;
  readonly basis?: Basis | undefined;
};

/** A `StepRecord` as JSON. `state`: JSON; absent where it did not change. `outputs`: see `WrittenOutputs`. */
export function stepJson(head: StepHead, state: string | undefined, outputs: string): string {
  const { epoch, sequence, now, input, contact, positions, marks, published, basis } = head;
  const kind = 'step';
  const named = {
    format: RECORD_FORMAT,
    kind,
    epoch,
    sequence,
    now,
    input,
    contact,
    positions,
    marks,
    published,
    basis,
  };
  const fields = JSON.stringify(named).slice(0, -1);
  return `${fields},${state === undefined ? '' : `"state":${state},`}${outputs}}`;
}

/**
 * Decides which records of a journal count, in journal order. A stalled owner can flush records after its successor's
 * barrier; every reader passes through this one rule: a barrier counts if its epoch is newer and its sequence follows;
 * a step counts if it is of the newest epoch and its sequence follows.
 */
export class JournalFold {
  epoch: number;
  sequence: number;

  constructor(epoch = 0, sequence = 0) {
    this.epoch = epoch;
    this.sequence = sequence;
  }

  accept(record: JournalRecord): boolean {
    const newest = record.kind === 'barrier' ? record.epoch > this.epoch : record.epoch === this.epoch;
    if (!newest || record.sequence !== this.sequence + 1) return false;
    this.epoch = record.epoch;
    this.sequence = record.sequence;
    return true;
  }
}
