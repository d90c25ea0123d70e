/** Workflow commands, which GitHub shows as annotations beside the changed lines of a pull request. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { withAdvice } from './advice.ts';
import type { Findings } from './report.ts';

export function githubReport({ diagnostics }: Findings): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic)}\n`).join('');
}

function annotation(diagnostic: Diagnostic): string {
  const { file, line, endLine, column, endColumn, code, severity } = diagnostic;
  // GitHub refuses columns on an annotation of several lines, and its last column is included.
  const columns = line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {};
  const properties = Object.entries({ file, line, endLine, ...columns, title: code });
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value.toString())}`).join(',');
  return `::${severity} ${list}::${escapeData(withAdvice(diagnostic))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
