/** Sections of a reference page from a JSON Schema: a table of keys each. */
import type { Schema } from '../../dsl/schema/schema.ts';

/** `root`: the schema whose `$defs` the others refer to. */
export function sectionsOf(root: Schema): (title: string, schema: Schema | undefined) => string {
  return (title, schema) => section(root, title, schema);
}

function section(root: Schema, title: string, schema: Schema | undefined): string {
  if (!schema) throw new Error(`the schema has no part for the section "${title}"`);
  const detail = schema.else?.properties ? schema.else : schema;
  const lead = [schema.description, schema.expected === undefined ? undefined : `Expected: ${schema.expected}.`];
  return [
    `## ${title}\n`,
    ...lead.filter((line) => line !== undefined).map((line) => `${line}\n`),
    ...(detail.properties ? [table(root, detail)] : []),
    ...laterLine(detail),
  ].join('\n');
}

function table(root: Schema, { properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const about = [describe(root, schema), required.includes(key) ? 'Required.' : undefined].filter(
      (part) => part !== undefined,
    );
    return `| \`${key}\` | ${cell(shapeOf(root, schema))} | ${cell(about.join(' '))} |`;
  });
  return ['| key | value | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function laterLine({ later = [] }: Schema): readonly string[] {
  if (later.length === 0) return [];
  return [`Not here in this version: ${later.map((key) => `\`${key}\``).join(', ')}.\n`];
}

function describe(root: Schema, schema: Schema): string | undefined {
  return schema.description ?? resolved(root, schema).description;
}

function shapeOf(root: Schema, schema: Schema): string {
  const whole = resolved(root, schema);
  const expected = schema.expected ?? whole.expected;
  if (expected !== undefined) return expected;
  const kinds = [whole.type ?? []].flat();
  if (kinds.length === 0) return 'any value';
  return kinds
    .map((kind) => ({ string: 'a text', array: 'a list', object: 'a map' })[kind as string] ?? kind)
    .join(' or ');
}

function resolved(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
