/** SARIF 2.1.0 (OASIS), which code hosts and editors read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { createHash } from 'node:crypto';
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DIAGNOSTICS, type DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { withAdvice } from './advice.ts';
import type { Findings } from './report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Relative names are relative to where the command ran, which the reader knows and the log does not say. */
const ROOT = '%SRCROOT%';

export function sarifReport({ files, diagnostics }: Findings, version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'parlance', semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        artifacts: files.map((file) => ({ location: locationOf(file), sourceLanguage: 'yaml' })),
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: DiagnosticCode) {
  const { cause, fix, severity = 'error' } = DIAGNOSTICS[code];
  return {
    id: code,
    shortDescription: { text: cause },
    help: { text: `${cause} ${fix}` },
    defaultConfiguration: { level: severity },
  };
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number) {
  const { code, severity, file, line, column, endLine, endColumn, excerpt } = diagnostic;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: withAdvice(diagnostic) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(file),
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
    // Stays when lines are added above: a host then knows the problem again.
    partialFingerprints: { 'lineText/v1': fingerprint(code, excerpt) },
  };
}

function fingerprint(code: string, excerpt: string): string {
  const line = (excerpt.split('\n', 1)[0] ?? '').replace(/^\d+ \| /, '').trim();
  return createHash('sha256').update(`${code}\n${line}`).digest('hex').slice(0, 32);
}

function locationOf(file: string) {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  const path = file.split(sep).map(encodeURIComponent).join('/');
  return { uri: path, uriBaseId: ROOT };
}
