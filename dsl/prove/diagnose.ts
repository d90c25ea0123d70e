/** Findings as diagnostics: with the line that they are about, and the dialogue that shows them. */
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Machine } from '../machine/machine.ts';
import { SourceFile } from '../parse/source-file.ts';
import type { Project } from '../project/project.ts';
import { dialogueLines } from './dialogue-lines.ts';
import type { Finding } from './finding.ts';
import { prove, type ProveOptions } from './prove.ts';

export interface Proved {
  readonly file: string;
  readonly text: string;
  readonly machine: Machine;
  /** Texts of the files that it imports. */
  readonly read?: (path: string) => string | undefined;
  /** Where it stands. */
  readonly project?: Project;
}

/** What the prover has to say of a definition that compiles, in the order of its file. */
export function diagnose(
  { file, text, machine, read, project }: Proved,
  options: ProveOptions = {},
): readonly Diagnostic[] {
  const reports = new Map([[file, new Report(new SourceFile(file, text))]]);
  const { connectors } = project ?? {};
  const known = connectors === undefined ? options : { ...options, connectors };
  for (const finding of prove(machine, known).findings) {
    const path = machine.flows[finding.flow]?.file ?? file;
    const report = reports.get(path) ?? new Report(new SourceFile(path, read?.(path) ?? ''));
    reports.set(path, report);
    add(report, finding);
  }
  return [...reports.values()].flatMap((report) => report.diagnostics());
}

function add(report: Report, { code, line, column, message, severity, expected, dialogue }: Finding): void {
  const start = report.source.lineStart(line) + column - 1;
  const end = start + Math.max(1, /^[\w-]+/.exec(report.source.text.slice(start))?.[0].length ?? 1);
  report.add(code, { start, end }, message, { severity, expected, dialogue: dialogue && dialogueLines(dialogue) });
}
