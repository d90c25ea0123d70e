/**
 * What an expression needs to have been given a value, and what it tells about that when it is true or false. A fact is
 * `vars.x`, `data.x`, `inputs.x`, `data.x.y`, `reply` or `opening`: that it has a value.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, pathOf } from '../../expression/inspect.ts';
import { factsAlong, type Roots } from './known-types.ts';

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
export const attribute = (name: string): Fact => `contact.${name}`;
/** All that a call gave, and all that a fetch that failed tells: no facts themselves. */
export const RESULT = 'result';
export const FAILURE = 'failure';
/** The event that is seen after one of several ways. */
export const EVENT = 'event';

/** Of every flow alike, whichever calls which. */
export function isShared(fact: Fact): boolean {
  return fact === REPLY || fact.startsWith('contact.');
}

/** What expressions say of facts, where these roots are declared. */
export class Reader {
  private readonly roots: Roots;

  constructor(roots: Roots) {
    this.roots = roots;
  }

  /** Reads that no `has` around them guards, in the order of evaluation. */
  reads(node: ASTNode, known: Facts): readonly Read[] {
    const path = pathOf(node);
    if (path) {
      const { start, end } = node;
      return this.factsOf(path).flatMap((fact) => (known.has(fact) ? [] : [{ fact, start, end }]));
    }
    if (node.op === 'call' && node.args[0] === 'has') return this.readsOfTest(node.args[1], known);
    if (node.op === '&&' || node.op === '||') {
      const [left, right] = node.args;
      return [...this.reads(left, known), ...this.reads(right, plus(known, this.factsWhen(left, node.op === '&&')))];
    }
    if (node.op !== '?:') return this.readsIn(childrenOf(node), known);
    const [condition, first, second] = node.args;
    return [
      ...this.reads(condition, known),
      ...this.reads(first, plus(known, this.factsWhen(condition, true))),
      ...this.reads(second, plus(known, this.factsWhen(condition, false))),
    ];
  }

  /** What has a value where the expression is `truth`. */
  factsWhen(node: ASTNode, truth: boolean): readonly Fact[] {
    if (node.op === 'call') {
      const [name, [tested]] = node.args;
      return truth && name === 'has' && tested ? this.factsOf(pathOf(tested) ?? []) : [];
    }
    if (node.op === '!_') return this.factsWhen(node.args, !truth);
    const isWhole = (node.op === '&&' && truth) || (node.op === '||' && !truth);
    return isWhole ? node.args.flatMap((part) => this.factsWhen(part, truth)) : [];
  }

  /** `has(x.y)` needs `x` alone. */
  private readsOfTest([tested]: readonly ASTNode[], known: Facts): readonly Read[] {
    if (tested?.op !== '.') return tested ? this.reads(tested, known) : [];
    const [receiver] = tested.args;
    return receiver.op === 'id' ? [] : this.reads(receiver, known);
  }

  private readsIn(nodes: readonly ASTNode[], known: Facts): readonly Read[] {
    return nodes.flatMap((node) => this.reads(node, known));
  }

  private factsOf(path: readonly string[]): readonly Fact[] {
    const [root] = path;
    return root === REPLY || root === OPENING ? [root] : factsAlong(path, this.roots);
  }
}

export function plus(facts: Facts, more: Iterable<Fact>): Facts {
  return new Set([...facts, ...more]);
}

/** Without what was known of the parts of values that are given anew, and of these. */
export function without(facts: Facts, lost: readonly Fact[]): Facts {
  if (lost.length === 0) return facts;
  return new Set([...facts].filter((fact) => !lost.some((one) => fact === one || fact.startsWith(`${one}.`))));
}
