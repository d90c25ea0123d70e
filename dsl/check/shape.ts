/** The file against the language's schema; each difference in the author's terms, at its place. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Json } from '../json.ts';
import { sourceOf, type Key, type Tree } from '../parse/tree.ts';
import { definitionSchema } from '../schema/definition.ts';
import { sharedSchema } from '../schema/shared.ts';
import type { Schema } from '../schema/schema.ts';
import type { SourceDefinition } from '../schema/source.ts';
import { containerAt, keyRangeAt, nameOf, placeAt, rangeAt, valueAt } from './places.ts';
import { isUnknownKey, reportUnknownKey, unknownKeyOf, withoutTold } from './unknown-key.ts';

/** That they are JSON Schema shows a test: to look each time takes a third of what there is to do before the first file. */
const OWN_SCHEMAS = { meta: false, validateSchema: false };

const compiled = new Map<Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const made = new Ajv2020({ allErrors: true, verbose: true, strict: false, ...OWN_SCHEMAS }).compile(schema);
  compiled.set(schema, made);
  return made;
}

/**
 * The definition, if its shape is right. Where only unknown keys are wrong they are reported and left out, so that
 * everything else is still checked.
 */
export function checkShape(report: Report, tree: Tree): SourceDefinition | undefined {
  return checkAgainst(definitionSchema, report, tree) as unknown as SourceDefinition | undefined;
}

/** A shared file, as a definition that starts by nothing. */
export function checkSharedShape(report: Report, tree: Tree): SourceDefinition | undefined {
  const content = checkAgainst(sharedSchema, report, tree) as unknown as { readonly shared: string } | undefined;
  return content && { ...content, conversation: content.shared, start: [], steps: [] };
}

/** The same for another kind of file: its content, if it fits the schema. */
export function checkAgainst(schema: Schema, report: Report, tree: Tree): Json | undefined {
  const validate = validatorOf(schema);
  let errors = errorsOf(validate, tree.root);
  if (readAsText(tree, errors)) errors = errorsOf(validate, tree.root);
  for (const error of withoutTold(schema, tree.root, errors)) reportShape(report, tree, schema, error);
  const unknown = errors.filter(isUnknownKey);
  for (const error of unknown)
    Reflect.deleteProperty(containerAt(tree.root, error.instancePath) ?? {}, unknownKeyOf(error));
  if (unknown.length > 0) errors = errorsOf(validate, tree.root);
  return errors.length === 0 ? tree.root : undefined;
}

function errorsOf(validate: ValidateFunction, value: Json): readonly ErrorObject[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames');
}

/** Where a text is expected, an unquoted `007` or `true` is the text that it looks like. */
function readAsText(tree: Tree, errors: readonly ErrorObject[]): boolean {
  let isChanged = false;
  for (const { keyword, schema, instancePath } of errors) {
    if (keyword !== 'type' || ![schema].flat().includes('string')) continue;
    const place = placeAt(tree.root, instancePath);
    const scalar = place && tree.scalar(place.container, place.key);
    if (!place || !scalar || scalar.value === null || typeof scalar.value === 'string') continue;
    (place.container as Record<Key, Json>)[place.key] = sourceOf(scalar);
    isChanged = true;
  }
  return isChanged;
}

function reportShape(report: Report, tree: Tree, root: Schema, error: ErrorObject): void {
  const range = rangeAt(tree, error.instancePath);
  const schema = error.parentSchema as Schema;
  const name = nameOf(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties':
      reportUnknownKey(report, tree, root, error);
      return;
    case 'required':
    case 'dependentRequired': {
      const missing = (error.params as { missingProperty: string }).missingProperty;
      const because = (error.params as { property?: string }).property;
      const message =
        because === undefined ? `${name} needs "${missing}"` : `"${because}" needs "${missing}" beside it`;
      report.add('missing-key', keyRangeAt(tree, error.instancePath, because), message, {
        expected: schema.properties?.[missing]?.expected,
      });
      return;
    }
    case 'type':
      report.add('wrong-type', range, `${name} is ${kindOf(valueAt(tree.root, error.instancePath))}`, {
        expected: expectedOf(schema),
      });
      return;
    default:
      reportValue(report, tree, error);
  }
}

const LIMITS: Readonly<Record<string, string>> = {
  minItems: 'is empty',
  maxItems: 'has too many items',
  minProperties: 'is empty',
  minLength: 'is empty',
  maxLength: 'is too long',
  uniqueItems: 'has the same item twice',
};

function reportValue(report: Report, tree: Tree, error: ErrorObject): void {
  const schema = error.parentSchema as Schema;
  const { propertyName } = error as { propertyName?: string };
  const expected = expectedOf(schema);
  if (propertyName !== undefined) {
    const container = containerAt(tree.root, error.instancePath) ?? {};
    report.add('wrong-value', tree.keyRange(container, propertyName), `"${propertyName}" is not possible here`, {
      expected,
    });
    return;
  }
  const value = valueAt(tree.root, error.instancePath);
  const shown = typeof value === 'object' ? nameOf(error.instancePath) : JSON.stringify(value);
  const candidates = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const suggestion = typeof value === 'string' ? nearest(value, candidates) : undefined;
  report.add(
    'wrong-value',
    rangeAt(tree, error.instancePath),
    `${shown} ${LIMITS[error.keyword] ?? 'is not possible here'}`,
    { expected, suggestion },
  );
}

function expectedOf(schema: Schema): string | undefined {
  if (schema.expected !== undefined) return schema.expected;
  const kinds = schema.type === undefined ? [] : [schema.type].flat();
  return kinds.length === 0 ? undefined : kinds.map((kind) => KINDS[kind]).join(' or ');
}

const KINDS = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
  array: 'a list',
  object: 'a map',
} as const;

function kindOf(value: Json | undefined): string {
  if (value === null || value === undefined) return 'without a value';
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value as 'string' | 'number' | 'boolean' | 'object'];
}
