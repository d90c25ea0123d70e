/** What was found in a project's files, written for whoever reads it: a person, a script, an editor or a CI server. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { costReport, type FileCost } from './cost-report.ts';
import { githubReport } from './github.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { sarifReport } from './sarif.ts';

export const REPORT_FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface Findings {
  /** Every file that was looked at, as diagnostics call it. */
  readonly files: readonly string[];
  /** How many of them are shared files, and no definitions. */
  readonly shared?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReportOptions {
  /** Of Parlance, which a SARIF log names. */
  readonly version: string;
  /** ANSI colours, in `text` only. */
  readonly color?: boolean;
  /** SMS segments, in `text` and `json`. */
  readonly costs?: readonly FileCost[] | undefined;
}

/** Ends with a newline; '' where a format has nothing to say about files without problems. */
export function renderReport(
  format: ReportFormat,
  findings: Findings,
  { version, color, costs }: ReportOptions,
): string {
  switch (format) {
    case 'text':
      return `${costs ? `${costReport(costs)}\n` : ''}${textReport(findings, color ?? false)}`;
    case 'json':
      return jsonReport(findings, costs);
    case 'sarif':
      return sarifReport(findings, version);
    case 'junit':
      return junitReport(findings);
    case 'github':
      return githubReport(findings);
  }
}

function textReport({ files, diagnostics, shared = 0 }: Findings, color: boolean): string {
  const definitions = counted(files.length - shared, 'definition');
  const looked = shared === 0 ? definitions : `${definitions} and ${counted(shared, 'shared file')}`;
  if (diagnostics.length === 0) return `${looked}, no problems\n`;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const errors = diagnostics.length - warnings;
  const problems = [
    ...(errors > 0 ? [counted(errors, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(' and ');
  const blocks = formatDiagnostics(diagnostics, { color });
  return `${blocks}\n${problems} in ${looked}; each code is explained in docs/reference/diagnostics.md\n`;
}

function counted(count: number, noun: string): string {
  return `${count.toString()} ${noun}${count === 1 ? '' : 's'}`;
}
