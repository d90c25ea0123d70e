import type { DailyTime } from '../text/local-time.ts';
import type { Expression, Value } from './expressions.ts';
import type { Position } from './position.ts';

export type Start = (KeywordStart | AnyStart | EventStart | BroadcastStart | ScheduleStart) & Reentry & Position;

/** What a start does where this definition is open with the person already. */
export interface Reentry {
  readonly again: 'ignore' | 'restart' | 'parallel';
  /** Only conversations whose key has the same value count as open. */
  readonly key?: Expression;
}

/** By any message that nothing else takes. */
export interface AnyStart {
  readonly on: 'any';
}

/** For the recipients of a broadcast, which gives the inputs. */
export interface BroadcastStart {
  readonly on: 'broadcast';
}

/** For everybody in a contact list, which gives the inputs, each time that clocks in the zone show this time. */
export interface ScheduleStart {
  readonly on: 'schedule';
  readonly at: DailyTime;
  /** IANA. */
  readonly zone: string;
  /** Together with the time of day, no other start of the definition has it. */
  readonly list: string;
  /** Of people, at most; without it USUAL_PER_SECOND. */
  readonly perSecond?: number;
}

export interface KeywordStart {
  readonly on: 'keyword';
  /** Folded words per locale. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** A word with one wrong letter counts, where nothing else can be meant. */
  readonly typos?: true;
}

export interface EventStart {
  readonly on: 'event';
  readonly type: string;
  readonly when?: Expression;
  /** Gives the address of the person. */
  readonly contact: Expression;
  readonly inputs: Readonly<Record<string, Value>>;
}
