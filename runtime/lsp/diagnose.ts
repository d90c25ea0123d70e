/** The checker's problems, as editors show them. */
import { basename } from 'node:path';
import { DiagnosticSeverity, type CodeAction, type Diagnostic as Shown } from 'vscode-languageserver/node';
import { compileText } from '../../dsl/compile/compile.ts';
import type { DiagnosticCode } from '../../dsl/diagnostics/codes.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import { PROJECT_FILE } from '../../dsl/project/project.ts';
import { Projects } from '../project/projects.ts';
import { diagnose } from '../../dsl/prove/diagnose.ts';

/** Less than a command looks: somebody is typing. */
const MOST_ATTEMPTS = 2000;

export function problemsOf(text: string, file: string): readonly Shown[] {
  if (basename(file) === PROJECT_FILE) {
    const parsed = parseProject(text, { file });
    return 'diagnostics' in parsed ? parsed.diagnostics.map(shown) : [];
  }
  const compiled = compileText(text, { file, ...new Projects().around(file) });
  const diagnostics =
    'diagnostics' in compiled
      ? compiled.diagnostics
      : diagnose({ file, text, machine: compiled.machine }, { mostAttempts: MOST_ATTEMPTS });
  // Those of imported files are shown there.
  return diagnostics.filter((one) => one.file === file).map(shown);
}

function shown({ code, severity, message, expected, suggestion, dialogue, ...place }: Diagnostic): Shown {
  const advice = [
    ...(suggestion === undefined ? [] : [`did you mean: ${suggestion}`]),
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(dialogue === undefined ? [] : ['shown by:', ...dialogue]),
  ];
  return {
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: 'parlance',
    code,
    message: [message, ...advice].join('\n'),
    range: {
      start: { line: place.line - 1, character: place.column - 1 },
      end: {
        line: place.endLine - 1,
        character: Math.max(place.endColumn - 1, place.line === place.endLine ? place.column : 0),
      },
    },
    ...(suggestion === undefined ? {} : { data: suggestion }),
  };
}

/** Codes whose suggestion is exactly what should stand there. */
const REPLACED: ReadonlySet<unknown> = new Set<DiagnosticCode>([
  'unknown-key',
  'step-unknown',
  'variable-unknown',
  'input-unknown',
  'yaml-expression-unquoted',
]);

/** "Did you mean" as a change that one click makes. */
export function quickFixes(uri: string, diagnostics: readonly Shown[]): readonly CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const { code, range } = diagnostic;
    const newText: unknown = diagnostic.data;
    if (!REPLACED.has(code) || typeof newText !== 'string') return [];
    const edit = { changes: { [uri]: [{ range, newText }] } };
    return [{ title: `Replace with ${newText}`, kind: 'quickfix', diagnostics: [diagnostic], isPreferred: true, edit }];
  });
}
