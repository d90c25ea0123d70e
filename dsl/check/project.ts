/** What can only be seen over several definitions of one tenant. */
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Machine, Position } from '../machine.ts';
import { SourceFile } from '../parse/source-file.ts';

export interface ProjectFile {
  readonly file: string;
  readonly text: string;
  readonly machine: Machine;
}

/** Names and starting words that two definitions claim, told at the second. */
export function checkProject(files: readonly ProjectFile[]): readonly Diagnostic[] {
  const names = new Map<string, ProjectFile>();
  const words = new Map<string, ProjectFile>();
  let fallback: ProjectFile | undefined;
  return files.flatMap((one) => {
    const report = new Report(new SourceFile(one.file, one.text));
    const other = names.get(one.machine.name);
    if (other) {
      const start = Math.max(0, one.text.search(/^['"]?conversation['"]?\s*:/m));
      const message = `"${one.machine.name}" is the name of ${other.file} too`;
      report.add('conversation-taken', { start, end: start + 'conversation'.length }, message);
    } else names.set(one.machine.name, one);
    for (const start of one.machine.starts) {
      if (start.on === 'any') {
        fallback ??= one;
        if (fallback.machine.name !== one.machine.name) reportFallback(report, start, fallback);
      }
      if (start.on !== 'keyword') continue;
      for (const word of new Set(Object.values(start.words).flat())) {
        const owner = words.get(word);
        if (!owner || owner === one) words.set(word, one);
        else if (owner.machine.name !== one.machine.name) {
          const at = report.source.lineStart(start.line) + start.column - 1;
          report.add(
            'keyword-taken',
            { start: at, end: at + 1 },
            `"${word}" starts ${owner.machine.name} (${owner.file}) already`,
          );
        }
      }
    }
    return report.diagnostics();
  });
}

function reportFallback(report: Report, { line, column }: Position, { machine, file }: ProjectFile): void {
  const at = report.source.lineStart(line) + column - 1;
  report.add('fallback-taken', { start: at, end: at + 1 }, `${machine.name} (${file}) takes any message already`);
}
