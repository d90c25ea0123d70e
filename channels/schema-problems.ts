import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { RE2JS } from 're2js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Why something is no JSON Schema that we can use, and where. */
export interface SchemaProblem {
  /** Keys and indexes from the schema's root. */
  readonly path: readonly string[];
  readonly message: string;
}

export type CompiledSchema = { readonly validate: ValidateFunction } | { readonly problems: readonly SchemaProblem[] };

/** Each schema stands alone: nothing of one is seen by another. */
export function compileSchema(schema: object): CompiledSchema {
  const dialect = (schema as { readonly $schema?: unknown }).$schema ?? DIALECT;
  if (dialect !== DIALECT && dialect !== `${DIALECT}#`) {
    return { problems: [{ path: ['$schema'], message: `expected ${DIALECT}, or no $schema at all` }] };
  }
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    // Annotations and formats that we do not know are no mistakes.
    strict: false,
    logger: false,
    formats: fullFormats,
    code: { regExp: linearRegExp },
  });
  if (ajv.validateSchema(schema) !== true) return { problems: misshapen(ajv.errors ?? []) };
  try {
    return { validate: ajv.compile(schema) };
  } catch (cause) {
    return { problems: [unusable(schema, cause instanceof Error ? cause : new Error(String(cause)))] };
  }
}

/** The validator says the same in several ways: one finding a place, and none about what only holds a wrong part. */
function misshapen(errors: readonly ErrorObject[]): readonly SchemaProblem[] {
  const places = [...new Set(errors.map(({ instancePath }) => instancePath))];
  return places
    .filter((place) => !places.some((other) => other.startsWith(`${place}/`)))
    .flatMap((place) => {
      const here = errors.filter(({ instancePath }) => instancePath === place);
      const error = here.find(({ keyword }) => keyword === 'enum') ?? here[0];
      return error ? [{ path: partsOf(place), message: expectation(error) }] : [];
    });
}

function expectation({ keyword, params, message }: ErrorObject): string {
  const { allowedValues } = params as { readonly allowedValues?: readonly unknown[] };
  if (keyword === 'enum' && allowedValues) return `expected one of ${allowedValues.join(', ')}`;
  return (message ?? 'is no JSON Schema').replace(/^must be/, 'expected').replaceAll(',', ' or ');
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A well-formed schema with a pattern that we do not run, or a reference that leads nowhere. */
function unusable(schema: object, cause: Error): SchemaProblem {
  const isCulprit = (key: string, value: unknown, parent: string | undefined): boolean =>
    cause instanceof PatternError
      ? (key === 'pattern' && value === cause.pattern) || (parent === 'patternProperties' && key === cause.pattern)
      : key === '$ref' && typeof value === 'string' && cause.message.includes(`reference ${value} from`);
  return { path: placeOf(schema, isCulprit) ?? [], message: cause.message };
}

function placeOf(
  value: unknown,
  isWanted: (key: string, value: unknown, parent: string | undefined) => boolean,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key];
    const found = isWanted(key, inner, path.at(-1)) ? here : placeOf(inner, isWanted, here);
    if (found) return found;
  }
  return undefined;
}

class PatternError extends Error {
  readonly pattern: string;

  constructor(pattern: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the pattern can not be run in linear time: ${reason}`, { cause });
    this.pattern = pattern;
  }
}

/** Customers write these patterns: they run in linear time. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const compiled = compilePattern(pattern);
    return {
      test: (text: string): boolean => compiled.matcher(text).find(),
      // The validator keeps one compiled pattern per text of this.
      toString: () => pattern,
    };
  },
  { code: 'linearRegExp' },
);

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new PatternError(pattern, cause);
  }
}
