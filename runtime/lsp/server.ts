/** The language server: https://microsoft.github.io/language-server-protocol/ over any connection. */
import { fileURLToPath } from 'node:url';
import {
  ErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type DocumentSymbol,
  type InitializeResult,
  type Location,
  type TextDocumentPositionParams,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range } from '../../dsl/parse/source-file.ts';
import { formatText } from '../../dsl/format/format.ts';
import { completionsAt } from './completion.ts';
import { quickFixes } from './diagnose.ts';
import { fileSymbols } from './document-symbols.ts';
import { explainAt } from './hover.ts';
import { declarationOf, fileAt, meantBy, placesOf, type Meant } from './links.ts';
import { symbolAt, type Outline } from './outline.ts';
import { publishProblems } from './publish.ts';
import { renameableAt, renameAt } from './rename.ts';
import { Workspace, type Known } from './workspace.ts';

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: ['.', '{', ' '] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  documentSymbolProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
};

/** Answers until the client says `exit`. */
export function serve(connection: Connection, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace();
  let folders: readonly string[] = [];
  connection.onInitialize(({ workspaceFolders }) => {
    folders = workspaceFolders?.map(({ uri }) => uri) ?? [];
    return { capabilities: CAPABILITIES, serverInfo: { name: 'parlance', version } };
  });
  connection.onInitialized(async () => {
    for (const folder of folders) await workspace.addFolder(folder);
    for (const document of documents.all()) workspace.update(document.uri, document.getText());
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) if (!documents.get(uri)) workspace.readAgain(uri);
  });
  publishProblems(connection, documents, workspace);
  answerAboutPlaces(connection, documents, workspace);
  answerAboutDocuments(connection, documents, workspace);
  documents.listen(connection);
  connection.listen();
}

function answerAboutPlaces(connection: Connection, documents: TextDocuments<TextDocument>, workspace: Workspace): void {
  const placeOf = ({ textDocument: { uri }, position }: TextDocumentPositionParams) => {
    const document = documents.get(uri);
    if (!document) return undefined;
    return { here: { uri, outline: workspace.update(uri, document.getText()) }, offset: document.offsetAt(position) };
  };
  const meantAt = (params: TextDocumentPositionParams): Meant | undefined => {
    const place = placeOf(params);
    const symbol = place && symbolAt(place.here.outline, place.offset);
    return symbol && meantBy(workspace, place.here, symbol);
  };
  connection.onCompletion((params) => {
    const place = placeOf(params);
    return place ? [...completionsAt(workspace, place.here, place.offset)] : [];
  });
  connection.onHover((params) => {
    const place = placeOf(params);
    const found = place && explainAt(workspace, place.here, place.offset);
    if (!found) return null;
    return { contents: { kind: 'markdown', value: found.markdown }, range: rangeIn(place.here.outline, found.range) };
  });
  connection.onDefinition((params) => {
    const meant = meantAt(params);
    const declaration = meant && declarationOf(meant);
    if (declaration) return locationOf(meant, declaration.range);
    const place = placeOf(params);
    const file = place && fileAt(workspace, place.here, place.offset);
    return file ? locationOf(file, { start: 0, end: 0 }) : null;
  });
  connection.onReferences((params) => {
    const meant = meantAt(params);
    const all = meant ? placesOf(workspace, meant) : [];
    const asked = params.context.includeDeclaration ? all : all.filter(({ use }) => !use.isDeclaration);
    return asked.map(({ use, ...known }) => locationOf(known, use.range));
  });
  connection.onPrepareRename((params) => {
    const place = placeOf(params);
    const found = place && renameableAt(workspace, place.here, place.offset);
    return found ? { range: rangeIn(place.here.outline, found.range), placeholder: found.meant.name } : null;
  });
  connection.onRenameRequest((params) => {
    const place = placeOf(params);
    if (!place) return new ResponseError(ErrorCodes.InvalidParams, 'the document is not open');
    const places = renameAt(workspace, place.here, place.offset, params.newName);
    if (typeof places === 'string') return new ResponseError(ErrorCodes.InvalidParams, places);
    const changes: Record<string, TextEdit[]> = {};
    for (const { uri, outline, range } of places)
      (changes[uri] ??= []).push({ range: rangeIn(outline, range), newText: params.newName });
    return { changes };
  });
}

function answerAboutDocuments(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
): void {
  connection.onDocumentSymbol(({ textDocument: { uri } }): DocumentSymbol[] => {
    const document = documents.get(uri);
    if (!document) return [];
    const outline = workspace.update(uri, document.getText());
    return fileSymbols(outline).map(({ name, kind, range, selection }) => {
      return { name, kind, range: rangeIn(outline, range), selectionRange: rangeIn(outline, selection) };
    });
  });
  connection.onDocumentFormatting(({ textDocument: { uri } }): TextEdit[] => {
    const document = documents.get(uri);
    const text = document?.getText() ?? '';
    const formatted = formatText(text, { file: nameOf(uri) });
    if (!document || 'diagnostics' in formatted || formatted.text === text) return [];
    const range = { start: document.positionAt(0), end: document.positionAt(text.length) };
    return [{ range, newText: formatted.text }];
  });
  connection.onCodeAction(({ textDocument: { uri }, context }) => [...quickFixes(uri, context.diagnostics)]);
}

function nameOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
}

function locationOf({ uri, outline }: Known, range: Range): Location {
  return { uri, range: rangeIn(outline, range) };
}

/** Lines and characters from 0, as the protocol counts. */
function rangeIn({ source }: Outline, { start, end }: Range): Location['range'] {
  const at = (offset: number) => {
    const { line, column } = source.positionOf(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: at(start), end: at(end) };
}
