import { readFile } from 'node:fs/promises';
import { ParlanceError } from '../../channels/error.ts';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import { hasErrors } from '../../dsl/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import type { FolderDefinition } from '../definitions/from-folder.ts';
import { checkDefinitions } from '../project/check-definitions.ts';
import { configuredFiles } from './configured-files.ts';

/** A platform that ran only some of its definitions would surprise people: it does not start. */
class DefinitionsError extends ParlanceError<'definitions-invalid' | 'definitions-unreadable'> {}

/**
 * Compiles every definition below the given files and folders, and proves it: what `parlance validate` refuses must not
 * write to anybody. Rejects with all problems of all files at once. Warnings do not keep a platform from starting.
 */
export async function compileDefinitions(paths: readonly string[]): Promise<readonly FolderDefinition[]> {
  const files = await filesBelow(paths);
  const sources = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  const { diagnostics, sound } = await checkDefinitions(sources);
  if (hasErrors(diagnostics)) throw new DefinitionsError('definitions-invalid', formatDiagnostics(diagnostics));
  return sound;
}

function filesBelow(paths: readonly string[]): Promise<readonly string[]> {
  return configuredFiles(paths, definitionFiles, (path, cause) => {
    const message = `${path} cannot be read: set "conversations" to files and folders that exist`;
    return new DefinitionsError('definitions-unreadable', message, { cause });
  });
}
