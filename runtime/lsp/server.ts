/** The language server: https://microsoft.github.io/language-server-protocol/ over any connection. */
import { fileURLToPath } from 'node:url';
import {
  ErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
  type Location,
  type TextDocumentPositionParams,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range } from '../../dsl/parse/source-file.ts';
import { formatText } from '../../dsl/format/format.ts';
import { completionsAt } from './completion.ts';
import { problemsOf, quickFixes } from './diagnose.ts';
import { explainAt } from './hover.ts';
import { occurrencesOf, outlineOf, symbolAt, type Outline } from './outline.ts';
import { renameableAt, renameAt } from './rename.ts';
import { Workspace } from './workspace.ts';

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: ['.', '{', ' '] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
};

/** How long a document rests before it is checked: longer than between two letters, shorter than a thought. */
const REST_MS = 120;

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
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const { uri } of changes) if (!documents.get(uri)) await workspace.readAgain(uri);
  });
  publishProblems(connection, documents, workspace);
  answerAboutPlaces(connection, documents, workspace);
  answerAboutDocuments(connection, documents);
  documents.listen(connection);
  connection.listen();
}

function publishProblems(connection: Connection, documents: TextDocuments<TextDocument>, workspace: Workspace): void {
  const resting = new Map<string, NodeJS.Timeout>();
  const stop = (uri: string) => {
    clearTimeout(resting.get(uri));
    resting.delete(uri);
  };
  documents.onDidChangeContent(({ document }) => {
    const { uri } = document;
    stop(uri);
    const check = () => {
      resting.delete(uri);
      const text = document.getText();
      workspace.update(uri, text);
      const diagnostics = isDefinition(uri) ? [...problemsOf(text, nameOf(uri))] : [];
      void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
    };
    resting.set(uri, setTimeout(check, REST_MS));
  });
  documents.onDidClose(async ({ document: { uri } }) => {
    stop(uri);
    await connection.sendDiagnostics({ uri, diagnostics: [] });
    await workspace.readAgain(uri);
  });
}

function answerAboutPlaces(connection: Connection, documents: TextDocuments<TextDocument>, workspace: Workspace): void {
  const placeOf = ({ textDocument, position }: TextDocumentPositionParams) => {
    const document = documents.get(textDocument.uri);
    if (!document) return undefined;
    return { document, outline: outlineOf(document.getText()), offset: document.offsetAt(position) };
  };
  connection.onCompletion((params) => {
    const place = placeOf(params);
    return place ? [...completionsAt(place.document.getText(), place.offset, workspace.names())] : [];
  });
  connection.onHover((params) => {
    const place = placeOf(params);
    const found = place && explainAt(place.outline, place.offset);
    if (!found) return null;
    return { contents: { kind: 'markdown', value: found.markdown }, range: rangeIn(place.outline, found.range) };
  });
  connection.onDefinition((params) => {
    const place = placeOf(params);
    const symbol = place && symbolAt(place.outline, place.offset);
    if (!symbol) return null;
    const here = occurrencesOf(place.outline, symbol).find(({ isDeclaration }) => isDeclaration);
    if (here) return locationOf(params.textDocument.uri, place.outline, here.range);
    const elsewhere = symbol.kind === 'snippet' ? workspace.conversation(symbol.name) : undefined;
    const there = elsewhere?.outline.symbols.find(({ kind }) => kind === 'conversation');
    return elsewhere && there ? locationOf(elsewhere.uri, elsewhere.outline, there.range) : null;
  });
  connection.onReferences((params) => {
    const place = placeOf(params);
    const symbol = place && symbolAt(place.outline, place.offset);
    if (!symbol) return [];
    const all = occurrencesOf(place.outline, symbol);
    const asked = params.context.includeDeclaration ? all : all.filter(({ isDeclaration }) => !isDeclaration);
    return asked.map(({ range }) => locationOf(params.textDocument.uri, place.outline, range));
  });
  connection.onPrepareRename((params) => {
    const place = placeOf(params);
    const symbol = place && renameableAt(place.outline, place.offset);
    return symbol ? { range: rangeIn(place.outline, symbol.range), placeholder: symbol.name } : null;
  });
  connection.onRenameRequest((params) => {
    const place = placeOf(params);
    if (!place) return new ResponseError(ErrorCodes.InvalidParams, 'the document is not open');
    const ranges = renameAt(place.outline, place.offset, params.newName);
    if (typeof ranges === 'string') return new ResponseError(ErrorCodes.InvalidParams, ranges);
    const edits = ranges.map((range) => ({ range: rangeIn(place.outline, range), newText: params.newName }));
    return { changes: { [params.textDocument.uri]: edits } };
  });
}

function answerAboutDocuments(connection: Connection, documents: TextDocuments<TextDocument>): void {
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

/** Scenario files and the project's own are checked by `parlance test`. */
function isDefinition(uri: string): boolean {
  return !/(?:\.test\.ya?ml|\/parlance\.ya?ml)$/.test(uri);
}

function nameOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
}

function locationOf(uri: string, outline: Outline, range: Range): Location {
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
