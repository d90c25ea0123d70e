import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProjectError } from './errors.ts';
import type { NewFile } from './project-files.ts';

/** Writes all or, with `project-file-exists`, nothing: no file of a person's is ever replaced. Returns the names written. */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const there = files.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => join(folder, path));
  if (there.length > 0) throw new ProjectError('project-file-exists', `${there.join(', ')} exists already`);
  const written: string[] = [];
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    written.push(file);
  }
  return written;
}
