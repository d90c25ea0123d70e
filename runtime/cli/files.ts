/** The files that a command is asked to look at. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { filesBelow } from '../../dsl/compile/definition-files.ts';
import { reasonOf } from '../project/file-problem.ts';

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
      const found = await filesBelow(path, (name) => /\.ya?ml$/.test(name));
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
