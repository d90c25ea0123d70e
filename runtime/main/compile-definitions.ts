import { readFile } from 'node:fs/promises';
import { ParlanceError } from '../../channels/error.ts';
import { checkProject, type ProjectFile } from '../../dsl/check/project.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import { uniqueDiagnostics } from '../../dsl/diagnostics/unique.ts';
import type { Machine } from '../../dsl/machine.ts';
import { Projects } from '../project/projects.ts';
import { configuredFiles } from './configured-files.ts';

/** A platform that ran only some of its definitions would surprise people: it does not start. */
class DefinitionsError extends ParlanceError<'definitions-invalid' | 'definitions-unreadable'> {}

/** Compiles every definition below the given files and folders. Rejects with all problems of all files at once. */
export async function compileDefinitions(paths: readonly string[]): Promise<readonly Machine[]> {
  const compiled: ProjectFile[] = [];
  const projects = new Projects();
  const diagnostics: Diagnostic[] = [];
  for (const file of await filesBelow(paths)) {
    const text = await readFile(file, 'utf8');
    const result = compileText(text, { file, ...projects.around(file) });
    if ('machine' in result) compiled.push({ file, text, machine: result.machine });
    else diagnostics.push(...result.diagnostics);
  }
  diagnostics.push(...projects.diagnostics, ...checkProject(compiled));
  if (diagnostics.length > 0)
    throw new DefinitionsError('definitions-invalid', formatDiagnostics(uniqueDiagnostics(diagnostics)));
  return compiled.map(({ machine }) => machine);
}

function filesBelow(paths: readonly string[]): Promise<readonly string[]> {
  return configuredFiles(paths, definitionFiles, (path, cause) => {
    const message = `${path} cannot be read: set "conversations" to files and folders that exist`;
    return new DefinitionsError('definitions-unreadable', message, { cause });
  });
}
