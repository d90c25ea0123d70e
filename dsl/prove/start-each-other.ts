/** Definitions of one tenant whose events start one another, with no person and no delay in between. */
import { awaitedEventsOf } from '../awaited-events.ts';
import type { Machine } from '../machine/machine.ts';
import { inventedAnswers } from './answers.ts';
import { rings, type Link } from './chains.ts';
import { componentsOf } from './components.ts';
import { explore, givenFor } from './explore.ts';
import type { Claim, Dialogue } from './finding.ts';
import { graphOf } from './graph.ts';

export interface Ring {
  /** Of each machine, the first event that comes back to it. */
  readonly links: readonly Link[];
  /** Shows that it has no end, where one was found. */
  readonly dialogue?: Dialogue;
}

/** How many actions a dialogue is looked for with, from each of the machines. */
const MOST_ATTEMPTS = 1000;

export function ringsAmong(machines: readonly Machine[]): readonly Ring[] {
  return suspects(machines).flatMap((some) =>
    rings(some.map((machine) => ({ machine, graph: graphOf(machine) })))
      .map(firstOfEach)
      .filter((links) => links.length > 1)
      .map((links) => ringOf(links)),
  );
}

/** Machines that emit what others take, and so on around, whatever lies in between: few of many. */
function suspects(machines: readonly Machine[]): readonly (readonly Machine[])[] {
  const takers = new Map<string, number[]>();
  machines.forEach((machine, index) => {
    for (const type of takenBy(machine)) takers.set(type, [...(takers.get(type) ?? []), index]);
  });
  const emitted = machines.map(({ flows }) =>
    Object.values(flows).flatMap(({ nodes }) => nodes.flatMap((node) => (node.op === 'emit' ? [node.type] : []))),
  );
  const next = (index: number) => (emitted[index] ?? []).flatMap((type) => takers.get(type) ?? []);
  return componentsOf(machines.keys(), next)
    .filter((component) => component.length > 1)
    .map((component) => component.flatMap((index) => machines[index] ?? []));
}

function takenBy(machine: Machine): ReadonlySet<string> {
  const started = machine.starts.flatMap((start) => (start.on === 'event' ? [start.type] : []));
  return new Set([...started, ...awaitedEventsOf(machine).map(({ type }) => type)]);
}

function firstOfEach(links: readonly Link[]): readonly Link[] {
  return links.filter(({ by }, index) => links.findIndex((other) => other.by === by) === index);
}

function ringOf(links: readonly Link[]): Ring {
  const all = links.map(({ by }) => by);
  for (const machine of all) {
    const beside = all.filter((other) => other !== machine);
    const given = givenFor(machine);
    const answers = Object.assign(
      {},
      ...all.map((one) => inventedAnswers(one, given.now, 'rich')),
    ) as typeof given.answers;
    const claim: Claim = { sees: 'endless' };
    const together = { ...given, answers };
    const { shown } = explore(machine, { given: together, claims: [claim], beside, mostAttempts: MOST_ATTEMPTS });
    const actions = shown.get(claim);
    if (actions) return { links, dialogue: { given: together, actions, claim } };
  }
  return { links };
}
