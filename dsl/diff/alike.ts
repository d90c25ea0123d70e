/**
 * Where two versions of a definition do the same: what passes through nothing else comes out alike. Nodes are held
 * against those with the same number, so that positions in a conversation's state mean the same too.
 */
import { canonicalJson } from '../json.ts';
import type { Flow } from '../machine/flow.ts';
import { flowOf, MAIN, type Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';
import { nodeWithoutPositions, ruleOf, startsWithoutPositions } from '../machine/without-positions.ts';

/** Nodes by flow. */
export type Alike = ReadonlyMap<string, ReadonlySet<Target>>;

/** Undefined where they differ in what is of no one step: how conversations start, with what, languages, limits. */
export function alikeIn(one: Machine, other: Machine): Alike | undefined {
  if (canonicalJson(frameOf(one)) !== canonicalJson(frameOf(other))) return undefined;
  const flows = Object.entries(one.flows).flatMap(([name, flow]) => {
    const counterpart = other.flows[name];
    const isAlike = counterpart && canonicalJson(ruleOf(flow)) === canonicalJson(ruleOf(counterpart));
    return isAlike ? [{ name, flow, counterpart }] : [];
  });
  const names = new Set(flows.map(({ name }) => name));
  return new Map(flows.map(({ name, flow, counterpart }) => [name, alikeNodes(flow, counterpart, names)]));
}

/** What a machine is, but for its flows and for what only people read. */
function frameOf(machine: Machine): object {
  const { flows: _flows, hash: _hash, version: _version, about: _about, ...frame } = machine;
  // What a start gives may be refused before any node is passed.
  return { ...frame, starts: startsWithoutPositions(machine), main: ruleOf(flowOf(machine, MAIN)) };
}

/** `flows`: those of which all but the nodes is alike. */
function alikeNodes(one: Flow, other: Flow, flows: ReadonlySet<string>): ReadonlySet<Target> {
  const same = new Set(indicesOf(one.nodes, (node, index) => isSame(node, other.nodes[index])));
  return new Set(indicesOf(one.nodes, (node, index) => same.has(index) && isAlso(node, same, flows)));
}

function indicesOf(nodes: readonly Node[], holds: (node: Node, index: Target) => boolean): Target[] {
  return nodes.flatMap((node, index) => (holds(node, index) ? [index] : []));
}

function isSame(one: Node, other: Node | undefined): boolean {
  return other !== undefined && canonicalJson(nodeWithoutPositions(one)) === canonicalJson(nodeWithoutPositions(other));
}

/** Some say or wait for what stands in another; a call may fail before any node of its flow is passed. */
function isAlso(node: Node, same: ReadonlySet<Target>, flows: ReadonlySet<string>): boolean {
  if (node.op === 'repeat' || node.op === 'wait-again') return same.has(node.ask);
  if (node.op === 'call') return flows.has(node.flow);
  return node.op !== 'await-rest' || same.has(node.listen);
}
