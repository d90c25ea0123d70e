/**
 * Events of conversations that lead to one another: each starts or wakes what emits the next, with no person and no
 * delay in between. Such a chain that comes back to where it began may have no end.
 */
import { MAIN, type Machine } from '../machine/machine.ts';
import { Prompt, type AtOnce, type Emitted } from './at-once.ts';
import { componentsOf, isCycle } from './components.ts';
import type { MachineGraph } from './graph.ts';

export interface Chained {
  readonly machine: Machine;
  readonly graph: MachineGraph;
}

/** An event that comes back. */
export interface Link {
  readonly by: Machine;
  readonly emit: Emitted;
  /** Whom it reaches, and how. */
  readonly to: Machine;
  readonly how: 'start' | 'wait';
}

interface Entry {
  readonly machine: Machine;
  readonly type: string;
  readonly how: Link['how'];
  readonly follows: AtOnce;
}

/** Each is the links of one ring of chains. */
export function rings(all: readonly Chained[]): readonly (readonly Link[])[] {
  const entries = all.flatMap(entriesOf);
  const byType = new Map<string, number[]>();
  entries.forEach(({ type }, index) => byType.set(type, [...(byType.get(type) ?? []), index]));
  const next = (index: number): readonly number[] =>
    [...(entries[index]?.follows.emits ?? [])].flatMap(({ type }) => byType.get(type) ?? []);
  return componentsOf(entries.keys(), next)
    .filter((component) => isCycle(component, next))
    .map((component) => linksOf(component.flatMap((index) => entries[index] ?? [])));
}

function linksOf(entries: readonly Entry[]): readonly Link[] {
  const links = new Map<string, Link>();
  for (const { machine: by, follows } of entries) {
    for (const emit of follows.emits) {
      const reaching = entries.filter(({ type }) => type === emit.type);
      const reached = reaching.find(({ machine }) => machine !== by) ?? reaching[0];
      const key = `${by.hash} ${emit.flow} ${emit.line} ${emit.column}`;
      if (reached) links.set(key, { by, emit, to: reached.machine, how: reached.how });
    }
  }
  return [...links.values()];
}

/** What waits for an event and does not wait again after it is left by the first. */
function entriesOf({ machine, graph }: Chained): readonly Entry[] {
  const prompt = new Prompt(graph);
  const starts = machine.starts.flatMap((start): readonly Entry[] =>
    start.on === 'event' ? [{ machine, type: start.type, how: 'start', follows: prompt.from(MAIN, 0) }] : [],
  );
  const waits = Object.entries(machine.flows).flatMap(([flow, { nodes, interrupts }]) => [
    ...interrupts.flatMap(({ on, to }) => (on ? [{ flow, type: on.type, to }] : [])),
    ...nodes.flatMap((node) => (node.op === 'listen' ? node.events.map(({ type, to }) => ({ flow, type, to })) : [])),
  ]);
  const again = waits
    .map(({ flow, type, to }): Entry => ({ machine, type, how: 'wait', follows: prompt.from(flow, to) }))
    .filter(({ follows }) => follows.waits);
  return [...starts, ...again];
}
