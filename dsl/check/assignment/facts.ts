/**
 * What an expression needs to have been given a value, and what it tells about that when it is true or false. A fact is
 * `vars.x`, `data.x`, `reply` or `opening`: that it has a value.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from '../../expression/inspect.ts';

export type Fact = string;
export type Facts = ReadonlySet<Fact>;

export interface Read {
  readonly fact: Fact;
  /** Within the expression. */
  readonly start: number;
  readonly end: number;
}

export const REPLY: Fact = 'reply';
/** The message that started the conversation. */
export const OPENING: Fact = 'opening';
export const variable = (name: string): Fact => `vars.${name}`;
export const answer = (source: string): Fact => `data.${source}`;

/** Reads that no `has` around them guards, in the order of evaluation. */
export function readsOf(node: ASTNode, known: Facts): readonly Read[] {
  const fact = factOf(node);
  if (fact !== undefined) return known.has(fact) ? [] : [{ fact, start: node.start, end: node.end }];
  if (node.op === 'call') return testedOf(node) === undefined ? readsIn(node.args[1], known) : [];
  if (node.op === '&&' || node.op === '||') {
    const [left, right] = node.args;
    return [...readsOf(left, known), ...readsOf(right, plus(known, factsWhen(left, node.op === '&&')))];
  }
  if (node.op !== '?:') return readsIn(childrenOf(node), known);
  const [condition, first, second] = node.args;
  return [
    ...readsOf(condition, known),
    ...readsOf(first, plus(known, factsWhen(condition, true))),
    ...readsOf(second, plus(known, factsWhen(condition, false))),
  ];
}

/** What has a value where the expression is `truth`. */
export function factsWhen(node: ASTNode, truth: boolean): readonly Fact[] {
  if (node.op === 'call') {
    const tested = testedOf(node);
    return truth && tested !== undefined ? [tested] : [];
  }
  if (node.op === '!_') return factsWhen(node.args, !truth);
  const isWhole = (node.op === '&&' && truth) || (node.op === '||' && !truth);
  return isWhole ? node.args.flatMap((part) => factsWhen(part, truth)) : [];
}

function readsIn(nodes: readonly ASTNode[], known: Facts): readonly Read[] {
  return nodes.flatMap((node) => readsOf(node, known));
}

function factOf(node: ASTNode): Fact | undefined {
  if (node.op === 'id') return node.args === REPLY || node.args === OPENING ? node.args : undefined;
  if (node.op !== '.' && node.op !== '.?') return undefined;
  const [receiver, name] = node.args;
  if (receiver.op !== 'id') return undefined;
  if (receiver.args === 'vars') return variable(name);
  return receiver.args === 'data' ? answer(name) : undefined;
}

/** What `has(…)` tests; undefined for anything else. */
function testedOf(node: ASTNode & { readonly op: 'call' }): Fact | undefined {
  const [name, [tested]] = node.args;
  if (name !== 'has' || !tested) return undefined;
  const fact = factOf(tested);
  if (fact !== undefined) return fact;
  return tested.op === '.' && tested.args[0].op === 'id' ? factOf(tested.args[0]) : undefined;
}

export function plus(facts: Facts, more: Iterable<Fact>): Facts {
  return new Set([...facts, ...more]);
}
