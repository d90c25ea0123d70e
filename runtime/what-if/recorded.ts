/** What is on record of one person: every step that the engine took for them, with its input and what it gave. */
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
  /** The definitions as the engine knew them at that moment. */
  readonly machines: Machines;
  /** What it gave on the channels about this contact, in order. */
  readonly outputs: readonly RecordedOutput[];
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
  /** Empty where it is of none. */
  readonly conversation: string;
  /** JSON, as it was published. */
  readonly data: string;
}
