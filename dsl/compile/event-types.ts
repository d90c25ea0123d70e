/** `events` of the project and of shared files: what the customer's own events hold. */
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventTypes } from '../machine/value-types.ts';
import type { Project } from '../project/project.ts';
import { compileEventTypes } from './types.ts';
import type { Unit, Units } from './unit.ts';

/** All that a file knows of: what the project says itself goes before what is imported. */
export function declareEvents(units: Units, unit: Unit, project: Project): EventTypes {
  const imported = units.names(unit, 'events').flatMap((type) => {
    const owner = units.owner(unit, 'events', type);
    if (typeof owner !== 'string') {
      const { report, tree, source } = owner;
      const types = compileEventTypes({ report, tree, country: project.country }, source.events ?? {});
      return [[type, types[type] ?? {}] as const];
    }
    if (owner === 'ambiguous' && !Object.hasOwn(project.events ?? {}, type)) {
      const range = unit.tree.keyRange(unit.source, unit.isDefinition ? 'conversation' : 'shared');
      unit.report.add('name-ambiguous', range, `two of the imported files have "${type}"`, {
        expected: 'one entry of this name among events',
      });
    }
    return [];
  });
  return { ...Object.fromEntries(imported), ...project.events };
}

/** Those that a machine meets: another one makes no new version of it. */
export function usedEvents(
  { flows, starts }: Pick<Machine, 'flows' | 'starts'>,
  declared: EventTypes,
): Pick<Machine, 'events'> {
  const met = new Set([
    ...starts.flatMap((start) => (start.on === 'event' ? [start.type] : [])),
    ...Object.values(flows).flatMap(typesMetBy),
  ]);
  const used = Object.entries(declared).filter(([type]) => met.has(type));
  return used.length === 0 ? {} : { events: Object.fromEntries(used) };
}

/** What it waits for, and what it emits. */
function typesMetBy({ nodes, interrupts }: Flow): readonly string[] {
  const met = nodes.flatMap((node) => {
    if (node.op === 'emit') return [node.type];
    return node.op === 'listen' ? node.events.map(({ type }) => type) : [];
  });
  return [...met, ...interrupts.flatMap(({ on }) => (on ? [on.type] : []))];
}
