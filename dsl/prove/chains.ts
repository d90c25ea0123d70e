/**
 * Events of conversations that lead to one another: each starts or wakes what emits the next, with no person and no
 * delay in between. Such a chain that comes back to where it began may have no end. What `failed` and `expired` emit
 * counts: a conversation may fail at once, and it expires because no person did anything.
 */
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import { Prompt, type AtOnce, type Emitted } from './at-once.ts';
import { componentsOf, isCycle } from './components.ts';
import type { Target } from '../machine/nodes.ts';
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
  /** What has to befall the conversation before it emits. */
  readonly after?: Aside;
}

type Aside = 'failed' | 'expired';

interface Entry {
  readonly machine: Machine;
  readonly type: string;
  readonly how: Link['how'];
  readonly follows: AtOnce;
  readonly after?: Aside;
}

/** For people: when it emits the event. */
export function befalling(after: Link['after']): string {
  if (after === undefined) return '';
  return after === 'failed' ? ', emitted when it fails,' : ', emitted when it expires,';
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
  for (const { machine: by, follows, after } of entries) {
    for (const emit of follows.emits) {
      const reaching = entries.filter(({ type }) => type === emit.type);
      const reached = reaching.find(({ machine }) => machine !== by) ?? reaching[0];
      const key = `${by.hash} ${emit.flow} ${emit.line} ${emit.column}`;
      const known = links.get(key);
      // What happens in any case says more than what a failure leads to.
      if (!reached || (known && known.after === undefined)) continue;
      links.set(key, { by, emit, to: reached.machine, how: reached.how, ...(after && { after }) });
    }
  }
  return [...links.values()];
}

/** What starts by an event; what waits for one and does not wait again after it is left by the first. */
function entriesOf({ machine, graph }: Chained): readonly Entry[] {
  const prompt = new Prompt(graph);
  const asides = asidesOf(machine).map(({ after, target }) => ({ after, follows: prompt.from(MAIN, target) }));
  const starts = machine.starts.flatMap((start): readonly Entry[] => {
    if (start.on !== 'event') return [];
    const started = { machine, type: start.type, how: 'start' } as const;
    return [{ ...started, follows: prompt.from(MAIN, 0) }, ...asides.map((aside): Entry => ({ ...started, ...aside }))];
  });
  const waits = Object.entries(machine.flows).flatMap(([flow, { nodes, interrupts }]) => [
    ...interrupts.flatMap(({ on, to }) => (on ? [{ flow, type: on.type, to }] : [])),
    ...nodes.flatMap((node) => (node.op === 'listen' ? node.events.map(({ type, to }) => ({ flow, type, to })) : [])),
  ]);
  const again = waits
    .flatMap(({ flow, type, to }): readonly Entry[] => {
      const woken = { machine, type, how: 'wait' } as const;
      return [{ ...woken, follows: prompt.from(flow, to) }, ...asides.map((aside): Entry => ({ ...woken, ...aside }))];
    })
    .filter(({ follows }) => follows.waits);
  return [...starts, ...again];
}

/** Anything may fail; a lifetime counts waiting for people, so it is used up only where people are waited for. */
function asidesOf(machine: Machine): readonly { readonly after: Aside; readonly target: Target }[] {
  const { failed, expired } = flowOf(machine, MAIN);
  const canExpire = Object.values(machine.flows).some(({ nodes }) =>
    nodes.some(({ op }) => op === 'ask' || op === 'handoff'),
  );
  return [
    ...(failed === undefined ? [] : [{ after: 'failed', target: failed } as const]),
    ...(expired === undefined || !canExpire ? [] : [{ after: 'expired', target: expired } as const]),
  ];
}
