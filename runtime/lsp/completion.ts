import { CompletionItemKind, InsertTextFormat, type CompletionItem } from 'vscode-languageserver/node';
import type { Schema } from '../../dsl/schema/schema.ts';
import { definitionSchema } from '../../dsl/schema/definition.ts';
import { meaningOf, type Meaning } from '../../dsl/schema/walk.ts';
import { locateCursor, type Cursor } from './cursor.ts';
import { memberOf, rootsAt } from './members.ts';
import { declared, spotAt, type Outline } from './outline.ts';
import { STEP_TEMPLATES } from './step-templates.ts';
import { MAIN_SCOPE, scopeOf, snippetScope, type SymbolKind } from './symbols.ts';

/** Names that other files of the project know. */
export interface ProjectNames {
  readonly eventTypes: readonly string[];
  readonly conversations: readonly string[];
}

/** What could be written at the offset. Never throws, whatever the text. */
export function completionsAt(text: string, offset: number, project: ProjectNames): readonly CompletionItem[] {
  const located = locateCursor(text, offset);
  if (!located) return [];
  const { cursor, outline } = located;
  switch (cursor.at) {
    case 'key':
      return keyItems(cursor, outline);
    case 'value':
      return valueItems(cursor, outline, project);
    case 'expression':
      return expressionItems(cursor, outline);
  }
}

type KeyCursor = Extract<Cursor, { at: 'key' }>;

function keyItems({ container, taken, path }: KeyCursor, outline: Outline): readonly CompletionItem[] {
  const properties = Object.entries(container.schema.properties ?? {}).filter(([key]) => !taken.includes(key));
  const keys = properties.map(([key, schema], index) => keyItem(key, schema, index));
  const names = namedKeys(container, path, outline).filter((name) => !taken.includes(name));
  const named = names.map((label) => ({ label, kind: CompletionItemKind.Variable, insertText: `${label}: ` }));
  const isStep = container.part === 'step' && taken.every((key) => key === 'step');
  return [...keys, ...named, ...(isStep ? STEP_TEMPLATES : [])];
}

function keyItem(key: string, schema: Schema, index: number): CompletionItem {
  const { description, expected, schema: resolved } = meaningOf(definitionSchema, schema, 'string');
  const kinds = [resolved.type ?? 'string'].flat();
  const isContainer = kinds.every((kind) => kind === 'object' || kind === 'array');
  return {
    label: key,
    kind: CompletionItemKind.Property,
    insertText: isContainer ? `${key}:` : `${key}: `,
    // The order of the language, not of the alphabet.
    sortText: index.toString().padStart(3, '0'),
    ...(expected === undefined ? {} : { detail: expected }),
    ...(description === undefined ? {} : { documentation: { kind: 'markdown' as const, value: description } }),
  };
}

/** Keys that the file itself declares: variables to set, inputs to give, languages, outcomes. */
function namedKeys({ part, schema }: Meaning, path: Cursor['path'], outline: Outline): readonly string[] {
  const holder = path.at(-2);
  if (part === 'set') return declared(outline, 'vars', scopeOf(path));
  if (path[0] === 'start' && holder === 'inputs') return declared(outline, 'inputs');
  const called = spotAt(outline, [...path.slice(0, -2), 'call'])?.scalar?.value;
  if (typeof called === 'string' && holder === 'with') return declared(outline, 'inputs', snippetScope(called));
  if (typeof called === 'string' && holder === 'outcomes')
    return [...declared(outline, 'outcome', snippetScope(called)), 'otherwise'];
  return schema.propertyNames?.$ref === '#/$defs/locale' ? localesOf(outline) : [];
}

function localesOf({ spots }: Outline): readonly string[] {
  const listed = spots.filter(({ path }) => path.length === 2 && path[0] === 'locales');
  return listed.length === 0 ? ['en'] : listed.map(({ scalar }) => String(scalar?.value));
}

type ValueCursor = Extract<Cursor, { at: 'value' }>;

function valueItems(cursor: ValueCursor, outline: Outline, project: ProjectNames): readonly CompletionItem[] {
  const { meaning, path } = cursor;
  const items = (labels: readonly string[], kind: CompletionItemKind) => labels.map((label) => ({ label, kind }));
  const names = namedValues(cursor, outline, project);
  const { enum: options = [], const: only, type } = meaning.schema;
  const constants = [...options, ...(only === undefined ? [] : [only])];
  const booleans = [type ?? []].flat().includes('boolean') ? ['true', 'false'] : [];
  const locales = meaning.part === 'locale' && path[0] !== 'locales' ? localesOf(outline) : [];
  return [
    ...items(names, CompletionItemKind.Reference),
    ...items([...constants, ...booleans], CompletionItemKind.EnumMember),
    ...items(locales, CompletionItemKind.Value),
  ];
}

const DECLARED: Readonly<Record<string, SymbolKind>> = {
  goto: 'step',
  into: 'vars',
  call: 'snippet',
  fetch: 'data',
  use: 'text',
};

function namedValues({ path, meaning }: ValueCursor, outline: Outline, project: ProjectNames): readonly string[] {
  if (meaning.part === 'eventType') return [...new Set([...eventTypes(outline), ...project.eventTypes])].sort();
  const last = path.at(-1);
  const kind = path.at(-2) === 'returns' ? 'vars' : DECLARED[String(last)];
  if (kind === undefined) return [];
  const scope = kind === 'step' || kind === 'vars' ? scopeOf(path) : MAIN_SCOPE;
  const names = declared(outline, kind, scope);
  if (kind === 'step') return [...names, 'next'];
  return kind === 'snippet' ? [...names, ...project.conversations] : names;
}

/** Those that a file names, but for the one that is being typed. */
export function eventTypes({ symbols }: Outline): readonly string[] {
  const types = symbols.filter(({ kind, name }) => kind === 'event' && !name.includes('cursorxyzzy'));
  return [...new Set(types.map(({ name }) => name))];
}

type ExpressionCursor = Extract<Cursor, { at: 'expression' }>;

function expressionItems({ path, chain }: ExpressionCursor, outline: Outline): readonly CompletionItem[] {
  const roots = rootsAt(outline, path);
  const before = chain.slice(0, -1);
  const member = before.length === 0 ? undefined : memberOf(roots, before);
  const members = before.length === 0 ? roots : (member?.members ?? {});
  const fields = Object.entries(members).map(([label, { type, about }]) => ({
    label,
    kind: CompletionItemKind.Variable,
    detail: type,
    ...(about === undefined ? {} : { documentation: { kind: 'markdown' as const, value: about } }),
  }));
  return member?.type === 'time' ? [...fields, FORMAT] : fields;
}

const FORMAT: CompletionItem = {
  label: 'format',
  kind: CompletionItemKind.Method,
  detail: "in the contact's zone and language",
  insertText: "format('${1:d MMMM HH:mm}')",
  insertTextFormat: InsertTextFormat.Snippet,
};
