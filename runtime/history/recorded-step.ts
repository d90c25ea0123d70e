import type { Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { partitionOf } from '../../channels/partition.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';

/** What is on record of one contact, or of one value of events. */
export interface RecordedHistory {
  readonly key: StateKey;
  /** From the first on, in the order in which they were taken. */
  readonly steps: readonly RecordedStep[];
}

/** A step as the store has it, with its input. */
export interface RecordedStep {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly now: Millis;
  readonly input: RecordedInput;
  /** Of the state after it; empty where it did not change, undefined where it was not asked for. */
  readonly stateHash: string | undefined;
  /** How many events it gave. */
  readonly outputs: number;
  /** Undefined where it was not asked for. */
  readonly given: RecordedOutputs | undefined;
  readonly basis: StoredBasis;
}

export type RecordedInput =
  /** `publishedAt`: a deadline that fell due before that came first. */
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly event: Event;
      readonly publishedAt: Millis;
      readonly isFatal: boolean;
    }
  /** As `deadlineId` has it. */
  | { readonly kind: 'timer'; readonly id: string; readonly isFatal: boolean; readonly isTooLarge?: boolean }
  /** An event that the store does not have. */
  | { readonly kind: 'missing'; readonly id: string; readonly type: string }
  /** Nothing was decided: the tenant grew. */
  | { readonly kind: 'moved-here' | 'moved-away'; readonly id: string };

/** Of what a step gave, what is on the channels about this contact. */
export interface RecordedOutputs {
  /** In order: see `fingerprintOf`. */
  readonly fingerprints: readonly number[];
  /** Whole, what conversations started and which data were requested. */
  readonly whole: readonly RecordedOutput[];
}

export interface RecordedOutput {
  readonly type: string;
  readonly data: string;
  readonly conversation: string;
}

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

/** False where the tenant grew, and an input or the contact went to another partition. */
export function isDecided({ input, partition, basis: { partitions } }: RecordedStep, key: StateKey): boolean {
  if (input.kind === 'moved-here' || input.kind === 'moved-away') return false;
  return partitions === 0 || partitionOf(key, partitions) === partition;
}
