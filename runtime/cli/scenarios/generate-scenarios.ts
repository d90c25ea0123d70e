import { readFile, writeFile } from 'node:fs/promises';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { generate } from '../../../dsl/scenario/generate.ts';
import { withCases } from '../../../dsl/scenario/write.ts';
import type { SuiteResult } from './run-suite.ts';
import type { SuiteFile } from './suite.ts';

/**
 * Appends cases to scenario files for what no scenario passes, as far as a search finds it. Returns a line about each
 * file that it changed. Nothing is changed where the file would not be sound afterwards.
 */
export async function generateScenarios(
  files: readonly SuiteFile[],
  { passed }: SuiteResult,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const done = new Set<string>();
  for (const { scenarios, machine, machines, definition } of files) {
    const [first] = scenarios.scenarios;
    if (!first || done.has(definition)) continue;
    done.add(definition);
    const actions = scenarios.scenarios.flatMap(({ steps }) => steps.flatMap((step) => ('do' in step ? [step] : [])));
    const sessions = generate({ machine, machines, given: first.given, passed, seen: actions });
    if (sessions.length === 0) continue;
    const before = await readFile(scenarios.path, 'utf8');
    const count = `${sessions.length.toString()} ${sessions.length === 1 ? 'case' : 'cases'}`;
    const after = withCases(before, sessions);
    if (after === undefined) {
      lines.push(`${scenarios.path}: write "cases" as a list with one case per "-", so that ${count} can be appended`);
      continue;
    }
    const parsed = parseScenarios(after, { file: scenarios.path });
    if ('diagnostics' in parsed) {
      const [{ code, message } = { code: 'unknown', message: '' }] = parsed.diagnostics;
      lines.push(`${scenarios.path}: ${count} not appended, for the file would not be sound: ${code} ${message}`);
      continue;
    }
    await writeFile(scenarios.path, after);
    lines.push(`${scenarios.path}: ${count} appended; read them before you rely on them`);
  }
  return lines;
}
