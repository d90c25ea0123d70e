import { writeFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { formatDiagnostics } from '../../../dsl/diagnostics/format.ts';
import { percentOf } from '../../../dsl/scenario/coverage.ts';
import { EXIT } from '../exit-codes.ts';
import { generateScenarios } from '../scenarios/generate-scenarios.ts';
import { jsonReport, junitReport } from '../scenarios/machine-report.ts';
import { runSuite, type SuiteResult } from '../scenarios/run-suite.ts';
import { loadSuite } from '../../project/suite.ts';
import { coverageReport, painter, textReport } from '../scenarios/text-report.ts';
import { watchPaths } from '../scenarios/watch.ts';

interface TestArguments {
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly coverage: boolean;
  readonly threshold: number | undefined;
  readonly update: boolean;
  readonly generate: boolean;
  readonly watch: boolean;
}

export const testCommand: CommandModule<object, TestArguments> = {
  command: 'test <paths..>',
  describe: 'Play scenarios (*.test.yaml) in virtual time',
  builder: (yargs) =>
    yargs
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files or folders' })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' })
      .option('junit', { type: 'string', requiresArg: true, describe: 'Write a JUnit report to this file' })
      .option('coverage', { type: 'boolean', default: false, describe: 'List steps and edges that no scenario passes' })
      .option('threshold', { type: 'number', requiresArg: true, describe: 'Fail below this per cent of edges' })
      .option('update', { type: 'boolean', default: false, describe: 'Write transcripts instead of comparing them' })
      .option('generate', { type: 'boolean', default: false, describe: 'Write cases for what no scenario passes' })
      .option('watch', { type: 'boolean', default: false, describe: 'Play again whenever a file changes' })
      .epilogue('Exit codes: 0 all as expected, 1 differences or problems, 2 wrong usage or nothing to read'),
  handler: async (options) => {
    process.exitCode = await test(options);
    if (options.watch)
      await watchPaths(options.paths, async () => {
        await test(options);
      });
  },
};

async function test(options: TestArguments): Promise<number> {
  const { paths, json, junit, coverage, threshold, update, generate } = options;
  const suite = await loadSuite(paths, { withUntested: generate });
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  if (suite.unreadable.length > 0) process.stderr.write(suite.unreadable.map((line) => `${line}\n`).join(''));
  if (suite.diagnostics.length > 0) process.stderr.write(formatDiagnostics(suite.diagnostics, { color }));
  if (suite.unreadable.length > 0) return EXIT.usage;
  const result = await runSuite(suite.files, { update });
  if (junit !== undefined) await writeFile(junit, junitReport(result));
  const paint = painter(color);
  if (json) process.stdout.write(jsonReport(result));
  else if (suite.files.length > 0 || !generate) {
    process.stdout.write(textReport(result, paint));
    if (coverage || threshold !== undefined) process.stdout.write(coverageReport(result, paint));
  }
  if (generate) {
    for (const line of await generateScenarios([...suite.files, ...suite.untested], result))
      process.stderr.write(`${line}\n`);
  }
  const isSound = suite.diagnostics.length === 0 && isAsExpected(result) && isCovered(result, threshold);
  return isSound ? EXIT.ok : EXIT.failed;
}

function isAsExpected({ files }: SuiteResult): boolean {
  return files.every(({ results }) => results.every(({ failure }) => !failure));
}

/** Says so where it is not. */
function isCovered({ coverage }: SuiteResult, threshold: number | undefined): boolean {
  if (threshold === undefined) return true;
  const below = coverage.filter(({ edges }) => percentOf(edges) < threshold);
  for (const { name } of below) {
    process.stderr.write(`${name}: less than ${threshold.toString()} % of its edges are covered\n`);
  }
  return below.length === 0;
}
