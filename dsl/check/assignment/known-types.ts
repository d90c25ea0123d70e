/** Which values may be missing, by what is declared of them. */
import type { Flow } from '../../machine/flow.ts';
import type { ValueType } from '../../machine/value-types.ts';
import { answersOf } from '../../expression/program.ts';
import type { Fact } from './facts.ts';

type Fields = Readonly<Record<string, ValueType>>;

/** What is declared of a root of expressions. */
interface Root {
  readonly type: ValueType;
  /** Whether anything below it lacks a value until something gives it one; else only what is optional may. */
  readonly isEmptyAtFirst: boolean;
}

export type Roots = Readonly<Record<string, Root>>;

/** What a fetch that failed tells: no status where nothing answered. */
const FAILURE: Fields = {
  code: { type: 'text' },
  reason: { type: 'text' },
  status: { type: 'integer', optional: true },
};

/** `results`: what `result` holds after each call of the flow. */
export function rootsOf(flow: Pick<Flow, 'inputs' | 'vars' | 'sources'>, attributes: Fields, results: Fields): Roots {
  return {
    inputs: rootOf(flow.inputs),
    vars: { ...rootOf(flow.vars), isEmptyAtFirst: true },
    data: { ...rootOf(answersOf(flow.sources)), isEmptyAtFirst: true },
    contact: rootOfAttributes(attributes),
    result: { ...rootOf(results), isEmptyAtFirst: true },
    failure: rootOf(FAILURE),
  };
}

/** Of these, only what is optional may be missing. */
export function rootOf(fields: Fields): Root {
  return rootOfItem({ type: 'object', fields });
}

/** What `exists` and its like name for each item; where nothing is declared of it, nothing is known to be missing. */
export function rootOfItem(type: ValueType = { type: 'object', fields: {} }): Root {
  return { type, isEmptyAtFirst: false };
}

/** Nothing is known of a person but what has a default. */
export function rootOfAttributes(attributes: Fields): Root {
  const fields = Object.entries(attributes).map(([name, type]): [string, ValueType] => [
    name,
    { ...type, optional: true },
  ]);
  return rootOf(Object.fromEntries(fields));
}

/** `event`, whose data is declared so. */
export function rootOfEvent(fields: Fields): Root {
  return rootOf({ data: { type: 'object', fields } });
}

/** What must have a value for the one at the path to have one, the outermost first. */
export function factsAlong([root = '', ...names]: readonly string[], roots: Roots): readonly Fact[] {
  const facts: Fact[] = [];
  const known = Object.hasOwn(roots, root) ? roots[root] : undefined;
  let type = known?.type;
  for (const [index, name] of names.entries()) {
    type = partOf(type, name);
    if (!type) break;
    if (mayBeMissing(type) || (known?.isEmptyAtFirst === true && index === 0))
      facts.push([root, ...names.slice(0, index + 1)].join('.'));
  }
  return facts;
}

/** What is declared of the value at the path. */
export function typeAlong([root = '', ...names]: readonly string[], roots: Roots): ValueType | undefined {
  return names.reduce(partOf, Object.hasOwn(roots, root) ? roots[root]?.type : undefined);
}

export function partOf(type: ValueType | undefined, name: string): ValueType | undefined {
  return type?.type === 'object' && Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
}

export function mayBeMissing(type: ValueType): boolean {
  return type.optional === true && type.default === undefined;
}
