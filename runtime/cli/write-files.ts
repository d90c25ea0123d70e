/** The one way in which commands write files for a person: nothing of theirs is replaced unasked. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { ProjectError } from './project/errors.ts';

export interface FileToWrite {
  readonly path: string;
  readonly text: string;
}

/** An option of commands that write where they are told to. */
export const FORCE = { type: 'boolean', default: false, describe: 'Replace what is there' } as const;

/**
 * Throws `project-file-exists` where any of them is there. Ask before what takes a while. Without `force` there is no such
 * option, and nothing is ever replaced.
 */
export function refuseExisting(paths: readonly string[], force?: boolean): void {
  const there = force === true ? [] : paths.filter((path) => existsSync(path));
  if (there.length > 0) throw existing(there, force);
}

/** Writes all or, with `project-file-exists`, nothing. */
export async function writeFiles(files: readonly FileToWrite[], force?: boolean): Promise<void> {
  refuseExisting(
    files.map(({ path }) => path),
    force,
  );
  for (const { path, text } of files) {
    await writeFile(path, text, { flag: force === true ? 'w' : 'wx' }).catch((error: unknown) => {
      // It came meanwhile.
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? existing([path], force) : error;
    });
  }
}

function existing(paths: readonly string[], force: boolean | undefined): ProjectError {
  const advice = force === undefined ? '' : ': name another file, or --force to replace it';
  return new ProjectError('project-file-exists', `${paths.join(', ')} exists already${advice}`);
}
