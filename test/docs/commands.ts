/** The commands that a page shows, and a shell in which `parlance` is this checkout's. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { PARLANCE } from '../parlance.ts';

const run = promisify(execFile);

export interface Block {
  /** `sh`, `text`, `yaml`. */
  readonly kind: string;
  readonly argument: string;
  readonly body: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm)].map(([, kind = '', argument = '', body = '']) => {
    return { kind, argument, body };
  });
}

/** Runs a script until a command of it fails; resolves with what it printed. */
export type Shell = (script: string, options: { readonly cwd: string }) => Promise<string>;

/** `folder`: where the shell may keep what it needs. */
export function shellIn(folder: string): Shell {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = [process.execPath, ...PARLANCE].map((word) => `"${word}"`).join(' ');
  writeFileSync(join(bin, 'parlance'), `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(join(bin, 'parlance'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  return async (script, { cwd }) => {
    const { stdout } = await run('/bin/sh', ['-c', `set -e\n${script}`], { cwd, env });
    return stdout;
  };
}
