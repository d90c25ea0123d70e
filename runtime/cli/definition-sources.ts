/** The definitions that a command is given by paths. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import type { DefinitionSource } from '../project/check-definitions.ts';
import { reasonOf } from '../project/file-problem.ts';

/** What stands at files and below folders; undefined where something can not be read, which standard error has then told. */
export async function readDefinitions(paths: readonly string[]): Promise<readonly DefinitionSource[] | undefined> {
  const unreadable: string[] = [];
  const sources = await readAll(await findFiles(paths, unreadable), unreadable);
  if (unreadable.length === 0) return sources;
  process.stderr.write(unreadable.map((line) => `${line}\n`).join(''));
  return undefined;
}

/** By its key, for one that is not sound is still no definition. */
export function isShared({ text }: DefinitionSource): boolean {
  return /^shared\s*:/m.test(text);
}

async function findFiles(paths: readonly string[], unreadable: string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      const found = await definitionFiles(path);
      if (found.length === 0) unreadable.push(`${path}: no .yaml file in this folder`);
      for (const file of found) files.add(relative('', file));
    } catch (error) {
      unreadable.push(`${path}: ${reasonOf(error)}`);
    }
  }
  return [...files];
}

async function readAll(files: readonly string[], unreadable: string[]): Promise<readonly DefinitionSource[]> {
  const sources: DefinitionSource[] = [];
  for (const file of files) {
    try {
      sources.push({ file, text: await readFile(file, 'utf8') });
    } catch (error) {
      unreadable.push(`${file}: ${reasonOf(error)}`);
    }
  }
  return sources;
}
