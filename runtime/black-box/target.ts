/** A running platform, as whoever tests it from outside sees it. */
import type { Address, ContactKey } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import type { Event } from '../../channels/event.ts';
import type { KeptVars } from '../../dsl/scenario/live/comparison.ts';

/** What the platform answered, under its own code, or that it does not answer. */
export class TargetError extends ParlanceError {}

/** It does not take what the scenario sends: others may pass nevertheless. */
export class RefusedError extends TargetError {}

/** The store's mark is long in coming: ask again. */
export function isBehind(error: unknown): boolean {
  return error instanceof TargetError && error.code === 'unavailable';
}

export interface Abilities {
  /** Lets time pass for them at once. */
  readonly timePasses: boolean;
  /** Takes what is known of them, and lets them read what a connector of their choice would say. */
  readonly describesPeople: boolean;
}

export interface Target {
  /** Resolves once the event is durable, as do `write` and `report`. All reject with TargetError. */
  send(event: SentEvent): Promise<void>;
  /** Somebody who does not exist writes. */
  write(message: { readonly from: string; readonly text: string; readonly id: string }): Promise<void>;
  /** Their carrier reports on a message: its type, and the data of the receipt. */
  report(receipt: { readonly type: string } & Readonly<Record<string, unknown>>): Promise<void>;
  /** What else becomes of them: a data source answers, a colleague acts, a broadcast reaches them, time passes. */
  state(statement: Statement): Promise<void>;
  /** What it does for people who do not exist. */
  abilities(): Promise<Abilities>;
  /** Content hash of the version of a definition on which conversations start; undefined where none does. */
  inForce(definition: string): Promise<string | undefined>;
  /** Resolves once everything that was published before is stored. */
  settled(): Promise<void>;
  /** Everything stored of these people since a moment, in order. */
  events(contacts: readonly ContactKey[], sinceMs: number): Promise<readonly Event[]>;
  /** The variables of their newest conversation that is open, as far as everything is stored. */
  vars(contacts: readonly ContactKey[]): Promise<KeptVars>;
  /** Why events, by their ids, started nothing. */
  rejections(ids: readonly string[], sinceMs: number): Promise<readonly string[]>;
}

/** About somebody who does not exist. */
export interface Statement {
  readonly of: Address;
  readonly type: string;
  readonly data: object;
  readonly id: string;
  /** Id of the event that caused it. */
  readonly cause?: string;
  readonly conversation?: string;
}

/** An event of the customer's own. */
export interface SentEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** Of whom the test is, so that it is not taken for a customer's. */
  readonly subject: ContactKey;
  readonly data: unknown;
}
