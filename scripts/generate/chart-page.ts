import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { formatted } from '../generate-configuration.ts';

const CHART = join(import.meta.dirname, '../../helm/parlance');

/** Where the table of values goes in the page's text. */
const TABLE = '<!-- values -->';

interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, ValueSchema>>;
}

/** helm/parlance/README.md: README.template.md, with every value of the schema and its default in a table. */
export async function chartPage(): Promise<string> {
  const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as ValueSchema;
  const defaults = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as unknown;
  const text = readFileSync(join(CHART, 'README.template.md'), 'utf8');
  const rows = leaves(schema, defaults, [], schema).map((cells) => `| ${cells.join(' | ')} |`);
  const table = ['| value | what | default |', '| --- | --- | --- |', ...rows].join('\n');
  return formatted('helm/parlance/README.md', text.replace(TABLE, table));
}

function leaves(schema: ValueSchema, defaults: unknown, path: readonly string[], root: ValueSchema): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, entry]) => {
    const inner = resolve(entry, root);
    const value = (defaults as Readonly<Record<string, unknown>> | undefined)?.[name];
    const here = [...path, name];
    // Helm's own and Kubernetes' objects are no sections of ours.
    if (inner.properties !== undefined && name !== 'resources') return leaves(inner, value, here, root);
    const required = schema.required?.includes(name) === true && value === undefined;
    return [[`\`${here.join('.')}\``, describe(inner), required ? 'required' : shown(value)]];
  });
}

function resolve(schema: ValueSchema, root: ValueSchema): ValueSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

function describe({ description = '', enum: choices, minimum, maximum }: ValueSchema): string {
  const bounds = minimum === undefined ? '' : ` From ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}.`;
  const allowed = choices === undefined ? '' : ` One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`;
  return (description + bounds + allowed).replaceAll('|', '\\|');
}

function shown(value: unknown): string {
  return value === undefined || value === '' ? '' : `\`${JSON.stringify(value)}\``;
}
