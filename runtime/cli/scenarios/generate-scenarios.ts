import { readFile, writeFile } from 'node:fs/promises';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { generate } from '../../../dsl/scenario/generate.ts';
import { NOTHING_GIVEN } from '../../../dsl/scenario/given.ts';
import type { ScenarioFile } from '../../../dsl/scenario/scenario.ts';
import { withCases, writeScenarios, type Session } from '../../../dsl/scenario/write.ts';
import type { SuiteResult } from './run-suite.ts';
import type { SuiteFile } from '../../project/suite.ts';

/**
 * Appends cases to scenario files for what no scenario passes, as far as a search finds it, and writes the files that
 * are not there yet. Returns a line about each. Nothing is changed where the file would not be sound afterwards.
 */
export async function generateScenarios(
  files: readonly SuiteFile[],
  { passed }: SuiteResult,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const done = new Set<string>();
  for (const { scenarios, machine, machines, definition } of files) {
    if (done.has(definition)) continue;
    done.add(definition);
    const given = scenarios.scenarios[0]?.given ?? NOTHING_GIVEN;
    const actions = scenarios.scenarios.flatMap(({ steps }) => steps.flatMap((step) => ('do' in step ? [step] : [])));
    const sessions = generate({ machine, machines, given, passed, seen: actions });
    if (sessions.length === 0) continue;
    lines.push(`${scenarios.path}: ${await written(scenarios, sessions)}`);
  }
  return lines;
}

/** What came of it. */
async function written({ path, about }: ScenarioFile, sessions: readonly Session[]): Promise<string> {
  const count = `${sessions.length.toString()} ${sessions.length === 1 ? 'case' : 'cases'}`;
  const before = await readFile(path, 'utf8').catch(() => undefined);
  const after = before === undefined ? writeScenarios(about, sessions) : withCases(before, sessions);
  if (after === undefined) return `write "cases" as a list with one case per "-", so that ${count} can be appended`;
  const parsed = parseScenarios(after, { file: path });
  if ('diagnostics' in parsed) {
    const [{ code, message } = { code: 'unknown', message: '' }] = parsed.diagnostics;
    return `${count} not written, for the file would not be sound: ${code} ${message}`;
  }
  await writeFile(path, after);
  return `${count} ${before === undefined ? 'written' : 'appended'}; read them before you rely on them`;
}
