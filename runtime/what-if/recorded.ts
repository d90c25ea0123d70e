/** What is on record of one person: every step that the engine took for them, with its input and what it gave. */
import { crc32 } from 'node:zlib';
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { Machines } from '../../dsl/step/contract.ts';

export interface RecordedContact {
  readonly contact: ContactKey;
  /** From their first on, in the order in which they were taken. */
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly now: Millis;
  readonly input: RecordedInput;
  readonly basis: Basis;
  /** Of what it gave on the channels about this contact, in order: see `fingerprintOf`. */
  readonly outputs: readonly number[];
  /** Of that, whole, what conversations started and which data were requested. */
  readonly whole: readonly RecordedOutput[];
}

/** What a step rests on beside the state. */
export interface Basis {
  /** The definitions as the engine knew them at that moment. */
  readonly machines: Machines;
  /** What the company called itself. */
  readonly company?: string;
  /** The input was not tried, since it ended the process each time: its conversation was parked. */
  readonly isFatal?: true;
}

export type RecordedInput =
  /** `publishedAt`: a deadline that fell due before that came first. */
  | { readonly kind: 'event'; readonly event: Event; readonly publishedAt: Millis }
  /** `<conversation>/<timer>`. */
  | { readonly kind: 'deadline'; readonly id: string }
  /** The store does not have it. */
  | { readonly kind: 'missing'; readonly id: string; readonly type: string };

export interface RecordedOutput {
  readonly type: string;
  readonly data: string;
  readonly conversation: string;
}

/** Types of what is kept whole. */
export const KEPT_WHOLE: ReadonlySet<string> = new Set(['conversation.started', 'data.requested']);

/** CRC-32, which ClickHouse computes too, so that not every event need leave it. `data`: JSON, as it was published. */
export function fingerprintOf(type: string, conversation: string, data: string): number {
  return crc32(`${type}\n${conversation}\n${data}`);
}
