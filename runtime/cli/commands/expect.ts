import { writeFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { formatDiagnostics } from '../../../dsl/diagnostics/format.ts';
import { HttpTarget } from '../../black-box/http-target.ts';
import { runSuiteLive } from '../../black-box/suite.ts';
import { systemClock } from '../../clock.ts';
import { parseTenantName } from '../../events/tenant.ts';
import { loadSuite } from '../../project/suite.ts';
import { liveJson, liveJunit, liveText, tallyOf } from '../black-box/report.ts';
import { suiteProgress } from '../black-box/progress.ts';
import { EXIT } from '../exit-codes.ts';
import { painter } from '../scenarios/text-report.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface ExpectArguments extends ConfigurationArguments {
  readonly paths: readonly string[];
  readonly target: string;
  readonly key: string | undefined;
  readonly tenant: string | undefined;
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly timeout: number;
  readonly quiet: number;
  readonly 'longest-wait': number;
  readonly 'ask-data': boolean;
  readonly all: boolean;
}

export const expectCommand: CommandModule<object, ExpectArguments> = {
  command: 'expect <paths..>',
  describe: 'Play scenarios (*.test.yaml) on a running platform, with people who do not exist',
  builder: (yargs) =>
    withConfigurationOptions(yargs)
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files or folders' })
      .option('target', { type: 'string', demandOption: true, requiresArg: true, describe: 'URL of the platform' })
      .option('key', { type: 'string', describe: 'Its key (default: PARLANCE_KEY)' })
      .option('tenant', { type: 'string', describe: 'Tenant (default: defaultTenant.name)' })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' })
      .option('junit', { type: 'string', requiresArg: true, describe: 'Write a JUnit report to this file' })
      .option('timeout', { type: 'number', default: 30, describe: 'Seconds until what is not there is missing' })
      .option('quiet', { type: 'number', default: 2, describe: 'Seconds with nothing new until no more is expected' })
      .option('longest-wait', { type: 'number', default: 10, describe: 'Seconds of "advance" that are waited for' })
      .option('ask-data', {
        type: 'boolean',
        default: false,
        describe: 'Have the platform really ask data sources; else the scenario answers in their place',
      })
      .option('all', { type: 'boolean', default: false, describe: 'Fail also where a scenario can not run' })
      .epilogue(
        'Exit codes: 0 all that ran is as expected, 1 something differs, 2 wrong usage or nothing that can run',
      ),
  handler: async (options) => {
    process.exitCode = await expectOf(options);
  },
};

async function expectOf(options: ExpectArguments): Promise<number> {
  const suite = await loadSuite(options.paths);
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  if (suite.unreadable.length > 0) process.stderr.write(suite.unreadable.map((line) => `${line}\n`).join(''));
  if (suite.diagnostics.length > 0) process.stderr.write(formatDiagnostics(suite.diagnostics, { color }));
  if (suite.unreadable.length > 0) return EXIT.usage;
  const { configuration } = configurationOf(options);
  const target = new HttpTarget({
    url: options.target,
    tenant: parseTenantName(options.tenant ?? configuration.defaultTenant.name),
    key: options.key ?? process.env['PARLANCE_KEY'],
  });
  const isAskingData = options['ask-data'];
  const { timePasses, describesPeople } = await target.abilities();
  const progress = suiteProgress(suite.files.reduce((sum, { scenarios }) => sum + scenarios.scenarios.length, 0));
  const files = await runSuiteLive(target, suite.files, {
    timeoutMs: options.timeout * 1_000,
    quietMs: options.quiet * 1_000,
    longestWaitMs: options['longest-wait'] * 1_000,
    isAskingData,
    // Whoever is really asked about them lives in real time.
    timePasses: !isAskingData && timePasses,
    describesPeople,
    clock: systemClock,
    ended: progress.ended,
  }).finally(progress.end);
  if (options.junit !== undefined) await writeFile(options.junit, liveJunit(files));
  process.stdout.write(options.json ? liveJson(options.target, files) : liveText(files, painter(color)));
  const { passed, failed, skipped } = tallyOf(files);
  if (failed > 0 || (options.all && skipped > 0) || suite.diagnostics.length > 0) return EXIT.failed;
  return passed > 0 ? EXIT.ok : EXIT.usage;
}
