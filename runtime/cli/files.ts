/** The files that a command is asked to look at. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface ReadFile {
  /** As people call it: relative to where the command runs. */
  readonly file: string;
  readonly text: string;
}

export interface Reading {
  readonly files: readonly ReadFile[];
  /** A sentence per path that can not be read. */
  readonly unreadable: readonly string[];
}

/** Every `.yaml` and `.yml` file at the paths, scenarios too; hidden and installed ones are none. */
export async function readYamlFiles(paths: readonly string[]): Promise<Reading> {
  const names = new Set<string>();
  const files: ReadFile[] = [];
  const unreadable: string[] = [];
  const attempt = async (path: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      unreadable.push(`${path}: ${reasonOf(error)}`);
    }
  };
  for (const path of paths) {
    await attempt(path, async () => {
      const found = await yamlFiles(path);
      if (found.length === 0) unreadable.push(`${path}: no .yaml file in this folder`);
      for (const file of found) names.add(relative('', file));
    });
  }
  for (const file of names) {
    await attempt(file, async () => {
      files.push({ file, text: await readFile(file, 'utf8') });
    });
  }
  return { files, unreadable };
}

async function yamlFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const files: string[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(path, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...(await yamlFiles(child)));
    else if (/\.ya?ml$/.test(entry.name)) files.push(child);
  }
  return files;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission to read it',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
