import type { ErrorObject } from 'ajv';
import type { EventProblem } from './event-errors.ts';

/** Enough to mend an event by; a hostile one can break rules without end. */
const MAX_PROBLEMS = 20;

/** A validator's findings in the words of somebody who sends events. `root`: `data`, or empty for the whole event. */
export function problemsFrom(errors: readonly ErrorObject[] | null | undefined, root: string): readonly EventProblem[] {
  return (errors ?? []).slice(0, MAX_PROBLEMS).map((error) => problemFrom(error, root));
}

function problemFrom(error: ErrorObject, root: string): EventProblem {
  const path = pathOf(error.instancePath, root);
  const parameters = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required': {
      const field = String(parameters['missingProperty']);
      return { path: join(path, field), expected: describe(propertyOf(error, field)), remedy: 'add it' };
    }
    case 'additionalProperties': {
      const field = String(parameters['additionalProperty']);
      const known = Object.keys(propertiesOf(error)).join(', ');
      const remedy = known === '' ? 'remove it' : `remove it, or correct its name: known are ${known}`;
      return { path: join(path, field), expected: 'no such field', remedy };
    }
    case 'enum': {
      const allowed = (parameters['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value));
      return { path, expected: `one of ${allowed.join(', ')}`, remedy: 'use one of these' };
    }
    case 'type':
      return { path, expected: String(parameters['type']), remedy: `${shown(error.data)} is not of that type` };
    default:
      return {
        path,
        expected: describe(error.parentSchema),
        remedy: `${shown(error.data)} ${error.message ?? 'is not'}`,
      };
  }
}

/** `/choices/0/label` below `data` → `data.choices[0].label` */
function pathOf(pointer: string, root: string): string {
  const parts = pointer.split('/').slice(1);
  return parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), root);
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

function propertiesOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  return (error.parentSchema?.['properties'] ?? {}) as Readonly<Record<string, unknown>>;
}

function propertyOf(error: ErrorObject, field: string): unknown {
  return propertiesOf(error)[field];
}

function describe(schema: unknown): string {
  const { description, type } = (schema ?? {}) as { readonly description?: string; readonly type?: string };
  return description?.replace(/\.$/, '') ?? type ?? 'a value';
}

/** Longest piece of a wrong value that a message repeats. */
const MAX_SHOWN_CHARACTERS = 60;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
