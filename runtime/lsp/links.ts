/** What a name in one file means in another: imports, the project, and conversations that are called. */
import { posix } from 'node:path';
import { PROJECT_FILE } from '../../dsl/project/project.ts';
import { declared, symbolAt } from './outline.ts';
import { MAIN_SCOPE, snippetScope, type SymbolKind, type SymbolUse } from './symbols.ts';
import type { Known, Workspace } from './workspace.ts';

/** What a file sees of others. */
export interface Neighbours {
  /** What it imports, and what its project imports for all. */
  readonly imported: readonly Known[];
  readonly project: Known | undefined;
}

export function neighboursOf(workspace: Workspace, uri: string): Neighbours {
  const project = projectOf(workspace, uri);
  const direct = [uri, ...(project ? [project.uri] : [])].flatMap((from) => importsOf(workspace, from));
  const others = new Map(direct.filter((one) => one.uri !== uri).map((one) => [one.uri, one]));
  return { imported: [...others.values()], project };
}

function importsOf(workspace: Workspace, uri: string): readonly Known[] {
  const names = workspace.at(uri)?.symbols.filter(({ kind }) => kind === 'file') ?? [];
  return names.flatMap(({ name }) => fileNamed(workspace, uri, name) ?? []);
}

/** The file that an entry of `imports` names. */
function fileNamed(workspace: Workspace, uri: string, name: string): Known | undefined {
  if (!URL.canParse(name, uri)) return undefined;
  const { href } = new URL(name, uri);
  const outline = workspace.at(href);
  return outline && { uri: href, outline };
}

/** The same, at a place. */
export function fileAt(workspace: Workspace, { uri, outline }: Known, offset: number): Known | undefined {
  const symbol = symbolAt(outline, offset);
  return symbol?.kind === 'file' ? fileNamed(workspace, uri, symbol.name) : undefined;
}

/** Whether what stands in the other file may matter to this one: it imports or calls it, or lies in its project. */
export function dependsOn(workspace: Workspace, uri: string, other: string, seen: Set<string> = new Set()): boolean {
  const outline = workspace.at(uri);
  if (!outline || seen.has(uri)) return false;
  seen.add(uri);
  const { imported, project } = neighboursOf(workspace, uri);
  const calls = outline.symbols.filter(({ kind, isDeclaration }) => kind === 'snippet' && !isDeclaration);
  const called = calls.flatMap(({ name }) => calledBy(workspace, { uri, outline }, name) ?? []);
  const next = [...imported, ...(project ? [project] : []), ...called].map((one) => one.uri);
  return next.includes(other) || next.some((one) => dependsOn(workspace, one, other, seen));
}

/** The nearest `project.yaml`. */
function projectOf(workspace: Workspace, uri: string): Known | undefined {
  if (!uri.startsWith('file:')) return undefined;
  for (let folder = new URL('.', uri); ; folder = new URL('..', folder)) {
    const there = new URL(PROJECT_FILE, folder).href;
    const outline = workspace.at(there);
    if (outline) return { uri: there, outline };
    if (folder.pathname === '/' || folder.href === new URL('..', folder).href) return undefined;
  }
}

/** A flow that is called by name: the file's own snippet, an imported one, or a conversation of the project. */
export interface Called extends Known {
  /** Of its inputs, variables and outcomes. */
  readonly scope: string;
}

export function calledBy(workspace: Workspace, { uri, outline }: Known, name: string): Called | undefined {
  const owner = ownerOf(workspace, { uri, outline }, 'snippet', name);
  if (owner) return { ...owner, scope: snippetScope(name) };
  const conversation = workspace.conversation(name);
  return conversation && { ...conversation, scope: MAIN_SCOPE };
}

function ownerOf(workspace: Workspace, here: Known, kind: SymbolKind, name: string): Known | undefined {
  const candidates = [here, ...neighboursOf(workspace, here.uri).imported];
  return candidates.find(({ outline }) => declared(outline, kind).includes(name));
}

/** One thing with a name: the file that declares it, and how it is called there. */
export type Meant = Known & Pick<SymbolUse, 'kind' | 'name' | 'scope'>;

/** Of a name that stands in a file; undefined where nothing declares it. */
export function meantBy(workspace: Workspace, here: Known, use: SymbolUse): Meant | undefined {
  const { kind, name, scope } = use;
  const own = { ...here, kind, name, scope };
  const declares = (there: Known, at: string = MAIN_SCOPE): boolean => declared(there.outline, kind, at).includes(name);
  if (declares(here, scope)) return own;
  switch (kind) {
    case 'text':
    case 'data': {
      const owner = ownerOf(workspace, here, kind, name);
      return owner && { ...own, ...owner };
    }
    case 'snippet': {
      const called = calledBy(workspace, here, name);
      const of = called?.scope === MAIN_SCOPE ? 'conversation' : 'snippet';
      return called && { ...own, ...called, kind: of, scope: MAIN_SCOPE };
    }
    case 'inputs':
    case 'outcome': {
      const called = scope === MAIN_SCOPE ? undefined : calledBy(workspace, here, scope.slice(snippetScope('').length));
      return called && declares(called, called.scope) ? { ...own, ...called } : undefined;
    }
    case 'attribute': {
      const { project } = neighboursOf(workspace, here.uri);
      return project && declares(project) ? { ...own, ...project } : undefined;
    }
    case 'step':
    case 'vars':
    case 'event':
    case 'conversation':
    case 'shared':
    case 'file':
      return undefined;
  }
}

export function declarationOf({ outline, kind, name, scope }: Meant): SymbolUse | undefined {
  const isIt = (one: SymbolUse): boolean => one.kind === kind && one.name === name && one.scope === scope;
  return outline.symbols.find((one) => one.isDeclaration && isIt(one));
}

/** Every place of the project that means it. */
export function placesOf(workspace: Workspace, meant: Meant): readonly (Known & { readonly use: SymbolUse })[] {
  return workspace.all.flatMap((known) =>
    known.outline.symbols
      .filter((use) => isCalled(use, meant) && isSame(meantBy(workspace, known, use), meant))
      .map((use) => ({ ...known, use })),
  );
}

/** A conversation is called as a snippet is. */
function isCalled({ kind, name }: SymbolUse, meant: Meant): boolean {
  return name === meant.name && (kind === meant.kind || (meant.kind === 'conversation' && kind === 'snippet'));
}

function isSame(one: Meant | undefined, { uri, kind, name, scope }: Meant): boolean {
  return one?.uri === uri && one.kind === kind && one.name === name && one.scope === scope;
}

/** Shared files that one could import, as paths from it. */
export function importable(workspace: Workspace, uri: string): readonly string[] {
  const shared = workspace.all.filter((one) => one.uri !== uri && declared(one.outline, 'shared').length > 0);
  const folder = new URL('.', uri).pathname;
  return shared.map((one) => decodeURI(posix.relative(folder, new URL(one.uri).pathname))).sort();
}
