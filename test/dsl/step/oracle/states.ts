/** States of the statechart, as XState takes them. */
import { assign, type EventObject, type MetaObject, type NonReducibleUnknown, type StateNodeConfig } from 'xstate';
import type { StandingClock } from './clock.ts';
import type { Change, Memory } from './memory.ts';

export type Happening =
  | { readonly type: 'reply'; readonly text: string }
  /** A delay has ended. */
  | { readonly type: 'over'; readonly delay: string };

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

type Action = ReturnType<typeof assign<Memory, Happening, undefined, Happening, never>>;

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
