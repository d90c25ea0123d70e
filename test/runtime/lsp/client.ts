/** An editor: speaks to the server as it is started by editors, through Microsoft's own client library. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type TextEdit,
} from 'vscode-languageserver/node';
import { PARLANCE } from '../../parlance.ts';

export class Editor {
  readonly connection: ProtocolConnection;
  readonly capabilities: InitializeResult['capabilities'];
  private readonly process: ChildProcess;
  private readonly problems = new Map<string, { version: number | undefined; diagnostics: Diagnostic[] }>();
  private readonly waiting = new Set<() => void>();
  private versions = 0;

  private constructor(process: ChildProcess, connection: ProtocolConnection, initialized: InitializeResult) {
    this.process = process;
    this.connection = connection;
    this.capabilities = initialized.capabilities;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.problems.set(uri, { version, diagnostics });
      for (const look of this.waiting) look();
    });
  }

  static async start(folder: string): Promise<Editor> {
    const child = spawn(process.execPath, [...PARLANCE, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    const uri = `file://${folder}`;
    const initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol's types demand it
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri, name: 'test' }],
    });
    const editor = new Editor(child, connection, initialized);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  async open(uri: string, text: string): Promise<void> {
    this.versions += 1;
    const textDocument = { uri, languageId: 'yaml', version: this.versions, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Replaces the whole text. */
  async write(uri: string, text: string): Promise<void> {
    this.versions += 1;
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: this.versions },
      contentChanges: [{ text }],
    });
  }

  /** Of the newest version of the document. */
  async problemsOf(uri: string): Promise<readonly Diagnostic[]> {
    const wanted = this.versions;
    return this.problemsWhere(uri, (_problems, version) => version === wanted);
  }

  /** Once they are as wanted. */
  async problemsWhere(
    uri: string,
    isWanted: (problems: readonly Diagnostic[], version: number | undefined) => boolean,
  ): Promise<readonly Diagnostic[]> {
    return new Promise((resolve) => {
      const look = () => {
        const known = this.problems.get(uri);
        if (!known || !isWanted(known.diagnostics, known.version)) return;
        this.waiting.delete(look);
        resolve(known.diagnostics);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** The exit code. */
  async close(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await exited;
    this.connection.dispose();
    return code;
  }
}

/** Edits of whole words do not overlap: from the last to the first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = text.split('\n').reduce<number[]>((all, line) => [...all, (all.at(-1) ?? 0) + line.length + 1], [0]);
  const offset = ({ line, character }: Position) => (starts[line] ?? 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (done, { range, newText }) => done.slice(0, offset(range.start)) + newText + done.slice(offset(range.end)),
      text,
    );
}

/** The text without its `¦`, and where that stood. */
export function withCursor(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf('¦');
  const before = marked.slice(0, offset).split('\n');
  return {
    text: marked.replace('¦', ''),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}
