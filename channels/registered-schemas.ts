import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { RE2JS } from 're2js';
import { EventError, type EventProblem } from './event-errors.ts';
import { problemsFrom } from './problems.ts';

/** The JSON Schemas that a customer registered for types of its own. */
export interface RegisteredSchemas {
  /** Nothing for a type without a schema. */
  validate(type: string, data: unknown): readonly EventProblem[];
}

/** Customers write these patterns: they run in linear time. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return {
      test: (text: string): boolean => compiled.matcher(text).find(),
      // The validator keeps one compiled pattern per text of this.
      toString: () => pattern,
    };
  },
  { code: 'linearRegExp' },
);

/** Compiles every schema now, so that a wrong one is refused when registered: EventError `event-schema-invalid`. */
export function registeredSchemas(schemas: Readonly<Record<string, object>>): RegisteredSchemas {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    formats: fullFormats,
    code: { regExp: linearRegExp },
  });
  const validators = new Map<string, ValidateFunction>(
    Object.entries(schemas).map(([type, schema]) => [type, compile(ajv, type, schema)]),
  );
  return {
    validate: (type, data) => {
      const validate = validators.get(type);
      return !validate || validate(data) ? [] : problemsFrom(validate.errors, 'data');
    },
  };
}

function compile(ajv: Ajv2020, type: string, schema: object): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventError('event-schema-invalid', `the schema for "${type}" is no JSON Schema: ${reason}`, [], {
      cause,
    });
  }
}
