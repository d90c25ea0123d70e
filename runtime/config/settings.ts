import { configurationSchema } from './schema.ts';
import type { SettingSchema } from './setting.ts';

/** One configurable value: a leaf of the schema. */
export interface Setting {
  /** `['broker', 'url']` */
  readonly path: readonly string[];
  /** `broker.url` */
  readonly key: string;
  /** `PARLANCE_BROKER_URL`, derived from the key alone, so that nobody has to look it up. */
  readonly variable: string;
  /** For secrets: the variable that names a file holding the value, e.g. a mounted Kubernetes secret. */
  readonly fileVariable: string | undefined;
  readonly schema: SettingSchema;
  readonly secret: boolean;
}

export const ENVIRONMENT_PREFIX = 'PARLANCE_';

/** `['defaultTenant', 'name']` → `PARLANCE_DEFAULT_TENANT_NAME` */
export function variableOf(path: readonly string[]): string {
  return ENVIRONMENT_PREFIX + path.map((part) => part.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_');
}

function setting(path: readonly string[], schema: SettingSchema): Setting {
  const variable = variableOf(path);
  const secret = schema.writeOnly === true;
  return {
    path,
    key: path.join('.'),
    variable,
    fileVariable: secret ? `${variable}_FILE` : undefined,
    schema,
    secret,
  };
}

/** Every setting, in the schema's order. */
export const SETTINGS: readonly Setting[] = Object.entries(configurationSchema.properties).flatMap(([name, schema]) =>
  schema.type === 'object'
    ? Object.entries(schema.properties).map(([inner, leaf]) => setting([name, inner], leaf))
    : [setting([name], schema)],
);

export function settingOf(path: readonly string[]): Setting | undefined {
  const key = path.join('.');
  return SETTINGS.find((candidate) => candidate.key === key);
}
