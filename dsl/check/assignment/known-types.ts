/** Which values may be missing, by what is declared of them. */
import type { Flow } from '../../machine/flow.ts';
import type { ValueType } from '../../machine/value-types.ts';
import { answersOf } from '../../expression/program.ts';
import type { Fact } from './facts.ts';

type Fields = Readonly<Record<string, ValueType>>;

/** The declared values below a root of expressions. */
interface Root {
  readonly fields: Fields;
  /** Whether any of them lacks a value until something gives it one; else only what is optional may. */
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
    inputs: { fields: flow.inputs, isEmptyAtFirst: false },
    vars: { fields: flow.vars, isEmptyAtFirst: true },
    data: { fields: answersOf(flow.sources), isEmptyAtFirst: true },
    contact: rootOfAttributes(attributes),
    result: { fields: results, isEmptyAtFirst: true },
    failure: { fields: FAILURE, isEmptyAtFirst: false },
  };
}

/** Nothing is known of a person but what has a default. */
export function rootOfAttributes(attributes: Fields): Root {
  const fields = Object.entries(attributes).map(([name, type]): [string, ValueType] => [
    name,
    { ...type, optional: true },
  ]);
  return { fields: Object.fromEntries(fields), isEmptyAtFirst: false };
}

/** `event`, whose data is declared so. */
export function rootOfEvent(fields: Fields): Root {
  return { fields: { data: { type: 'object', fields } }, isEmptyAtFirst: false };
}

/** What must have a value for the one at the path to have one, the outermost first. */
export function factsAlong([root = '', ...names]: readonly string[], roots: Roots): readonly Fact[] {
  const facts: Fact[] = [];
  const known = Object.hasOwn(roots, root) ? roots[root] : undefined;
  let fields = known?.fields;
  for (const [index, name] of names.entries()) {
    const type: ValueType | undefined = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!type) break;
    const mayBeMissing = type.optional === true && type.default === undefined;
    if (mayBeMissing || (known?.isEmptyAtFirst === true && index === 0))
      facts.push([root, ...names.slice(0, index + 1)].join('.'));
    fields = type.type === 'object' ? type.fields : undefined;
  }
  return facts;
}
