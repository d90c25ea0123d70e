import type { ValidateFunction } from 'ajv';
import { EventError, MalformedEventError, type EventProblem } from './event-errors.ts';
import type { Event } from './event.ts';
import { problemsFrom } from './problems.ts';
import { compileSchema } from './schema-problems.ts';

/** The JSON Schemas that a customer registered for types of its own. */
export interface RegisteredSchemas {
  /** Nothing for a type without a schema. */
  validate(type: string, data: unknown): readonly EventProblem[];
}

/** Compiles every schema now, so that a wrong one is refused when registered: EventError `event-schema-invalid`. */
export function registeredSchemas(schemas: Readonly<Record<string, object>>): RegisteredSchemas {
  const validators = new Map<string, ValidateFunction>(
    Object.entries(schemas).map(([type, schema]) => [type, compile(type, schema)]),
  );
  return {
    validate: (type, data) => {
      const validate = validators.get(type);
      return !validate || validate(data) ? [] : problemsFrom(validate.errors, 'data');
    },
  };
}

function compile(type: string, schema: object): ValidateFunction {
  const compiled = compileSchema(schema);
  if ('validate' in compiled) return compiled.validate;
  const reasons = compiled.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new EventError(
    'event-schema-invalid',
    `the schema for "${type}" is no JSON Schema that we can use: ${reasons}`,
  );
}

/** For whoever reads events that may not have come through our edge. Throws MalformedEventError. */
export function checkRegistered({ id, type, data }: Event, registered: RegisteredSchemas): void {
  const problems = registered.validate(type, data);
  if (problems.length > 0) throw new MalformedEventError(`event "${id}" (${type})`, problems);
}
