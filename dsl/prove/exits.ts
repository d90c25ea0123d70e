/**
 * What may follow a node, whatever time passes, people say and systems answer. The one place in which the prover knows
 * the kinds of nodes: a kind that is missing here does not compile.
 */
import type { Machine } from '../machine/machine.ts';
import type { AskNode, ListenNode, Node, Target } from '../machine/nodes.ts';

/** What leads from one place to the next: nothing more, time that passes, the person, the answer of a system or desk, or an event. */
export type Cause = 'runs' | 'time' | 'reply' | 'data' | 'event';

export interface Exit {
  readonly to: Target;
  readonly by: Cause;
  /** Of the wait that goes on after it: how often nobody answered a question so far; which of all events have come, as bits. */
  readonly stage?: number;
  /** Time that passes on this way at most, in milliseconds; without it none. */
  readonly ms?: number;
  /** Not taken each time, although nothing of the conversation decides it. */
  readonly isChance?: true;
}

export interface Behaviour {
  /** Ways on at once. */
  readonly runs: readonly Exit[];
  /** Where it waits, and the ways on from there. */
  readonly waits?: { readonly node: Target; readonly stage: number; readonly exits: readonly Exit[] };
  /** Another flow runs first; `outcomes` of it lead on. */
  readonly calls?: { readonly flow: string; readonly to: (outcome: string) => Target | undefined };
  /** Nothing follows: the flow ends with an outcome, the conversation ends, or what was interrupted goes on. */
  readonly ends?: { readonly outcome: string } | 'conversation' | 'interrupt';
}

const DAY_MS = 86_400_000;

/** At `at`, having come with the `stage` of the wait that it goes back to. */
export function behaviourOf(machine: Machine, flow: string, node: Node, at: Target, stage: number): Behaviour {
  switch (node.op) {
    case 'say':
    case 'set':
    case 'emit':
    case 'update':
    case 'repeat':
      return on({ to: at + 1, by: 'runs', stage });
    case 'begin-loop':
    case 'leave':
      return on({ to: at + 1, by: 'runs' });
    case 'goto':
      return on({ to: node.to, by: 'runs' });
    case 'restart':
      return on({ to: 0, by: 'runs' });
    case 'branch':
      return on(...[...node.cases.map(({ to }) => to), node.otherwise].map(runsTo));
    case 'split':
      return on(...node.shares.filter(({ share }) => share > 0).map(({ to }) => runsTo(to)));
    case 'loop':
      return on(runsTo(at + 1), ...(node.while === undefined ? [] : [runsTo(node.done)]), runsTo(node.exhausted));
    case 'ask':
      return { runs: skippedBy(machine, node), waits: { node: at, stage: 0, exits: exitsOfQuestion(node, 0) } };
    case 'wait-again': {
      const ask = machine.flows[flow]?.nodes[node.ask];
      const exits = ask?.op === 'ask' ? exitsOfQuestion(ask, stage, node.withinMs) : [];
      return { runs: [], waits: { node: node.ask, stage, exits } };
    }
    case 'delay': {
      const waits = (ms: number) => ({ node: at, stage: 0, exits: [{ to: at + 1, by: 'time', ms } as const] });
      if (node.at !== undefined) return { runs: [], waits: waits(node.at.days === undefined ? DAY_MS : 7 * DAY_MS) };
      // A time that has passed delays nothing.
      if (node.until !== undefined) return { runs: [{ ...runsTo(at + 1), isChance: true }], waits: waits(Infinity) };
      return { runs: [], waits: waits(node.forMs ?? 0) };
    }
    case 'listen':
      return { runs: [], waits: { node: at, stage: 0, exits: exitsOfListen(node, 0) } };
    case 'await-rest': {
      const listen = machine.flows[flow]?.nodes[node.listen];
      if (listen?.op !== 'listen' || listen.done === undefined) return on();
      if (stage === 2 ** listen.events.length - 1) return on(runsTo(listen.done));
      return { runs: [], waits: { node: node.listen, stage, exits: exitsOfListen(listen, stage) } };
    }
    case 'fetch': {
      const exits = [at + 1, node.failed].map((to) => ({ to, by: 'data' }) as const);
      return { runs: [], waits: { node: at, stage: 0, exits } };
    }
    case 'handoff': {
      const given = [node.returned, node.nobody].map((to) => ({ to, by: 'data' }) as const);
      const late = node.withinMs === undefined ? [] : [{ to: node.nobody, by: 'time', ms: node.withinMs } as const];
      return { runs: [], waits: { node: at, stage: 0, exits: [...given, ...late] } };
    }
    case 'call':
      return {
        runs: [],
        calls: { flow: node.flow, to: (outcome) => node.outcomes[outcome] ?? node.otherwise },
      };
    case 'resume':
      return { runs: [], ends: 'interrupt' };
    case 'fail':
      return { runs: [], ends: 'conversation' };
    case 'end':
      return { runs: [], ends: { outcome: node.outcome } };
  }
}

function on(...runs: readonly Exit[]): Behaviour {
  return { runs };
}

function runsTo(to: Target): Exit {
  return { to, by: 'runs' };
}

function exitsOfQuestion(ask: AskNode, stage: number, withinMs: number = ask.withinMs): readonly Exit[] {
  const { replies, any, otherwise } = ask;
  const answers = [
    ...replies.map(({ to }) => to),
    ...(any === undefined ? [] : [any]),
    ...(otherwise?.exhausted === undefined ? [] : [otherwise.exhausted]),
  ].map((to) => ({ to, by: 'reply' }) as const);
  const silence = ask.silence[stage];
  return [
    ...answers,
    ...(otherwise ? [{ to: otherwise.to, by: 'reply', stage } as const] : []),
    ...(silence ? [{ to: silence.to, by: 'time', stage: stage + 1, ms: withinMs } as const] : []),
  ];
}

/** `came`: the bits of those that have come, where all are waited for. */
function exitsOfListen({ events, done, withinMs, silence }: ListenNode, came: number): readonly Exit[] {
  const left = events.map(({ to }, index) => ({ to, bit: 2 ** index })).filter(({ bit }) => (came & bit) === 0);
  return [
    ...left.map(({ to, bit }): Exit => {
      const exit = { to, by: 'event', ms: withinMs } as const;
      return done === undefined ? exit : { ...exit, stage: came | bit };
    }),
    { to: silence, by: 'time', ms: withinMs },
  ];
}

/** A question that may be left out is left as by its last silence, and then waits for nobody. */
function skippedBy({ send }: Machine, { silence }: AskNode): readonly Exit[] {
  const isSkipping = send?.window?.otherwise === 'skip' || send?.cap?.otherwise === 'skip';
  const last = silence.at(-1);
  return isSkipping && last ? [{ to: last.to, by: 'runs', isChance: true }] : [];
}
