import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ParlanceError } from '../../channels/error.ts';
import { compileFile } from '../../dsl/compile/compile.ts';
import type { Machine } from '../../dsl/machine.ts';

/** A platform that ran only some of its definitions would surprise people: it does not start. */
class DefinitionsError extends ParlanceError<'definitions-invalid' | 'definitions-unreadable'> {}

/** Compiles every definition below the given files and folders. Rejects with all problems of all files at once. */
export async function compileDefinitions(paths: readonly string[]): Promise<readonly Machine[]> {
  const machines: Machine[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    for (const file of await definitionFiles(path)) {
      const compiled = await compileFile(file);
      if ('machine' in compiled) machines.push(compiled.machine);
      else
        problems.push(
          ...compiled.diagnostics.map(
            ({ file: name, line, column, message }) => `${name}:${line}:${column} ${message}`,
          ),
        );
    }
  }
  if (problems.length > 0) throw new DefinitionsError('definitions-invalid', problems.join('\n'));
  return machines;
}

async function definitionFiles(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !/\.test\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
