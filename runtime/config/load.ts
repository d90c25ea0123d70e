import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { tenantsNamedTwice } from './companies.ts';
import type { Configuration } from './configuration.ts';
import { CONFIG_VARIABLE, readEnvironment, type Environment, type EnvironmentValue } from './environment.ts';
import { ConfigurationError, describe, keysAt, pathOf, unknown, type ConfigurationProblem } from './problems.ts';
import { configurationSchema } from './schema.ts';
import { SETTINGS, settingOf } from './settings.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** Read from the working directory when neither --config nor PARLANCE_CONFIG names another. */
export const DEFAULT_FILE = 'parlance.yaml';

export interface ConfigurationSources {
  /** Path of the YAML file, from `--config`. Named files must exist; `parlance.yaml` need not. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  /** Command-line flags, strongest of all: `{ 'http.port': { flag: '--port', value: 9000 } }`. */
  readonly flags?: Readonly<Record<string, { readonly flag: string; readonly value: unknown }>>;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Per key (`broker.url`): `default`, `parlance.yaml:3:7`, `PARLANCE_BROKER_URL` or `--port`. */
  readonly origins: ReadonlyMap<string, string>;
}

const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, keywords: ['x-expected'] }).compile(
  configurationSchema,
);

/** Flags over environment over file over defaults. Throws one ConfigurationError with everything that is wrong. */
export function loadConfiguration(sources: ConfigurationSources): LoadedConfiguration {
  const file = readFile(sources);
  const environment = readEnvironment(sources.environment);
  const values = structuredClone(file?.values ?? {}) as Record<string, unknown>;
  const origins = new Map<string, string>();
  for (const { path, key, schema } of SETTINGS) {
    if (file?.has(path) === true) origins.set(key, file.where(path));
    else if (put(values, path, schema.default)) origins.set(key, 'default');
  }
  for (const { setting, value, variable } of overrides(environment.values, sources)) {
    if (put(values, setting.path, value)) origins.set(setting.key, variable);
  }
  const problems = [...(file?.problems ?? []), ...environment.problems];
  if (!validate(values)) problems.push(...toProblems(validate.errors ?? [], values, origins, file));
  if (problems.length > 0) throw new ConfigurationError('config-invalid', problems);
  const configuration = values as unknown as Configuration;
  const twice = tenantsNamedTwice(configuration);
  if (twice.length > 0) {
    const message = `companies: expected one name for each tenant, found several for ${twice.join(', ')}`;
    throw new ConfigurationError('config-invalid', [{ where: origins.get('companies') ?? DEFAULT_FILE, message }]);
  }
  return { configuration, origins };
}

function overrides(environment: readonly EnvironmentValue[], sources: ConfigurationSources): EnvironmentValue[] {
  const flags = Object.entries(sources.flags ?? {}).flatMap(([key, { flag, value }]) => {
    const setting = settingOf(key.split('.'));
    return setting === undefined || value === undefined ? [] : [{ setting, value, variable: flag }];
  });
  return [...environment, ...flags];
}

function readFile({ file, environment }: ConfigurationSources): YamlFile | undefined {
  const named = file ?? (environment[CONFIG_VARIABLE] || undefined);
  const path = named ?? DEFAULT_FILE;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (named === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigurationError('config-unreadable', [{ where: path, message: (cause as Error).message }]);
  }
  return parseYamlFile(path, text, 'http:');
}

/** Sets a leaf; creates a missing section, leaves a wrongly shaped one for the schema to report. */
function put(values: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  const [name, inner] = path;
  if (name === undefined || value === undefined) return false;
  if (inner === undefined) {
    values[name] = value;
    return true;
  }
  const section = (values[name] ??= {});
  if (typeof section !== 'object' || Array.isArray(section)) return false;
  (section as Record<string, unknown>)[inner] = value;
  return true;
}

function toProblems(
  errors: readonly ErrorObject[],
  values: unknown,
  origins: ReadonlyMap<string, string>,
  file: YamlFile | undefined,
): ConfigurationProblem[] {
  const problems = new Map<string, ConfigurationProblem>();
  for (const error of errors) {
    const path = pathOf(error.instancePath);
    const stray = (error.params as { additionalProperty?: string }).additionalProperty;
    if (stray !== undefined) {
      const where = file?.whereKey(path, stray) ?? DEFAULT_FILE;
      problems.set(`${where} ${stray}`, { where, message: unknown('key', stray, keysAt(path)) });
      continue;
    }
    // An item of a list is reported as the list's own problem: one value, one message.
    const setting = settingOf(path) ?? settingOf(path.slice(0, -1));
    const key = setting?.key ?? path.join('.');
    const origin = origins.get(key);
    problems.set(key, {
      where: origin === undefined || origin === 'default' ? (file?.where(path) ?? DEFAULT_FILE) : origin,
      message: describe(error, key, setting?.schema, valueAt(values, setting?.path ?? path)),
    });
  }
  return [...problems.values()];
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], values);
}
