import type { DataSource } from '../../machine/data-source.ts';
import type { Expression } from '../../machine/expressions.ts';
import type { Flow } from '../../machine/flow.ts';
import type { AwaitedEvent, Node } from '../../machine/nodes.ts';
import type { Start } from '../../machine/starts.ts';

/** The expressions that are evaluated when a node is performed. */
export function usesOf(flow: Flow, node: Node): readonly Expression[] {
  const held = celIn(node);
  if (node.op === 'delay' && node.until !== undefined) return [node.until, ...held];
  if (node.op === 'loop' && node.while !== undefined) return [node.while, ...held];
  if (node.op === 'listen') return node.events.map(({ equals }) => equals);
  if (node.op === 'branch') return node.cases.map(({ when }) => when);
  if (node.op === 'repeat') return celIn(flow.nodes[node.ask]);
  return node.op === 'fetch' ? [...held, ...usesOfSource(flow.sources[node.source])] : held;
}

/** All that expressions of the flow are evaluated for, whenever that is; a source with inputs of its own is no part of it. */
export function everyUseOf(flow: Flow): readonly Expression[] {
  const later = flow.nodes.flatMap((node) => {
    if (node.op === 'ask' && node.check !== undefined) return [node.check];
    return node.op === 'listen' ? node.events.flatMap(usesInEvent) : [];
  });
  const interrupts = flow.interrupts.flatMap(({ on }) => (on ? usesInEvent(on) : []));
  return [...flow.nodes.flatMap((node) => usesOf(flow, node)), ...later, ...interrupts];
}

function usesInEvent({ key, equals, when }: AwaitedEvent): readonly Expression[] {
  return when === undefined ? [key, equals] : [key, equals, when];
}

/** A source with inputs of its own sees nothing of the flow. */
function usesOfSource(source: DataSource | undefined): readonly Expression[] {
  return !source || source.inputs ? [] : usesInRequest(source);
}

export function usesInRequest({ url, headers, body = { literal: null } }: DataSource): readonly Expression[] {
  return celIn([url, headers, body]);
}

/** What is evaluated when a conversation starts, once `when` holds. */
export function usesOfStart(start: Start): readonly Expression[] {
  const uses = start.on === 'event' ? [start.contact, ...celIn(start.inputs)] : [];
  return start.key === undefined ? uses : [...uses, start.key];
}

/** In texts and data: wherever `{ cel }` stands. */
function celIn(value: unknown): readonly Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(celIn);
  if ('literal' in value) return [];
  if ('cel' in value && typeof value.cel === 'string') return [value.cel];
  return Object.values(value).flatMap(celIn);
}
