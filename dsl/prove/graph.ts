/**
 * A machine's places and the ways between them, with time and replies abstracted. A place is a node, with the time-outs
 * that its question has had; a call is one step to where its outcomes lead, as the graph of what it calls tells. So the
 * graph grows with the machine, never with the ways through it.
 */
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';
import { behaviourOf, type Behaviour, type Cause, type Exit } from './exits.ts';

/** Places of one flow: a file of 256 KiB stays below; a machine beyond it is not proved. */
export const MAX_PLACES = 100_000;

export interface Place {
  readonly flow: string;
  readonly node: Target;
  readonly stage: number;
  /** It waits there. Otherwise it is about to perform the node. */
  readonly isWait: boolean;
}

export interface Way {
  readonly to: number;
  readonly by: Cause;
  readonly ms: number;
  readonly isChance: boolean;
}

export interface FlowGraph {
  readonly flow: string;
  readonly nodes: readonly Node[];
  readonly places: readonly Place[];
  /** By index of the place. */
  readonly ways: readonly (readonly Way[])[];
  /** Places after which nothing comes; those of an interrupt that resumes count too. */
  readonly ends: ReadonlySet<number>;
  /** Places that begin what is understood anytime, failures and expiry. */
  readonly asides: ReadonlyMap<'interrupt' | 'failed' | 'expired', readonly number[]>;
  /** Places where nothing says how to go on: they lead outside the flow, or from a call to no outcome. */
  readonly stray: ReadonlySet<number>;
  readonly outcomes: ReadonlyMap<string, Reached>;
  /** It may wait, itself or in what it calls. */
  readonly canWait: boolean;
  readonly isCut: boolean;
}

/** Taken although nobody writes and no event comes. */
export function isInSilence({ by }: Way): boolean {
  return by !== 'reply' && by !== 'event';
}

/** How an outcome can be reached from the first step. */
export interface Reached {
  /** Without waiting. */
  readonly atOnce: boolean;
  /** Without a word of the person. */
  readonly inSilence: boolean;
}

export type MachineGraph = ReadonlyMap<string, FlowGraph>;

/** Flows that are called before those that call them; one that calls itself is taken to end with nothing. */
export function graphOf(machine: Machine): MachineGraph {
  const graphs = new Map<string, FlowGraph>();
  const underWay = new Set<string>();
  const visit = (name: string): void => {
    const flow = machine.flows[name];
    if (!flow || graphs.has(name) || underWay.has(name)) return;
    underWay.add(name);
    for (const node of flow.nodes) if (node.op === 'call') visit(node.flow);
    underWay.delete(name);
    graphs.set(name, new Builder(machine, name, graphs).build());
  };
  visit(MAIN);
  return graphs;
}

class Builder {
  private readonly machine: Machine;
  private readonly name: string;
  private readonly graphs: MachineGraph;
  private readonly index = new Map<string, number>();
  private readonly places: Place[] = [];
  private readonly ways: Way[][] = [];
  private readonly ends = new Set<number>();
  private readonly stray = new Set<number>();
  private readonly ended = new Map<number, string>();
  private readonly asides = new Map<'interrupt' | 'failed' | 'expired', readonly number[]>();
  private readonly queue: number[] = [];
  private canWait = false;
  private isCut = false;

  constructor(machine: Machine, name: string, graphs: MachineGraph) {
    this.machine = machine;
    this.name = name;
    this.graphs = graphs;
  }

  build(): FlowGraph {
    const flow = this.machine.flows[this.name];
    const nodes = flow?.nodes ?? [];
    this.at({ flow: this.name, node: 0, stage: 0, isWait: false });
    this.follow(nodes);
    if (this.canWait) this.begin('interrupt', flow?.interrupts.map(({ to }) => to) ?? []);
    this.begin('failed', flow?.failed === undefined ? [] : [flow.failed]);
    if (this.canWait) this.begin('expired', flow?.expired === undefined ? [] : [flow.expired]);
    this.follow(nodes);
    const waiting = this.places.flatMap(({ isWait }, place) => (isWait ? [place] : []));
    this.asides.get('interrupt')?.forEach((to, index) => {
      const by = flow?.interrupts[index]?.on ? 'event' : 'reply';
      for (const place of waiting) this.ways[place]?.push({ to, by, ms: 0, isChance: false });
    });
    const { places, ways, ends, stray, asides, canWait, isCut } = this;
    return { flow: this.name, nodes, places, ways, ends, stray, asides, outcomes: this.outcomes(), canWait, isCut };
  }

  private begin(kind: 'interrupt' | 'failed' | 'expired', targets: readonly Target[]): void {
    const starts = targets.map((node) => this.at({ flow: this.name, node, stage: 0, isWait: false }));
    this.asides.set(kind, starts);
  }

  private follow(nodes: readonly Node[]): void {
    for (let place = this.queue.pop(); place !== undefined; place = this.queue.pop()) this.expand(nodes, place);
  }

  private at(place: Place): number {
    const key = `${place.node} ${place.stage} ${place.isWait ? 'w' : ''}`;
    const known = this.index.get(key);
    if (known !== undefined) return known;
    if (this.places.length >= MAX_PLACES) {
      this.isCut = true;
      return 0;
    }
    const made = this.places.push(place) - 1;
    this.index.set(key, made);
    this.ways.push([]);
    this.queue.push(made);
    return made;
  }

  private expand(nodes: readonly Node[], index: number): void {
    const place = this.places[index];
    const node = place && nodes[place.node];
    if (!place || place.isWait) return;
    if (!node) {
      this.stray.add(index);
      return;
    }
    const behaviour = behaviourOf(this.machine, this.name, node, place.node, place.stage);
    for (const exit of behaviour.runs) this.lead(index, exit);
    if (behaviour.waits) this.wait(index, behaviour.waits);
    if (behaviour.calls) this.call(index, behaviour.calls);
    const { ends } = behaviour;
    if (ends !== undefined) this.ends.add(index);
    if (typeof ends === 'object') this.ended.set(index, ends.outcome);
  }

  private wait(index: number, { node, stage, exits }: NonNullable<Behaviour['waits']>): void {
    const known = this.places.length;
    const waits = this.at({ flow: this.name, node, stage, isWait: true });
    this.ways[index]?.push({ to: waits, by: 'runs', ms: 0, isChance: false });
    this.canWait = true;
    // A question that is asked again waits where it waited before.
    if (waits < known) return;
    if (exits.length === 0) this.stray.add(waits);
    for (const exit of exits) this.lead(waits, exit);
  }

  private call(index: number, { flow, to }: NonNullable<Behaviour['calls']>): void {
    const callee = this.graphs.get(flow);
    if (!callee) {
      this.stray.add(index);
      return;
    }
    this.canWait ||= callee.canWait;
    for (const [outcome, { atOnce, inSilence }] of callee.outcomes) {
      const target = to(outcome);
      if (target === undefined) {
        this.stray.add(index);
        continue;
      }
      if (atOnce) this.lead(index, { to: target, by: 'runs', isChance: true });
      if (callee.canWait) this.lead(index, { to: target, by: inSilence ? 'time' : 'reply' });
    }
  }

  private lead(from: number, { to, by, stage = 0, ms = 0, isChance }: Exit): void {
    const place = this.at({ flow: this.name, node: to, stage, isWait: false });
    this.ways[from]?.push({ to: place, by, ms, isChance: isChance === true });
  }

  private outcomes(): ReadonlyMap<string, Reached> {
    const atOnce = reachedFrom(this.ways, [0], ({ by }) => by === 'runs');
    const inSilence = reachedFrom(this.ways, [0], isInSilence);
    const outcomes = new Map<string, Reached>();
    for (const [place, outcome] of this.ended) {
      const known = outcomes.get(outcome) ?? { atOnce: false, inSilence: false };
      outcomes.set(outcome, {
        atOnce: known.atOnce || atOnce.has(place),
        inSilence: known.inSilence || inSilence.has(place),
      });
    }
    return outcomes;
  }
}

export function reachedFrom(
  ways: FlowGraph['ways'],
  starts: Iterable<number>,
  isTaken: (way: Way) => boolean = () => true,
): ReadonlySet<number> {
  const reached = new Set<number>(starts);
  const queue = [...reached];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    for (const way of ways[place] ?? []) {
      if (!isTaken(way) || reached.has(way.to)) continue;
      reached.add(way.to);
      queue.push(way.to);
    }
  }
  return reached;
}

/** Places from which one of `goals` can be reached. */
export function leadingTo(
  ways: FlowGraph['ways'],
  goals: Iterable<number>,
  isTaken: (way: Way) => boolean = () => true,
): ReadonlySet<number> {
  const back: Way[][] = ways.map(() => []);
  ways.forEach((list, from) => {
    for (const way of list) if (isTaken(way)) back[way.to]?.push({ ...way, to: from });
  });
  return reachedFrom(back, goals);
}
