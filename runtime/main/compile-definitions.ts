import { readFile } from 'node:fs/promises';
import { ParlanceError } from '../../channels/error.ts';
import { checkProject, type ProjectFile } from '../../dsl/check/project.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import { hasErrors, type Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import { uniqueDiagnostics } from '../../dsl/diagnostics/unique.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { diagnose, type Proved } from '../../dsl/prove/diagnose.ts';
import { Projects } from '../project/projects.ts';
import { configuredFiles } from './configured-files.ts';

/** A platform that ran only some of its definitions would surprise people: it does not start. */
class DefinitionsError extends ParlanceError<'definitions-invalid' | 'definitions-unreadable'> {}

/**
 * Compiles every definition below the given files and folders, and proves it: what `parlance validate` refuses must not
 * write to anybody. Rejects with all problems of all files at once. Warnings do not keep a platform from starting.
 */
export async function compileDefinitions(paths: readonly string[]): Promise<readonly Machine[]> {
  const compiled: ProjectFile[] = [];
  const projects = new Projects();
  const diagnostics: Diagnostic[] = [];
  for (const file of await filesBelow(paths)) {
    const text = await readFile(file, 'utf8');
    const around = projects.around(file);
    const result = compileText(text, { file, ...around });
    if ('machine' in result) {
      const { machine } = result;
      compiled.push({ file, text, machine });
      diagnostics.push(...result.warnings, ...proved({ file, text, machine, ...around }));
    } else diagnostics.push(...result.diagnostics);
  }
  const problems = uniqueDiagnostics([...projects.diagnostics, ...diagnostics, ...checkProject(compiled)]);
  if (hasErrors(problems)) throw new DefinitionsError('definitions-invalid', formatDiagnostics(problems));
  return compiled.map(({ machine }) => machine);
}

/**
 * Dialogues are looked for only where there is something to show: some make an error of a warning. So a sound definition
 * costs a few milliseconds.
 */
function proved(definition: Proved): readonly Diagnostic[] {
  const found = diagnose(definition, { mostAttempts: 0 });
  return found.length === 0 ? found : diagnose(definition);
}

function filesBelow(paths: readonly string[]): Promise<readonly string[]> {
  return configuredFiles(paths, definitionFiles, (path, cause) => {
    const message = `${path} cannot be read: set "conversations" to files and folders that exist`;
    return new DefinitionsError('definitions-unreadable', message, { cause });
  });
}
