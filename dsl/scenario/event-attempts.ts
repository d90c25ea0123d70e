/** Events that a conversation waits for, made up as it expects them; and as their conditions do not take them. */
import type { AwaitedValue, ConversationState } from '../contact.ts';
import type { Json } from '../json.ts';
import { flowOf, type AwaitedEvent, type Flow, type Machine } from '../machine.ts';
import { comparisonsIn, pathsIn, put } from './invented-data.ts';
import { sampleOf } from './samples.ts';
import type { Action } from './scenario.ts';

/** `soon`: for times in them. */
export function eventAttempts(machine: Machine, conversation: ConversationState, soon: Date): readonly Action[] {
  const { wait, frames } = conversation;
  const running = frames.at(-1);
  const ofFrames = frames.flatMap(({ flow: name, awaited, interrupted }): readonly Action[] => {
    if (!awaited || interrupted) return [];
    const flow = flowOf(machine, name);
    const entries = flow.interrupts.flatMap(({ on }) => on ?? []);
    return entries.flatMap((entry, at) => invented(flow, entry, awaited.values[at], soon));
  });
  if (wait.for !== 'event' || !running) return ofFrames;
  const flow = flowOf(machine, running.flow);
  const node = flow.nodes[wait.node];
  const entries = node?.op === 'listen' ? node.events : [];
  const awaited = entries.flatMap((entry, at) =>
    wait.came.includes(at) ? [] : invented(flow, entry, wait.awaiting.values[at], soon),
  );
  return [...awaited, ...ofFrames];
}

function invented(flow: Flow, entry: AwaitedEvent, expected: AwaitedValue | undefined, soon: Date): readonly Action[] {
  const { type, key, when } = entry;
  const dataWhere = (holds: boolean): Json => {
    const data: Record<string, Json> = {};
    for (const [path, value] of samplesIn(flow, soon)) put(data, path, value);
    for (const { path, holds: value } of comparisonsIn(when ?? '')) put(data, path, holds ? value : otherThan(value));
    for (const path of pathsIn(key)) put(data, path, expected?.value ?? '');
    return data;
  };
  const taken: Action = { do: 'event', type, data: dataWhere(true) };
  return when === undefined ? [taken] : [taken, { do: 'event', type, data: dataWhere(false) }];
}

/** What the flow reads of any event; of the variable's type where one keeps it. */
function samplesIn({ nodes, vars }: Flow, soon: Date): readonly (readonly [readonly string[], Json])[] {
  const read = nodes.flatMap((node) => pathsIn(JSON.stringify(node)).map((path) => [path, 'something'] as const));
  const kept = nodes.flatMap((node) =>
    node.op !== 'set'
      ? []
      : Object.entries(node.values).flatMap(([name, value]) =>
          pathsIn(JSON.stringify(value)).map((path) => [path, sampleOf(vars[name], soon)] as const),
        ),
  );
  return [...read, ...kept];
}

function otherThan(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  return typeof value === 'number' ? -1 - value : 'something else';
}
