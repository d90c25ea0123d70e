/** JUnit's XML, as CI servers read it: a test case per file and problem, so that each is counted and shown by itself. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import type { Findings } from './report.ts';
import { escapeXml } from './xml.ts';

export function junitReport({ files, diagnostics }: Findings): string {
  const byFile = new Map<string, Diagnostic[]>(files.map((file) => [file, []]));
  for (const diagnostic of diagnostics)
    byFile.set(diagnostic.file, [...(byFile.get(diagnostic.file) ?? []), diagnostic]);
  const suites = [...byFile].map(([file, problems]) => suiteOf(file, problems));
  const tests = suites.reduce((sum, suite) => sum + suite.tests, 0);
  const counts = `tests="${tests.toString()}" failures="${failuresIn(diagnostics).toString()}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parlance validate" ${counts}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>\n',
  ].join('\n');
}

interface Suite {
  readonly tests: number;
  readonly xml: string;
}

/** A file without problems is one case that passed. */
function suiteOf(file: string, problems: readonly Diagnostic[]): Suite {
  const tests = Math.max(1, problems.length);
  const name = escapeXml(file);
  const cases =
    problems.length === 0
      ? [`    <testcase classname="${name}" name="no problems"/>`]
      : problems.map((problem) => caseOf(name, problem));
  const counts = `tests="${tests.toString()}" failures="${failuresIn(problems).toString()}" errors="0" skipped="0"`;
  return { tests, xml: [`  <testsuite name="${name}" ${counts}>`, ...cases, '  </testsuite>'].join('\n') };
}

/** A warning fails nothing. */
function failuresIn(problems: readonly Diagnostic[]): number {
  return problems.filter(({ severity }) => severity === 'error').length;
}

function caseOf(classname: string, problem: Diagnostic): string {
  const place = `${problem.line.toString()}:${problem.column.toString()}`;
  const name = escapeXml(`${problem.code} at ${place}`);
  const text = escapeXml(formatDiagnostics([problem]));
  const failure = `<failure type="${problem.code}" message="${escapeXml(problem.message)}">${text}</failure>`;
  return [
    `    <testcase classname="${classname}" name="${name}">`,
    `      ${problem.severity === 'error' ? failure : `<system-out>${text}</system-out>`}`,
    '    </testcase>',
  ].join('\n');
}
