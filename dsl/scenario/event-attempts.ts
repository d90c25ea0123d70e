/** Events that a conversation waits for, made up as it expects them; and as their conditions do not take them. */
import type { AwaitedValue, ConversationState } from '../contact.ts';
import type { Json } from '../json.ts';
import type { Flow } from '../machine/flow.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import type { AwaitedEvent, Target } from '../machine/nodes.ts';
import { comparisonsIn, otherThan, pathsIn, put } from './invented-data.ts';
import { sampleFields, sampleOf } from './samples.ts';
import type { Action } from './scenario.ts';

/** `soon`: for times in them. */
export function eventAttempts(machine: Machine, conversation: ConversationState, soon: Date): readonly Action[] {
  const { wait, frames } = conversation;
  const running = frames.at(-1);
  const ofFrames = frames.flatMap(({ flow: name, awaited, interrupted }): readonly Action[] => {
    if (!awaited || interrupted) return [];
    const flow = flowOf(machine, name);
    const entries = flow.interrupts.flatMap(({ on, to }) => (on ? [{ ...on, to }] : []));
    return entries.flatMap((entry, at) => invented(machine, flow, entry, awaited.values[at], soon));
  });
  if (wait.for !== 'event' || !running) return ofFrames;
  const flow = flowOf(machine, running.flow);
  const node = flow.nodes[wait.node];
  const entries = node?.op === 'listen' ? node.events : [];
  const awaited = entries.flatMap((entry, at) =>
    wait.came.includes(at) ? [] : invented(machine, flow, entry, wait.awaiting.values[at], soon),
  );
  return [...awaited, ...ofFrames];
}

type Entry = AwaitedEvent & { readonly to: Target };

function invented(
  { events = {} }: Machine,
  flow: Flow,
  entry: Entry,
  expected: AwaitedValue | undefined,
  soon: Date,
): readonly Action[] {
  const { type, key, when, to } = entry;
  const declared = events[type];
  const dataWhere = (holds: boolean): Json => {
    const data: Record<string, Json> = { ...(declared && sampleFields(declared, soon, 'rich')) };
    for (const [path, value] of declared ? [] : samplesIn(flow, to, soon)) put(data, path, value);
    for (const { path, holds: value } of comparisonsIn(when ?? '', 'event.data'))
      put(data, path, holds ? value : otherThan(value));
    for (const path of pathsIn(key)) put(data, path, expected?.value ?? '');
    return data;
  };
  const taken: Action = { do: 'event', type, data: dataWhere(true) };
  return when === undefined ? [taken] : [taken, { do: 'event', type, data: dataWhere(false) }];
}

/** What is read of the event where it leads; of the variable's type where one keeps it. */
function samplesIn({ nodes, vars }: Flow, to: Target, soon: Date): readonly (readonly [readonly string[], Json])[] {
  const samples: (readonly [readonly string[], Json])[] = [];
  for (let at = to; ; at += 1) {
    const node = nodes[at];
    if (!node || !['say', 'set', 'emit', 'update', 'call'].includes(node.op)) return samples;
    for (const path of pathsIn(JSON.stringify(node))) samples.push([path, 'something']);
    if (node.op !== 'set') continue;
    for (const [name, value] of Object.entries(node.values))
      for (const path of pathsIn(JSON.stringify(value))) samples.push([path, sampleOf(vars[name], soon)]);
  }
}
