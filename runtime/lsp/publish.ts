/** Problems of open files, and of what they import, told to the editor whenever somebody rests from typing. */
import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { problemsOf, uniqueProblems, type Problems } from './diagnose.ts';
import { dependsOn } from './links.ts';
import type { Workspace } from './workspace.ts';

/** How long a document rests before it is checked: longer than between two letters, shorter than a thought. */
const REST_MS = 120;

export function publishProblems(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
): void {
  const resting = new Map<string, NodeJS.Timeout>();
  /** By file that was checked. */
  const found = new Map<string, Problems>();
  const stop = (uri: string): void => {
    clearTimeout(resting.get(uri));
    resting.delete(uri);
  };
  const publish = (uri: string): void => {
    const diagnostics = uniqueProblems([...found.values()].flatMap((problems) => problems.get(uri) ?? []));
    const version = documents.get(uri)?.version;
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  };
  const replace = (uri: string, problems: Problems | undefined): readonly string[] => {
    const before = found.get(uri);
    if (problems) found.set(uri, problems);
    else found.delete(uri);
    return [...(before?.keys() ?? []), ...(problems?.keys() ?? [])];
  };
  const check = (changed: string): void => {
    const isAffected = ({ uri }: TextDocument): boolean => uri === changed || dependsOn(workspace, uri, changed);
    const affected = documents.all().filter((document) => isChecked(document.uri) && isAffected(document));
    const touched = affected.flatMap(({ uri }) => [uri, ...replace(uri, problemsOf(workspace, uri))]);
    for (const uri of new Set([changed, ...touched])) publish(uri);
  };
  documents.onDidChangeContent(({ document }) => {
    const { uri } = document;
    stop(uri);
    const rested = (): void => {
      resting.delete(uri);
      workspace.update(uri, document.getText());
      check(uri);
    };
    resting.set(uri, setTimeout(rested, REST_MS));
  });
  documents.onDidClose(({ document: { uri } }) => {
    stop(uri);
    workspace.readAgain(uri);
    for (const touched of new Set([uri, ...replace(uri, undefined)])) publish(touched);
  });
}

/** The platform's configuration is checked by the platform. */
function isChecked(uri: string): boolean {
  return !/\/parlance\.ya?ml$/.test(uri);
}
