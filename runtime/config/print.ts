import type { LoadedConfiguration } from './load.ts';
import { SETTINGS } from './settings.ts';

export const REDACTED = '[redacted]';

export interface PrintedSetting {
  readonly key: string;
  /** Undefined where it is not set; secrets redacted. */
  readonly value: unknown;
  readonly origin: string | undefined;
  readonly variable: string;
}

/** The effective configuration, in the schema's order, fit to be shown to anyone. */
export function effectiveSettings({ configuration, origins }: LoadedConfiguration): readonly PrintedSetting[] {
  return SETTINGS.map(({ path, key, variable, secret }) => {
    const value = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], configuration);
    return { key, value: mask(value, secret), origin: origins.get(key), variable };
  });
}

/** Addresses can carry a password of their own: `https://user:secret@host`. */
function mask(value: unknown, secret: boolean): unknown {
  if (value === undefined) return undefined;
  if (secret) return REDACTED;
  return typeof value === 'string' ? value.replace(/^([a-z+]+:\/\/)[^/@\s]*@/, `$1${REDACTED}@`) : value;
}

/** One line a setting: `broker.url = embedded   (default)`, in columns. */
export function printSettings(settings: readonly PrintedSetting[]): string {
  const rows = settings.map(({ key, value, origin }) => [
    key,
    value === undefined ? '(not set)' : typeof value === 'string' ? value : JSON.stringify(value),
    origin ?? '',
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(([key = '', value = '', origin = '']) =>
      `${key.padEnd(width(0))}  ${value.padEnd(width(1))}  ${origin}`.trimEnd(),
    )
    .join('\n');
}
