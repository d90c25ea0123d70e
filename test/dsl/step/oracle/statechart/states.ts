/** States of the statechart, as XState takes them. */
import { assign, type EventObject, type MetaObject, type NonReducibleUnknown, type StateNodeConfig } from 'xstate';
import { parseDuration } from '../../../../../dsl/text/duration.ts';
import type { Answer, DeskWord, Occurrence } from '../happenings.ts';
import type { StandingClock } from './clock.ts';
import type { Change, Memory } from './memory.ts';

export type Happening =
  | { readonly type: 'reply'; readonly text: string }
  | { readonly type: 'event'; readonly event: Occurrence }
  /** `request`: the how manyth of the conversation. */
  | { readonly type: 'answer'; readonly request: number; readonly answer: Answer }
  | { readonly type: 'desk'; readonly does: DeskWord }
  /** The time of a wait has passed. */
  | { readonly type: 'over'; readonly wait: string }
  /** Events that came are to be looked at. */
  | { readonly type: 'look' };

/** The id of a state. */
export type Target = string;

export type State = StateNodeConfig<
  Memory,
  Happening,
  never,
  never,
  never,
  string,
  string,
  NonReducibleUnknown,
  EventObject,
  MetaObject
>;

export type Action = ReturnType<typeof assign<Memory, Happening, undefined, Happening, never>>;

/** One of several ways out of a state; without a target it is not left. */
export interface Transition {
  readonly guard?: (args: { readonly context: Memory; readonly event: Happening }) => boolean;
  readonly actions?: Action | readonly Action[];
  readonly target?: string;
}

export class States {
  readonly clock: StandingClock;
  /** How long from when a state is entered, by the name of the time-out. */
  readonly delays: Record<string, (args: { readonly context: Memory }) => number> = {};
  private ids = 0;

  constructor(clock: StandingClock) {
    this.clock = clock;
  }

  /** Ids are paths to XState: no dots. */
  newId(kind: string): Target {
    this.ids += 1;
    return `${kind}_${this.ids.toString()}`;
  }

  does(...changes: readonly Change[]): Action {
    const { clock } = this;
    return assign<Memory, Happening, undefined, Happening, never>(({ context }) =>
      changes.reduce((memory, change) => change(memory, clock.now), context),
    );
  }
}

export function to(target: Target): { readonly target: string } {
  return { target: `#${target}` };
}

export function durationOf(text: string | undefined): number {
  const ms = parseDuration(text ?? '');
  if (ms === undefined) throw new Error(`${text ?? 'nothing'} is no duration`);
  return ms;
}
