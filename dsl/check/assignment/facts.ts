/**
 * What an expression needs to have been given a value, and what it tells about that when it is true or false. A fact is
 * `vars.x`, `data.x`, `inputs.x`, `data.x.y`, `reply` or `opening`: that it has a value.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { ValueType } from '../../machine/value-types.ts';
import { childrenOf, comprehensionOf, pathOf, type Comprehension } from '../../expression/inspect.ts';
import { typeOf } from '../../expression/item-types.ts';
import { factsAlong, mayBeMissing, partOf, rootOfItem, typeAlong, type Roots } from './known-types.ts';

export type Fact = string;
export type Facts = ReadonlySet<Fact>;

interface Place {
  /** Within the expression. */
  readonly start: number;
  readonly end: number;
}

export type Read = Place &
  (
    | { readonly of: 'flow'; readonly fact: Fact }
    /** Of an item of a list: nothing outside the expression knows of it. `isNamed`: `has` can ask for it. */
    | { readonly of: 'item'; readonly fact: Fact; readonly isNamed: boolean }
  );

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
      return this.factsOf(path).flatMap((fact) => (known.has(fact) ? [] : [{ of: 'flow', fact, start, end }]));
    }
    const comprehension = comprehensionOf(node);
    if (comprehension) return this.readsOfItems(comprehension, known);
    if (node.op === '.') return [...this.reads(node.args[0], known), ...this.readOfPart(node)];
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

  private readsOfItems(made: Comprehension, known: Facts): readonly Read[] {
    const { list, item, inside } = made;
    const reader = this.within(made);
    const found: Read[] = [];
    let there = plus(
      without(known, [item]),
      this.factsOfItems(list).map((name) => `${item}.${name}`),
    );
    for (const part of inside) {
      for (const read of reader.reads(part, there)) {
        const isOfItem = read.of === 'flow' && read.fact.startsWith(`${item}.`);
        if (isOfItem && found.some(({ fact }) => fact === read.fact)) continue;
        found.push(isOfItem ? { ...read, of: 'item', isNamed: true } : read);
      }
      there = plus(there, reader.factsWhen(part, true));
    }
    return [...this.reads(list, known), ...found];
  }

  /** Below something that is no path, such as `list[0].note`. */
  private readOfPart(node: ASTNode & { readonly op: '.' }): readonly Read[] {
    const type = partOf(this.typeOf(node.args[0]), node.args[1]);
    if (!type || !mayBeMissing(type)) return [];
    const names = [node.args[1]];
    let receiver = node.args[0];
    for (; receiver.op === '.'; [receiver] = receiver.args) names.unshift(receiver.args[1]);
    const isGuarded = receiver.op === '[]' && this.factsOfItems(receiver.args[0]).includes(names.join('.'));
    const { input, start, end } = node;
    return isGuarded ? [] : [{ of: 'item', fact: input.slice(start, end), isNamed: false, start, end }];
  }

  /** What every item of the list has, as what it was filtered by tells. */
  private factsOfItems(list: ASTNode): readonly string[] {
    const made = comprehensionOf(list);
    const test = made?.name === 'filter' ? made.inside[0] : undefined;
    if (!made || !test) return [];
    const told = this.within(made).factsWhen(test, true);
    const own = `${made.item}.`;
    return [
      ...this.factsOfItems(made.list),
      ...told.flatMap((fact) => (fact.startsWith(own) ? [fact.slice(own.length)] : [])),
    ];
  }

  private within({ list, item }: Comprehension): Reader {
    const type = this.typeOf(list);
    return new Reader({ ...this.roots, [item]: rootOfItem(type?.type === 'list' ? type.of : undefined) });
  }

  private typeOf(node: ASTNode): ValueType | undefined {
    return typeOf(node, (path) => typeAlong(path, this.roots));
  }

  private readsIn(nodes: readonly ASTNode[], known: Facts): readonly Read[] {
    return nodes.flatMap((node) => this.reads(node, known));
  }

  private factsOf(path: readonly string[]): readonly Fact[] {
    const [root = ''] = path;
    const isMessage = (root === REPLY || root === OPENING) && !Object.hasOwn(this.roots, root);
    return isMessage ? [root] : factsAlong(path, this.roots);
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
