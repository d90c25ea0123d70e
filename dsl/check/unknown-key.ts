/** Keys that the schema does not have there; where it has them elsewhere, that is the remedy. */
import type { ErrorObject } from 'ajv';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Range } from '../parse/source-file.ts';
import type { Json } from '../json.ts';
import type { Tree } from '../parse/tree.ts';
import { definitionSchema } from '../schema/definition.ts';
import type { Schema } from '../schema/schema.ts';
import { meaningAt, meaningOf, memberSchema } from '../schema/walk.ts';
import { containerAt, nameOf, segmentsOf } from './places.ts';

export function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

export function unknownKeyOf(error: ErrorObject): string {
  return (error.params as { additionalProperty: string }).additionalProperty;
}

/** `root`: the schema of the file. */
export function reportUnknownKey(report: Report, tree: Tree, root: Schema, error: ErrorObject): void {
  const key = unknownKeyOf(error);
  const schema = error.parentSchema as Schema;
  const container = containerAt(tree.root, error.instancePath) ?? {};
  const range = tree.keyRange(container, key);
  const name = nameOf(error.instancePath);
  if (standsBeside(root, tree.root, error)) {
    report.add('unknown-key', range, `"${key}" stands beside ${name}, not inside it`, {
      expected: `"${key}" in the step, indented as ${name} is`,
    });
  } else if (schema.later?.includes(key)) {
    reportLater(report, range, key);
  } else if (isLocale(key) && schema.properties?.['text']) {
    report.add('unknown-key', range, `"${key}" stands under "text", not in ${name} itself`, {
      expected: `text: { ${key}: … }`,
    });
  } else {
    const known = Object.keys(schema.properties ?? {});
    const meant = schema.instead && Object.hasOwn(schema.instead, key) ? schema.instead[key] : undefined;
    const lists = meant === undefined ? listsWith(root, schema, key) : [];
    if (lists.length > 0) {
      const names = lists.map((list) => `"${list}"`).join(' or ');
      report.add('unknown-key', range, `"${key}" stands in an entry of ${names}, not in ${name} itself`, {
        expected: `${lists[0] ?? ''}: [{ ${key}: … }]`,
      });
      return;
    }
    const hints = { expected: `one of ${known.join(', ')}`, suggestion: meant ?? nearest(key, known) };
    report.add('unknown-key', range, `${name} has no key "${key}"`, hints);
  }
}

/** Keys of a map that hold lists, of which the entries have such a key. */
function listsWith(root: Schema, { properties = {} }: Schema, key: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const { items } = meaningOf(root, schema, 'array').schema;
    return items && memberSchema(meaningOf(root, items, 'object'), key) ? [name] : [];
  });
}

/** `en`, `pt-BR`. */
function isLocale(key: string): boolean {
  return /^[a-z]{2}(-[A-Z]{2})?$/.test(key);
}

function isOfStep(key: string): boolean {
  return Object.hasOwn(definitionSchema.$defs?.['step']?.properties ?? {}, key);
}

/** What is a step of its own today may be written in more places in a later version. */
function reportLater(report: Report, range: Range, key: string): void {
  if (!isOfStep(key)) {
    report.add('not-in-this-version', range, `"${key}" is not in this version of the language`);
    return;
  }
  report.add('not-in-this-version', range, `"${key}" stands in a step of its own, not here in this version`, {
    expected: 'goto: STEP, to a step that does it',
  });
}

/** Those that no unknown key among them tells already. */
export function withoutTold(root: Schema, value: Json, errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unknown = errors.filter(isUnknownKey);
  const beside = unknown.filter((error) => standsBeside(root, value, error));
  const besides = new Set(beside.map((error) => `${error.instancePath}/${unknownKeyOf(error)}`));
  const steps = new Set(unknown.filter(isStep).map(({ instancePath }) => instancePath));
  return errors.filter((error) => !isMissing(error, besides) && !goesWithStep(error, steps));
}

function standsBeside(root: Schema, value: Json, error: ErrorObject): boolean {
  const { beside = [] } = meaningAt(root, value, segmentsOf(error.instancePath)) ?? {};
  return beside.includes(unknownKeyOf(error));
}

function isStep(error: ErrorObject): boolean {
  const { later = [] } = error.parentSchema as Schema;
  return later.includes(unknownKeyOf(error)) && isOfStep(unknownKeyOf(error));
}

/** A key is missing because it stands inside the one that it should stand beside. */
function isMissing({ keyword, params, instancePath }: ErrorObject, besides: ReadonlySet<string>): boolean {
  if (keyword !== 'dependentRequired') return false;
  const { property, missingProperty } = params as { property: string; missingProperty: string };
  return besides.has(`${instancePath}/${property}/${missingProperty}`);
}

/** A key that belongs to a step which can not stand there, such as `silence` to `ask`: it goes where that goes. */
function goesWithStep(error: ErrorObject, steps: ReadonlySet<string>): boolean {
  return isUnknownKey(error) && steps.has(error.instancePath) && !isStep(error) && isOfStep(unknownKeyOf(error));
}
