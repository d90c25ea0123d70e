import type { MessageId } from '../broker/message-id.ts';
import type { Event } from '../../channels/event.ts';

/** A step of one contact, or of one value of events, as the store has it, with its input. */
export interface RecordedStep {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  /** Milliseconds. */
  readonly now: number;
  readonly input: RecordedStepInput;
  /** Of the state after it; empty where it did not change. */
  readonly stateHash: string;
  /** Ids of the events that it gave, in order. */
  readonly outputs: readonly string[];
  readonly basis: StoredBasis;
}

export type RecordedStepInput =
  /** `event` is undefined where it is not stored. */
  | { readonly kind: 'event'; readonly id: string; readonly event: Event | undefined; readonly isFatal: boolean }
  | { readonly kind: 'timer'; readonly id: string; readonly isFatal: boolean }
  /** Nothing was decided: the tenant grew. */
  | { readonly kind: 'moved-here' | 'moved-away'; readonly id: string };

/** As `Basis` of the journal. Of records from before it was put on record, partitions are 0. */
export interface StoredBasis {
  readonly definitions: MessageId | undefined;
  readonly company: string;
  readonly partitions: number;
}

/** For messages: where the step stands in the journals. */
export function placeOf({ partition, epoch, sequence }: RecordedStep): string {
  return `step ${sequence.toString()} of partition ${partition.toString()} (epoch ${epoch.toString()})`;
}
