import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { StoreAccess, StoreQuestion } from '../store-access.ts';
import { terminalWidth } from '../events/event-text.ts';
import { errorText } from './caret.ts';
import { describeView } from './describe.ts';
import { addToHistory, historyPath, loadHistory } from './history.ts';
import { splitStatements } from './statements.ts';
import { writeAnswer } from './write-answer.ts';

/** After so long a person is told that it still runs. Milliseconds. */
const STILL_RUNNING_MS = 1_000;

const HELP = `A statement ends with ;
\\d          the views           \\d VIEW    the columns of one, and what they mean
\\x          one column a line   \\timing    how long each statement took
\\q, Ctrl-D  the end             Ctrl-C     drops what was typed, or ends what runs
Tab completes views, columns and functions.
`;

/** What goes with every statement. */
export type Asking = Required<Pick<StoreQuestion, 'settings' | 'parameters'>>;

interface Session extends Asking {
  readonly store: StoreAccess;
  readonly output: NodeJS.WriteStream;
  vertical: boolean;
  timing: boolean;
}

/** Statements from a pipe, one after another, up to the first that fails. */
export async function runStatements(
  store: StoreAccess,
  input: Readable,
  asking: Asking,
  output: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) text += String(chunk);
  const { complete, rest } = splitStatements(text);
  for (const sql of [...complete, rest.trim()].filter((statement) => statement !== '')) {
    await writeAnswer(store, { ...asking, sql }, output);
  }
}

/** Until Ctrl-D or \q. */
export async function runShell(store: StoreAccess, asking: Asking): Promise<void> {
  const session: Session = { ...asking, store, output: process.stdout, vertical: false, timing: false };
  const words = await completions(store);
  const path = historyPath();
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: loadHistory(path),
    historySize: 1_000,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(words, line),
  });
  lines.on('history', ([newest]) => {
    if (newest !== undefined) addToHistory(path, newest);
  });
  process.stdout.write('\\? helps, \\q ends.\n');
  try {
    await read(session, lines);
  } finally {
    lines.close();
  }
}

async function read(session: Session, lines: Interface): Promise<void> {
  let text = '';
  let running: AbortController | undefined;
  const prompt = (): void => {
    lines.setPrompt(text.trim() === '' ? 'parlance> ' : '       -> ');
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    if (running) running.abort();
    else {
      text = '';
      session.output.write('\n');
      // readline keeps what was typed: to its end, and then back to its beginning.
      lines.write(null, { ctrl: true, name: 'e' });
      lines.write(null, { ctrl: true, name: 'u' });
      prompt();
    }
  });
  prompt();
  for await (const line of lines) {
    const command = text.trim() === '' ? line.trim() : '';
    let statements: readonly string[];
    if (command === '\\q') return;
    const [, view] = /^\\d\s+(\w+);?$/.exec(command) ?? [];
    if (view !== undefined) {
      await describe(session, view);
      statements = [];
    } else if (command.startsWith('\\')) statements = commandStatements(session, command);
    else {
      const { complete: ended, rest } = splitStatements(`${text}${line}\n`);
      [statements, text] = [ended, rest.trim() === '' ? '' : rest];
    }
    for (const statement of statements) {
      running = new AbortController();
      await runOne(session, statement, running.signal);
      running = undefined;
    }
    prompt();
  }
  session.output.write('\n');
}

/** What a backslash command asks of ClickHouse. */
function commandStatements(session: Session, command: string): readonly string[] {
  const name = command.replace(/;$/, '');
  if (name === '\\d') return ['SHOW TABLES'];
  if (name === '\\x') {
    session.vertical = !session.vertical;
    session.output.write(session.vertical ? 'One column a line.\n' : 'One row a line.\n');
  } else if (name === '\\timing') {
    session.timing = !session.timing;
    session.output.write(`Timing is ${session.timing ? 'on' : 'off'}.\n`);
  } else session.output.write(HELP);
  return [];
}

async function describe({ store, output }: Session, view: string): Promise<void> {
  try {
    output.write(await describeView(store, view, terminalWidth()));
  } catch (error) {
    output.write(errorText('', error));
  }
}

async function runOne(session: Session, sql: string, signal: AbortSignal): Promise<void> {
  const { store, output, vertical, timing } = session;
  const settings = vertical ? { ...session.settings, default_format: 'Vertical' } : session.settings;
  const beginning = Date.now();
  const timer = setTimeout(() => output.write('… it runs; Ctrl-C ends it\n'), STILL_RUNNING_MS);
  try {
    await writeAnswer(store, { sql, settings, parameters: session.parameters, signal }, output);
    if (timing) output.write(`${((Date.now() - beginning) / 1_000).toFixed(3)} s\n`);
  } catch (error) {
    output.write(signal.aborted ? 'Ended.\n' : errorText(sql, error));
  } finally {
    clearTimeout(timer);
  }
}

async function completions(store: StoreAccess): Promise<readonly string[]> {
  const tables = await store.rows<{ readonly name: string }>('SHOW TABLES');
  const columns = await Promise.all(
    tables.map(({ name }) => store.rows<{ readonly name: string }>(`DESCRIBE TABLE ${name}`)),
  );
  const names = [...tables, ...columns.flat(), ...(await functions(store))].map(({ name }) => name);
  return [...new Set([...names, ...KEYWORDS])].sort();
}

/** A tenant's analyst may not ask ClickHouse for them, and completes views and columns only. */
async function functions(store: StoreAccess): Promise<readonly { readonly name: string }[]> {
  if (store.tenant !== undefined) return [];
  return store.rows<{ readonly name: string }>('SELECT name FROM system.functions');
}

const KEYWORDS = [
  ...[
    'SELECT',
    'DISTINCT',
    'FROM',
    'WHERE',
    'GROUP BY',
    'HAVING',
    'ORDER BY',
    'LIMIT',
    'WITH',
    'UNION ALL',
    'ARRAY JOIN',
  ],
  ...['INNER JOIN', 'LEFT JOIN', 'USING', 'BETWEEN', 'DESC', 'DESCRIBE TABLE', 'SHOW TABLES', 'EXPLAIN', 'FORMAT'],
];

function complete(words: readonly string[], line: string): [string[], string] {
  const begun = /[A-Za-z_]\w*$/.exec(line)?.[0] ?? '';
  const matching = words.filter((word) => word.toLowerCase().startsWith(begun.toLowerCase()));
  return [begun === '' ? [] : matching, begun];
}
