import type { ContactKey } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { ContactState } from '../../dsl/contact.ts';
import type { MessageId } from '../broker/message-id.ts';

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

/** Opens an owner's reign. Accepted only if its epoch is above, and its sequence follows, what came before. */
export interface BarrierRecord {
  readonly kind: 'barrier';
  readonly epoch: number;
  readonly sequence: number;
  /** Incarnation of the journal topic, chosen by its first barrier and carried by all later ones. */
  readonly generation: string;
  /** Unique per acquisition: how an owner recognises its own barrier. */
  readonly owner: string;
  readonly now: number;
}

/** What caused a step: a message of a feed, or a deadline (then without position). */
export interface RecordedInput {
  readonly id: string;
  readonly type: string;
  readonly feed?: string;
  readonly position?: MessageId;
}

/** One event that leaves after the commit, with the topic that it goes to. */
export interface Output {
  /** Full partition topic. */
  readonly topic: string;
  readonly event: Event;
  /** The event's JSON: it is written twice, into the journal and onto its channel. */
  readonly json: string;
}

/** One step: the append of this record is the commit point. */
export interface StepRecord extends Vector {
  readonly kind: 'step';
  readonly epoch: number;
  readonly sequence: number;
  readonly now: number;
  readonly input: RecordedInput;
  readonly contact?: ContactKey;
  /** The contact's whole new state; null where it was forgotten; absent where it did not change. */
  readonly state?: ContactState | null;
  readonly outputs: readonly Output[];
  /** Outputs of all records up to this sequence were durable when this record was written. */
  readonly published: number;
}

export type JournalRecord = BarrierRecord | StepRecord;

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
