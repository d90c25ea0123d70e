/** The checker's problems, as editors show them. */
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DiagnosticSeverity, type CodeAction, type Diagnostic as Shown } from 'vscode-languageserver/node';
import { compileText } from '../../dsl/compile/compile.ts';
import { isScenarioName } from '../../dsl/compile/definition-files.ts';
import type { DiagnosticCode } from '../../dsl/diagnostics/codes.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import { PROJECT_FILE } from '../../dsl/project/project.ts';
import { parseScenarios } from '../../dsl/scenario/parse.ts';
import { Projects } from '../project/projects.ts';
import { diagnose } from '../../dsl/prove/diagnose.ts';
import type { Workspace } from './workspace.ts';

/** Less than a command looks: somebody is typing. */
const MOST_ATTEMPTS = 2000;

/** By address of the file in which they stand: the one that is checked, or one that it imports. */
export type Problems = ReadonlyMap<string, readonly Shown[]>;

export function problemsOf(workspace: Workspace, uri: string): Problems {
  const file = uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  const problems = new Map<string, Shown[]>([[uri, []]]);
  for (const one of diagnosticsOf(workspace, file, workspace.at(uri)?.source.text ?? '')) {
    const there = one.file === file ? uri : pathToFileURL(resolve(one.file)).href;
    problems.set(there, [...(problems.get(there) ?? []), shown(one)]);
  }
  return problems;
}

function diagnosticsOf(workspace: Workspace, file: string, text: string): readonly Diagnostic[] {
  if (basename(file) === PROJECT_FILE) {
    const parsed = parseProject(text, { file });
    return 'diagnostics' in parsed ? parsed.diagnostics : [];
  }
  // Whether they come true is seen when they are played: by `parlance test`.
  if (isScenarioName(file)) {
    const parsed = parseScenarios(text, { file });
    return 'diagnostics' in parsed ? parsed.diagnostics : [];
  }
  const around = new Projects((path) => workspace.read(path)).around(file);
  const compiled = compileText(text, { file, ...around });
  if ('diagnostics' in compiled) return compiled.diagnostics;
  const found = diagnose({ file, text, machine: compiled.machine, ...around }, { mostAttempts: MOST_ATTEMPTS });
  // That so few attempts do not lead everywhere is no problem of the file.
  return [...compiled.warnings, ...found.filter(({ code }) => code !== 'not-proved')];
}

/** One of an imported file is found again by everything that imports it. */
export function uniqueProblems(problems: readonly Shown[]): Shown[] {
  const keyOf = ({ code, message, range }: Shown): string => JSON.stringify([code, message, range]);
  return [...new Map(problems.map((one) => [keyOf(one), one])).values()];
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
