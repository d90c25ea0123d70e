/**
 * Where two versions of a definition do the same: what passes through nothing else comes out alike. Nodes are held
 * against those with the same number, so that positions in a conversation's state mean the same too.
 */
import { canonicalJson } from '../json.ts';
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';
import { nodeWithoutPositions, ruleOf, startsWithoutPositions } from '../machine/without-positions.ts';

/** Nodes by flow. */
export type Alike = ReadonlyMap<string, ReadonlySet<Target>>;

/** Undefined where they differ in what is of no one step: how conversations start, languages, limits. */
export function alikeIn(one: Machine, other: Machine): Alike | undefined {
  if (canonicalJson(frameOf(one)) !== canonicalJson(frameOf(other))) return undefined;
  return new Map(
    Object.entries(one.flows).flatMap(([name, flow]) => {
      const counterpart = other.flows[name];
      return counterpart ? [[name, alikeNodes(flow, counterpart)]] : [];
    }),
  );
}

/** What a machine is, but for its flows and for what only people read. */
function frameOf(machine: Machine): object {
  const { flows: _flows, hash: _hash, version: _version, about: _about, ...frame } = machine;
  return { ...frame, starts: startsWithoutPositions(machine) };
}

function alikeNodes(one: Flow, other: Flow): ReadonlySet<Target> {
  if (canonicalJson(ruleOf(one)) !== canonicalJson(ruleOf(other))) return new Set();
  const same = new Set(indicesOf(one.nodes, (node, index) => isSame(node, other.nodes[index])));
  return new Set(indicesOf(one.nodes, (node, index) => same.has(index) && isAlso(same, node)));
}

function indicesOf(nodes: readonly Node[], holds: (node: Node, index: Target) => boolean): Target[] {
  return nodes.flatMap((node, index) => (holds(node, index) ? [index] : []));
}

function isSame(one: Node, other: Node | undefined): boolean {
  return other !== undefined && canonicalJson(nodeWithoutPositions(one)) === canonicalJson(nodeWithoutPositions(other));
}

/** Some say or wait for what stands in another. */
function isAlso(same: ReadonlySet<Target>, node: Node): boolean {
  if (node.op === 'repeat' || node.op === 'wait-again') return same.has(node.ask);
  return node.op !== 'await-rest' || same.has(node.listen);
}
