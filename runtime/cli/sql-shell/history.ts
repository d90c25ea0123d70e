import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Lines kept between sessions. */
const MOST_LINES = 1_000;

/** `$XDG_STATE_HOME/parlance/sql-history`, for this user only: statements may name people. */
export function historyPath(environment: NodeJS.ProcessEnv = process.env): string {
  const folder = environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(folder, 'parlance', 'sql-history');
}

/** Newest first, each line once, as readline wants them. Where there are too many by now, the oldest go. */
export function loadHistory(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const newestFirst = [...new Set(lines.toReversed())].slice(0, MOST_LINES);
    if (lines.length > MOST_LINES) replace(path, newestFirst.toReversed());
    return newestFirst;
  } catch {
    return [];
  }
}

/** At once, behind what other shells have added meanwhile. A history that cannot be written is no reason to fail. */
export function addToHistory(path: string, line: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}

/** Whole or not at all: another shell may be reading it. */
function replace(path: string, lines: readonly string[]): void {
  const draft = `${path}.${process.pid.toString()}`;
  writeFileSync(draft, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  renameSync(draft, path);
}
