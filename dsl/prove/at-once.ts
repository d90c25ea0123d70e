/**
 * What a machine does from a place on with no person and no delay in between: answers of data sources come by
 * themselves. A call goes on by the outcomes that what it calls has in that way.
 */
import type { EmitNode, Target } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import type { FlowGraph, MachineGraph, Way } from './graph.ts';

export interface AtOnce {
  readonly emits: ReadonlySet<Emitted>;
  readonly outcomes: ReadonlySet<string>;
  /** It comes to wait, or goes on waiting. */
  readonly waits: boolean;
}

export type Emitted = EmitNode & Position & { readonly flow: string };

export class Prompt {
  private readonly graph: MachineGraph;
  private readonly called = new Map<string, AtOnce>();

  constructor(graph: MachineGraph) {
    this.graph = graph;
  }

  /** From a node of a flow on, also where its end leads in what calls it. */
  from(flow: string, target: Target): AtOnce {
    const own = this.within(flow, target);
    const after = this.callersOf(flow).flatMap(({ caller, node }) =>
      [...own.outcomes].flatMap((outcome) => {
        const to = node.outcomes[outcome] ?? node.otherwise;
        return to === undefined ? [] : [this.from(caller, to)];
      }),
    );
    return after.reduce(both, own);
  }

  private callersOf(flow: string) {
    return [...this.graph.values()].flatMap(({ flow: caller, nodes }) =>
      nodes.flatMap((node) => (node.op === 'call' && node.flow === flow ? [{ caller, node }] : [])),
    );
  }

  private within(name: string, target: Target): AtOnce {
    const flow = this.graph.get(name);
    if (!flow) return NOTHING;
    const emits = new Set<Emitted>();
    const outcomes = new Set<string>();
    let waits = false;
    const queue = [...placesOf(flow, target)];
    const seen = new Set(queue);
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      const node = flow.nodes[flow.places[place]?.node ?? -1];
      if (flow.places[place]?.isWait === true || node?.op === 'resume') waits = true;
      if (node?.op === 'emit') emits.add({ ...node, flow: name });
      if (node?.op === 'end') outcomes.add(node.outcome);
      let next = (flow.ways[place] ?? []).filter((way) => isPrompt(way, node?.op)).map(({ to }) => to);
      if (node?.op === 'call') {
        const callee = this.calling(node.flow);
        for (const emitted of callee.emits) emits.add(emitted);
        waits ||= callee.waits;
        const targets = [...callee.outcomes].map((outcome) => node.outcomes[outcome] ?? node.otherwise);
        next = targets.flatMap((to) => (to === undefined ? [] : placesOf(flow, to)));
      }
      for (const to of next) {
        if (seen.has(to)) continue;
        seen.add(to);
        queue.push(to);
      }
    }
    return { emits, outcomes, waits };
  }

  /** One that calls itself is taken to end with nothing. */
  private calling(name: string): AtOnce {
    const known = this.called.get(name);
    if (known) return known;
    this.called.set(name, NOTHING);
    const found = this.within(name, 0);
    this.called.set(name, found);
    return found;
  }
}

const NOTHING: AtOnce = { emits: new Set(), outcomes: new Set(), waits: false };

function both(one: AtOnce, other: AtOnce): AtOnce {
  const emits = new Set([...one.emits, ...other.emits]);
  return { emits, outcomes: one.outcomes, waits: one.waits || other.waits };
}

function isPrompt({ by }: Way, op: string | undefined): boolean {
  return by === 'runs' || (by === 'data' && op === 'fetch');
}

function placesOf({ places }: FlowGraph, target: Target): readonly number[] {
  return places.flatMap(({ node, isWait }, place) => (node === target && !isWait ? [place] : []));
}
