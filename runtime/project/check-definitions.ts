import { setImmediate as breathe } from 'node:timers/promises';
import { checkProject, type ProjectFile } from '../../dsl/check/project.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { uniqueDiagnostics } from '../../dsl/diagnostics/unique.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { diagnose, type Proved } from '../../dsl/prove/diagnose.ts';
import type { ProveOptions } from '../../dsl/prove/prove.ts';
import { Projects } from './projects.ts';

export interface DefinitionSource {
  readonly file: string;
  readonly text: string;
}

export interface CheckedDefinitions {
  readonly diagnostics: readonly Diagnostic[];
  /** Those that compile, in the order of the sources. */
  readonly sound: readonly ProjectFile[];
}

export interface CheckOptions extends ProveOptions {
  readonly projects?: Projects;
  /** In force beside them: what they would share with these is told. */
  readonly beside?: readonly Machine[];
}

/** Compiles definitions and proves each, then looks at them together: all that can be said before anything runs. */
export async function checkDefinitions(
  sources: readonly DefinitionSource[],
  { projects = new Projects(), beside = [], ...options }: CheckOptions = {},
): Promise<CheckedDefinitions> {
  const diagnostics: Diagnostic[] = [];
  const sound: ProjectFile[] = [];
  for (const source of sources) {
    const around = projects.around(source.file);
    const compiled = compileText(source.text, { file: source.file, ...around });
    if ('machine' in compiled) {
      const { machine } = compiled;
      sound.push({ ...source, machine });
      diagnostics.push(...compiled.warnings, ...proved({ ...source, machine, ...around }, options));
    } else diagnostics.push(...compiled.diagnostics);
    // A platform does this beside its conversations.
    await breathe();
  }
  const together = [...diagnostics, ...checkTogether(sound, beside)];
  return { diagnostics: uniqueDiagnostics([...projects.diagnostics, ...together]), sound };
}

/**
 * Dialogues are looked for only where there is something to show: some make an error of a warning. So a sound definition
 * costs a few milliseconds.
 */
function proved(definition: Proved, options: ProveOptions): readonly Diagnostic[] {
  const found = diagnose(definition, { ...options, mostAttempts: 0 });
  return found.length === 0 ? found : diagnose(definition, options);
}

function checkTogether(sound: readonly ProjectFile[], beside: readonly Machine[]): readonly Diagnostic[] {
  const replaced = new Set(sound.map(({ machine }) => machine.name));
  const others = beside
    .filter(({ name }) => !replaced.has(name))
    .map((machine) => ({ file: `in force: ${machine.name}`, text: '', machine }));
  const known = new Set(others.map(({ file }) => file));
  return checkProject([...others, ...sound]).filter(({ file }) => !known.has(file));
}
