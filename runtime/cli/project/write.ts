import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseExisting, writeFiles } from '../write-files.ts';
import type { NewFile } from './project-files.ts';

/** Writes all or, with `project-file-exists`, nothing: no file of a person's is ever replaced. Returns the names written. */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const placed = files.map(({ path, text }) => ({ path: join(folder, path), text }));
  const paths = placed.map(({ path }) => path);
  refuseExisting(paths);
  for (const path of paths) await mkdir(dirname(path), { recursive: true });
  await writeFiles(placed);
  return paths;
}
