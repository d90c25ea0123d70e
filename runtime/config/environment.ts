import { readFileSync } from 'node:fs';
import { unknown, type ConfigurationProblem } from './problems.ts';
import { ENVIRONMENT_PREFIX, SETTINGS, type Setting } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentValue {
  readonly setting: Setting;
  readonly value: unknown;
  /** The variable it came from. */
  readonly variable: string;
}

/** Variables with our prefix that are no settings: the file's path, and what only tests read. */
export const CONFIG_VARIABLE = 'PARLANCE_CONFIG';
const TEST_PREFIX = 'PARLANCE_TEST_';
/** Secrets of data sources: their names are the customers'. */
export const SECRET_PREFIX = 'PARLANCE_SECRET_';
const TEST_SWITCH = 'PARLANCE_FORBID_SKIPS';

/** Kubernetes describes each service to every pod this way; a service called `parlance` yields PARLANCE_PORT=tcp://… */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?$/;

/** Reads every `PARLANCE_…` variable. An empty one counts as not set, as `docker --env` and charts produce them. */
export function readEnvironment(environment: Environment): {
  readonly values: readonly EnvironmentValue[];
  readonly problems: readonly ConfigurationProblem[];
} {
  const values: EnvironmentValue[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const setting of SETTINGS) {
    const direct = environment[setting.variable];
    const file = setting.fileVariable === undefined ? undefined : environment[setting.fileVariable];
    if (direct && file) {
      problems.push({
        where: setting.variable,
        message: `is set, and so is ${String(setting.fileVariable)}: keep one of them`,
      });
    } else if (direct) {
      if (!isServiceLink(setting.variable, direct)) {
        values.push({ setting, value: convert(direct, setting), variable: setting.variable });
      }
    } else if (file && setting.fileVariable !== undefined) {
      try {
        const value = readFileSync(file, 'utf8').trim();
        values.push({ setting, value, variable: setting.fileVariable });
      } catch (cause) {
        problems.push({ where: setting.fileVariable, message: `cannot read the file: ${(cause as Error).message}` });
      }
    }
  }
  return { values, problems: [...problems, ...unknownVariables(environment)] };
}

function unknownVariables(environment: Environment): ConfigurationProblem[] {
  const known = SETTINGS.flatMap(({ variable, fileVariable }) =>
    fileVariable === undefined ? [variable] : [variable, fileVariable],
  );
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(ENVIRONMENT_PREFIX) && value && !isServiceLink(name, value))
    .map(([name]) => name)
    .filter(
      (name) =>
        name !== CONFIG_VARIABLE &&
        name !== TEST_SWITCH &&
        !name.startsWith(TEST_PREFIX) &&
        !name.startsWith(SECRET_PREFIX),
    )
    .filter((name) => !known.includes(name))
    .map((name) => ({ where: name, message: unknown('environment variable', name, known) }));
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) && (name.includes('_SERVICE_') || /_\d+_/.test(name) || value.includes('://'));
}

/** What cannot be converted stays text, so that the schema's own check reports it. */
function convert(text: string, { schema }: Setting): unknown {
  switch (schema.type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text.split(',').map((item) => item.trim());
    case 'string':
      return text;
  }
}
