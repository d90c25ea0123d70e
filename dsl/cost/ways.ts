/** What the ways through a flow cost: each circle that no `repeat` bounds is gone round once. */
import { flowOf, type Machine } from '../machine/machine.ts';
import type { AskNode, CallNode, ListenNode, LoopNode, Node, Target } from '../machine/nodes.ts';
import { either, NOTHING, sum, then, times, type Figures, type Ways } from './figures.ts';
import { followersOf, goesOn, orderOf } from './order.ts';

export interface FlowCost {
  readonly ways: Ways;
  /** Some circle has no bound but the limit of visits: `max` counts one round of it. */
  readonly isOpen: boolean;
}

/** What a node that says something costs. */
export type CostOf = (node: Node) => Figures;

const NO_WAY: Ways = new Map();

export function flowCost(machine: Machine, name: string, costOf: CostOf): FlowCost {
  return new FlowCosts(machine, costOf).of(name);
}

class FlowCosts {
  private readonly machine: Machine;
  private readonly costOf: CostOf;
  private readonly known = new Map<string, FlowCost>();

  constructor(machine: Machine, costOf: CostOf) {
    this.machine = machine;
    this.costOf = costOf;
  }

  of(name: string): FlowCost {
    const known = this.known.get(name);
    if (known) return known;
    const { nodes } = flowOf(this.machine, name);
    const order = orderOf(nodes, 0);
    const ways = new Map<Target, Ways>();
    let isOpen = false;
    for (const at of order.nodes) {
      const node = nodes[at];
      if (!node) continue;
      const from = (to: Target): Ways => {
        if (!order.back.has(`${at}>${to}`)) return ways.get(to) ?? NO_WAY;
        if (nodes[to]?.op === 'loop') return new Map([[roundOf(to), NOTHING]]);
        isOpen = true;
        return NO_WAY;
      };
      ways.set(at, this.waysOf(nodes, node, at, from));
      if (node.op === 'call') isOpen ||= this.of(node.flow).isOpen;
    }
    const cost = { ways: ways.get(0) ?? NO_WAY, isOpen };
    this.known.set(name, cost);
    return cost;
  }

  private waysOf(nodes: readonly Node[], node: Node, at: Target, from: (to: Target) => Ways): Ways {
    if (node.op === 'end') return new Map([[node.outcome, NOTHING]]);
    if (node.op === 'ask') return this.askWays(nodes, node, from);
    if (node.op === 'listen') return this.listenWays(nodes, node, from);
    if (node.op === 'loop') return loopWays(node, at, from);
    if (node.op === 'call') return this.callWays(node, from);
    return then(this.costOf(node), either(...followersOf(node, at).map(from)));
  }

  private askWays(nodes: readonly Node[], node: Node & AskNode, from: (to: Target) => Ways): Ways {
    const { replies, any, otherwise, silence } = node;
    const asked = this.costOf(node);
    const reminders = sum(...silence.slice(0, -1).map(({ to }) => this.saidOnTheWayBack(nodes, to)));
    const again = otherwise?.again ?? 0;
    const repeated = otherwise && again > 0 ? times(again, this.saidOnTheWayBack(nodes, otherwise.to)) : NOTHING;
    const most: Figures = { min: 0, expected: 0, max: reminders.max + repeated.max };
    const answered = [...replies.map(({ to }) => to), ...(any === undefined ? [] : [any])];
    const last = silence.at(-1);
    return then(
      asked,
      either(
        ...answered.map((to) => then(most, from(to))),
        ...(otherwise && again === 0 ? [then(most, from(otherwise.to))] : []),
        ...(otherwise?.exhausted === undefined
          ? []
          : [then({ ...repeated, max: most.max }, from(otherwise.exhausted))]),
        ...(last ? [then({ ...reminders, max: most.max }, from(last.to))] : []),
      ),
    );
  }

  /** Where all are waited for, each has had its say at the end, and any of them before a time-out. */
  private listenWays(nodes: readonly Node[], { events, done, silence }: ListenNode, from: (to: Target) => Ways): Ways {
    if (done === undefined) return either(...events.map(({ to }) => from(to)), from(silence));
    const all = sum(...events.map(({ to }) => this.saidOnTheWayBack(nodes, to)));
    return either(then(all, from(done)), then({ min: 0, expected: 0, max: all.max }, from(silence)));
  }

  /** From a reminder or a miss to where the question waits again; nothing branches there. */
  private saidOnTheWayBack(nodes: readonly Node[], start: Target): Figures {
    let said = NOTHING;
    for (let at = start; ; at += 1) {
      const node = nodes[at];
      if (!node || !goesOn(node)) return said;
      said = sum(said, this.costOf(node));
    }
  }

  private callWays(node: Node & CallNode, from: (to: Target) => Ways): Ways {
    const called = [...this.of(node.flow).ways];
    return either(
      ...called.map(([outcome, figures]) => {
        const to = node.outcomes[outcome] ?? node.otherwise;
        return to === undefined ? NO_WAY : then(figures, from(to));
      }),
    );
  }
}

function roundOf(loop: Target): string {
  return `round ${loop}`;
}

function loopWays({ most, while: condition, done, exhausted }: LoopNode, at: Target, from: (to: Target) => Ways): Ways {
  const inside = new Map(from(at + 1));
  const round = inside.get(roundOf(at));
  inside.delete(roundOf(at));
  if (!round) return condition === undefined ? inside : either(inside, from(done));
  const before: Figures = { min: 0, expected: 0, max: (most - 1) * round.max };
  const all: Figures = { min: 0, expected: 0, max: most * round.max };
  return either(
    then(before, inside),
    ...(condition === undefined ? [] : [then(all, from(done))]),
    then(times(most, round), from(exhausted)),
  );
}
