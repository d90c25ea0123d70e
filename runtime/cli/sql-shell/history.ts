import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Lines kept between sessions. */
const MOST_LINES = 1_000;

/** `$XDG_STATE_HOME/parlance/sql-history`, for this user only: statements may name people. */
export function historyPath(environment: NodeJS.ProcessEnv = process.env): string {
  const folder = environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(folder, 'parlance', 'sql-history');
}

/** Newest first, as readline wants them. */
export function loadHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .toReversed();
  } catch {
    return [];
  }
}

/** A history that cannot be written is no reason to fail. */
export function saveHistory(path: string, newestFirst: readonly string[]): void {
  const lines = newestFirst.slice(0, MOST_LINES).toReversed();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  } catch {
    return;
  }
}
