import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Coverage, type DefinitionCoverage } from '../../../dsl/scenario/coverage.ts';
import { runScenario, type ScenarioResult } from '../../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import type { Given } from '../../../dsl/scenario/scenario.ts';
import type { SuiteFile } from '../../project/suite.ts';

export interface FileResult {
  readonly file: SuiteFile;
  readonly results: readonly ScenarioResult[];
}

export interface SuiteResult {
  readonly files: readonly FileResult[];
  readonly coverage: readonly (DefinitionCoverage & { readonly path: string })[];
  readonly passed: Coverage;
}

/** `update`: transcripts are written instead of compared. */
export async function runSuite(
  files: readonly SuiteFile[],
  options: { readonly update: boolean },
): Promise<SuiteResult> {
  const coverage = new Coverage();
  const results: FileResult[] = [];
  for (const file of files) {
    const ofFile: ScenarioResult[] = [];
    const open = (given: Given) => Promise.resolve(SimulatedStage.open(file.machines, given, coverage.trace));
    for (const scenario of file.scenarios.scenarios) {
      const result = await runScenario(open, file.scenarios, scenario);
      ofFile.push(await withTranscript(file, result, options.update));
    }
    results.push({ file, results: ofFile });
  }
  const definitions = new Map(files.map((file) => [file.definition, file.machine]));
  return {
    files: results,
    coverage: [...definitions].map(([path, machine]) => ({ path, ...coverage.of(machine) })),
    passed: coverage,
  };
}

async function withTranscript(file: SuiteFile, result: ScenarioResult, update: boolean): Promise<ScenarioResult> {
  const { scenario, failure, transcript } = result;
  if (scenario.transcript === undefined || failure) return result;
  const path = join(dirname(file.scenarios.path), scenario.transcript);
  const actual = `${transcript.join('\n')}\n`;
  if (update) {
    await writeFile(path, actual);
    return result;
  }
  const expected = await readFile(path, 'utf8').catch(() => undefined);
  if (expected === actual) return result;
  const message =
    expected === undefined
      ? `there is no transcript ${path} yet: run with --update`
      : `the dialogue differs from ${path}; if this is meant, run with --update`;
  const { line, column } = scenario;
  return { ...result, failure: { line, column, message, expected: expected ?? '', actual } };
}
