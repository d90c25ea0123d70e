import { CompletionItemKind, InsertTextFormat, type CompletionItem } from 'vscode-languageserver/node';
import type { Schema } from '../../dsl/schema/schema.ts';
import { definitionSchema } from '../../dsl/schema/definition.ts';
import { meaningOf, type Meaning } from '../../dsl/schema/walk.ts';
import { locateCursor, type Cursor } from './cursor.ts';
import { calledBy, importable, neighboursOf } from './links.ts';
import { memberOf, rootsAt } from './members.ts';
import { declared, spotAt, type Outline } from './outline.ts';
import { STEP_TEMPLATES } from './step-templates.ts';
import { MAIN_SCOPE, scopeOf, type SymbolKind } from './symbols.ts';
import type { Known, Workspace } from './workspace.ts';

/** The file that is typed, and where it stands among others. */
interface Typed {
  readonly workspace: Workspace;
  readonly here: Known;
}

/** What could be written at the offset. Never throws, whatever the text. */
export function completionsAt(
  workspace: Workspace,
  { uri, outline: { source } }: Known,
  offset: number,
): readonly CompletionItem[] {
  const located = locateCursor(source.text, offset);
  if (!located) return [];
  const { cursor, outline } = located;
  const typed = { workspace, here: { uri, outline } };
  switch (cursor.at) {
    case 'key':
      return keyItems(cursor, typed);
    case 'value':
      return valueItems(cursor, typed);
    case 'expression':
      return expressionItems(cursor, typed);
  }
}

type KeyCursor = Extract<Cursor, { at: 'key' }>;

function keyItems({ container, taken, path, parts }: KeyCursor, typed: Typed): readonly CompletionItem[] {
  const properties = Object.entries(container.schema.properties ?? {}).filter(([key]) => !taken.includes(key));
  const keys = properties.map(([key, schema], index) => keyItem(key, schema, parts, index));
  const names = namedKeys(container, path, typed).filter((name) => !taken.includes(name));
  const named = names.map((label) => ({ label, kind: CompletionItemKind.Variable, insertText: `${label}: ` }));
  const isStep = parts === definitionSchema && container.part === 'step' && taken.every((key) => key === 'step');
  return [...keys, ...named, ...(isStep ? STEP_TEMPLATES : [])];
}

function keyItem(key: string, schema: Schema, parts: Schema, index: number): CompletionItem {
  const { description, expected, schema: resolved } = meaningOf(parts, schema, 'string');
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

/** Keys that somebody declares: variables to set, attributes to update, inputs to give, languages, outcomes. */
function namedKeys({ part, schema }: Meaning, path: Cursor['path'], typed: Typed): readonly string[] {
  const { workspace, here } = typed;
  const { outline, uri } = here;
  const holder = path.at(-2);
  if (part === 'set') return declared(outline, 'vars', scopeOf(path));
  if (part === 'update') {
    const { project } = neighboursOf(workspace, uri);
    return ['locale', 'zone', ...(project ? declared(project.outline, 'attribute') : [])];
  }
  if (path[0] === 'start' && holder === 'inputs') return declared(outline, 'inputs');
  const name = spotAt(outline, [...path.slice(0, -2), 'call'])?.scalar?.value;
  const called = typeof name === 'string' ? calledBy(workspace, here, name) : undefined;
  if (called && holder === 'with') return declared(called.outline, 'inputs', called.scope);
  if (called && holder === 'outcomes') return [...declared(called.outline, 'outcome', called.scope), 'otherwise'];
  return schema.propertyNames?.$ref === '#/$defs/locale' ? localesOf(typed) : [];
}

/** The file's own, else the project's. */
function localesOf({ workspace, here }: Typed): readonly string[] {
  const { project } = neighboursOf(workspace, here.uri);
  const [named = ['en']] = [here, ...(project ? [project] : [])]
    .map(({ outline }) => outline.spots.filter(({ path }) => path.length === 2 && path[0] === 'locales'))
    .filter((listed) => listed.length > 0)
    .map((listed) => listed.map(({ scalar }) => String(scalar?.value)));
  return named;
}

type ValueCursor = Extract<Cursor, { at: 'value' }>;

function valueItems(cursor: ValueCursor, typed: Typed): readonly CompletionItem[] {
  const { meaning, path } = cursor;
  const items = (labels: readonly string[], kind: CompletionItemKind) => labels.map((label) => ({ label, kind }));
  const names = namedValues(cursor, typed);
  const { enum: options = [], const: only, type } = meaning.schema;
  const constants = [...options, ...(only === undefined ? [] : [only])];
  const booleans = [type ?? []].flat().includes('boolean') ? ['true', 'false'] : [];
  const locales = meaning.part === 'locale' && path[0] !== 'locales' ? localesOf(typed) : [];
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

function namedValues({ path, meaning }: ValueCursor, { workspace, here }: Typed): readonly string[] {
  const { uri, outline } = here;
  if (meaning.part === 'eventType')
    return [...new Set([here, ...workspace.all].flatMap((one) => eventTypes(one.outline)))].sort();
  if (path.at(-2) === 'imports') return importable(workspace, uri);
  if (path.length === 1 && path[0] === 'scenarios') {
    return workspace.all.flatMap((one) => declared(one.outline, 'conversation')).sort();
  }
  const last = path.at(-1);
  const kind = path.at(-2) === 'returns' ? 'vars' : DECLARED[String(last)];
  if (kind === undefined) return [];
  const scope = kind === 'step' || kind === 'vars' ? scopeOf(path) : MAIN_SCOPE;
  const names = declared(outline, kind, scope);
  if (kind === 'step') return [...names, 'next'];
  if (kind === 'vars') return names;
  const imported = neighboursOf(workspace, uri).imported.flatMap((one) => declared(one.outline, kind));
  const called = kind === 'snippet' ? workspace.all.flatMap((one) => declared(one.outline, 'conversation')) : [];
  return [...new Set([...names, ...imported, ...called])];
}

/** Those that a file names, but for the one that is being typed. */
function eventTypes({ symbols }: Outline): readonly string[] {
  const types = symbols.filter(({ kind, name }) => kind === 'event' && !name.includes('cursorxyzzy'));
  return [...new Set(types.map(({ name }) => name))];
}

type ExpressionCursor = Extract<Cursor, { at: 'expression' }>;

function expressionItems({ path, chain }: ExpressionCursor, { workspace, here }: Typed): readonly CompletionItem[] {
  const roots = rootsAt(workspace, here, path);
  const before = chain.slice(0, -1);
  const member = before.length === 0 ? undefined : memberOf(roots, before);
  const members = before.length === 0 ? roots : (member?.members ?? {});
  const fields = Object.entries(members).map(([label, { type, about }]) => ({
    label,
    kind: CompletionItemKind.Variable,
    detail: type,
    ...(about === undefined ? {} : { documentation: { kind: 'markdown' as const, value: about } }),
  }));
  return member?.type === 'time' ? [...fields, FORMAT, RELATIVE] : fields;
}

const RELATIVE: CompletionItem = {
  label: 'relativeTo',
  kind: CompletionItemKind.Method,
  detail: "tomorrow, in 3 days: in the contact's zone and language",
  insertText: 'relativeTo(now)',
};

const FORMAT: CompletionItem = {
  label: 'format',
  kind: CompletionItemKind.Method,
  detail: "in the contact's zone and language",
  insertText: "format('${1:d MMMM HH:mm}')",
  insertTextFormat: InsertTextFormat.Snippet,
};
