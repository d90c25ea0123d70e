/** The definition that a command is about. */
import { readFile } from 'node:fs/promises';
import { compileText } from '../../dsl/compile/compile.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { reasonOf } from '../project/file-problem.ts';
import { Projects } from '../project/projects.ts';

/** Its machine; undefined where there is none, which standard error has then explained. */
export async function machineOfFile(file: string): Promise<Machine | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    process.stderr.write(`${file}: ${reasonOf(error)}\n`);
    return undefined;
  }
  const projects = new Projects();
  const compiled = compileText(text, { file, ...projects.around(file) });
  process.stderr.write(projects.report);
  if ('machine' in compiled) return compiled.machine;
  process.stderr.write(formatDiagnostics(compiled.diagnostics));
  return undefined;
}
