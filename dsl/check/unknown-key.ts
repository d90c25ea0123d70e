/** Keys that the schema does not have there; where it has them elsewhere, that is the remedy. */
import type { ErrorObject } from 'ajv';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Range } from '../parse/source-file.ts';
import type { Tree } from '../parse/tree.ts';
import { definitionSchema } from '../schema/definition.ts';
import type { Schema } from '../schema/schema.ts';
import { containerAt, nameOf } from './places.ts';

export function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

export function unknownKeyOf(error: ErrorObject): string {
  return (error.params as { additionalProperty: string }).additionalProperty;
}

export function reportUnknownKey(report: Report, tree: Tree, error: ErrorObject): void {
  const key = unknownKeyOf(error);
  const schema = error.parentSchema as Schema;
  const container = containerAt(tree.root, error.instancePath) ?? {};
  const range = tree.keyRange(container, key);
  const name = nameOf(error.instancePath);
  if (schema.beside?.includes(key)) {
    report.add('unknown-key', range, `"${key}" stands beside ${name}, not inside it`, {
      expected: `"${key}" in the step, indented as ${name} is`,
    });
  } else if (schema.later?.includes(key)) {
    reportLater(report, range, key);
  } else {
    const known = Object.keys(schema.properties ?? {});
    const hints = { expected: `one of ${known.join(', ')}`, suggestion: nearest(key, known) };
    report.add('unknown-key', range, `${name} has no key "${key}"`, hints);
  }
}

/** What is a step of its own today may be written in more places in a later version. */
function reportLater(report: Report, range: Range, key: string): void {
  if (!Object.hasOwn(definitionSchema.$defs?.['step']?.properties ?? {}, key)) {
    report.add('not-in-this-version', range, `"${key}" is not in this version of the language`);
    return;
  }
  report.add('not-in-this-version', range, `"${key}" stands in a step of its own, not here in this version`, {
    expected: 'goto: STEP, to a step that does it',
  });
}

/** Whether a key is missing only because it was written inside the one that it stands beside: there it is reported. */
export function standsInside(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword !== 'dependentRequired') return false;
  const { property, missingProperty } = error.params as { property: string; missingProperty: string };
  return errors.some(
    (other) =>
      isUnknownKey(other) &&
      unknownKeyOf(other) === missingProperty &&
      other.instancePath === `${error.instancePath}/${property}` &&
      (other.parentSchema as Schema).beside?.includes(missingProperty),
  );
}
