/** An exported machine run by XState, with the few implementations that a conversation needs. */
import { createActor, createMachine, SimulatedClock, type Actor, type AnyStateMachine } from 'xstate';
import { xstateOf } from '../../../dsl/diagram/xstate/xstate.ts';
import { sourceOf } from '../../../dsl/diagram/words.ts';
import type { Parts } from '../../../dsl/machine/expressions.ts';
import { machineOf } from '../given-when-then.ts';

interface Params {
  readonly text?: Readonly<Record<string, Parts>>;
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly except?: readonly string[];
  readonly more?: number;
  readonly most?: number;
  readonly loop?: number;
  readonly cel?: string;
  readonly not?: boolean;
}

/** What is said, and what decides: of guards with CEL, `holds` says which are true. */
export class Exported {
  readonly said: string[] = [];
  private readonly clock = new SimulatedClock();
  private readonly actor: Actor<AnyStateMachine>;
  private misses = 0;
  private readonly rounds = new Map<number, number>();

  constructor(text: string, holds: ReadonlySet<string> = new Set()) {
    const machine = createMachine(xstateOf(machineOf(text))).provide({
      actions: {
        say: (_, params) => {
          const { text: said = {} } = given(params);
          this.said.push(Object.values(said).map(sourceOf)[0] ?? '');
        },
        asked: () => {
          this.misses = 0;
        },
        miss: () => {
          this.misses += 1;
        },
        beginRounds: (_, params) => {
          const { loop = 0 } = given(params);
          this.rounds.set(loop, 0);
        },
        beginRound: (_, params) => {
          const { loop = 0 } = given(params);
          this.rounds.set(loop, (this.rounds.get(loop) ?? 0) + 1);
        },
      },
      guards: {
        word: ({ event }, params) => {
          const { words = {} } = given(params);
          return Object.values(words).flat().includes(textOf(event));
        },
        unexpected: ({ event }, params) => {
          const { except = [] } = given(params);
          return !except.includes(textOf(event));
        },
        fits: ({ event }, params) => {
          const { except = [] } = given(params);
          return !except.includes(textOf(event));
        },
        missed: (_, params) => {
          const { more = 0 } = given(params);
          return this.misses >= more;
        },
        expression: (_, params) => {
          const { cel = '', not } = given(params);
          return holds.has(cel) !== (not === true);
        },
        roundsLeft: (_, params) => {
          const { loop = 0, most = 0 } = given(params);
          return (this.rounds.get(loop) ?? 0) < most;
        },
      },
    });
    this.actor = createActor(machine, { clock: this.clock }).start();
  }

  /** The state in which it has ended. */
  get ended(): unknown {
    const snapshot: { readonly status: string; readonly value?: unknown } = this.actor.getSnapshot();
    return snapshot.status === 'done' ? snapshot.value : undefined;
  }

  reply(text: string): this {
    this.actor.send({ type: 'reply', text });
    return this;
  }

  advance(ms: number): this {
    this.clock.increment(ms);
    return this;
  }

  stop(): void {
    this.actor.stop();
  }
}

function textOf(event: object): string {
  return 'text' in event && typeof event.text === 'string' ? event.text : '';
}

function given(params: unknown): Params {
  return typeof params === 'object' && params !== null ? params : {};
}
