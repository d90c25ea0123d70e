import type { ErrorObject } from 'ajv';
import { ParlanceError } from '../../channels/error.ts';
import { nearest } from '../../dsl/diagnostics/did-you-mean.ts';
import { configurationSchema } from './schema.ts';
import type { SettingSchema } from './setting.ts';

/** One thing wrong with the configuration. */
export interface ConfigurationProblem {
  /** `parlance.yaml:3:7`, `PARLANCE_HTTP_PORT` or `--port`. */
  readonly where: string;
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigurationError extends ParlanceError<'config-invalid' | 'config-unreadable'> {
  readonly problems: readonly ConfigurationProblem[];

  constructor(code: 'config-invalid' | 'config-unreadable', problems: readonly ConfigurationProblem[]) {
    super(code, problems.map(({ where, message }) => `${where}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** `/broker/url` → `['broker', 'url']`, whole numbers kept as text. */
export function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The keys that the schema knows at `path`. */
export function keysAt(path: readonly string[]): readonly string[] {
  const [name] = path;
  if (name === undefined) return Object.keys(configurationSchema.properties);
  const schema = configurationSchema.properties[name];
  return schema?.type === 'object' ? Object.keys(schema.properties) : [];
}

/** `unknown key "prot"; did you mean "port"?` */
export function unknown(kind: string, name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  const hint = guess === undefined ? `; known are ${known.join(', ')}` : `; did you mean "${guess}"?`;
  return `unknown ${kind} "${name}"${hint}`;
}

/** What was expected of a value, in words; never repeats a secret. */
export function describe(error: ErrorObject, key: string, schema: SettingSchema | undefined, found: unknown): string {
  return `${key}: expected ${expectation(error, schema)}${schema?.writeOnly === true ? '' : `, found ${show(found)}`}`;
}

function expectation(error: ErrorObject, schema: SettingSchema | undefined): string {
  if (schema === undefined) return error.message?.replace(/^must be /, '') ?? 'something else';
  if (schema['x-expected'] !== undefined) return schema['x-expected'];
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'integer') {
    const low = schema.minimum?.toString() ?? '';
    return schema.maximum === undefined
      ? 'a whole number'
      : `a whole number from ${low} to ${schema.maximum.toString()}`;
  }
  if (schema.type === 'boolean') return 'true or false';
  return schema.minLength === undefined ? 'text' : 'text that is not empty';
}

const SHOWN_CHARACTERS = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'nothing';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
