import type { CommandModule } from 'yargs';
import { costOfDefinition } from '../../../dsl/cost/cost.ts';
import { hasErrors } from '../../../dsl/diagnostics/diagnostic.ts';
import type { ProveOptions } from '../../../dsl/prove/prove.ts';
import { renderReport, REPORT_FORMATS, type ReportFormat } from '../../../dsl/report/report.ts';
import { parseDuration } from '../../../dsl/text/duration.ts';
import { checkDefinitions } from '../../project/check-definitions.ts';
import { isShared, readDefinitions } from '../definition-sources.ts';
import { EXIT } from '../exit-codes.ts';
import { parlanceVersion } from '../version.ts';

interface ValidateArguments {
  readonly paths: readonly string[];
  readonly format: ReportFormat;
  readonly json: boolean | undefined;
  readonly 'reply-window': string | undefined;
  readonly cost: boolean | undefined;
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate <paths..>',
  describe: 'Check definitions: every problem with file, line and what to do',
  builder: (yargs) =>
    yargs
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files or folders' })
      .option('format', { choices: REPORT_FORMATS, default: 'text' as const, describe: 'For people, scripts or CI' })
      .option('json', { type: 'boolean', describe: 'Short for --format json' })
      .option('reply-window', {
        type: 'string',
        requiresArg: true,
        describe: "Warn of messages later than this after the person's last, such as 24h; without it, project.yaml's",
      })
      .check(({ 'reply-window': window }) => {
        if (window === undefined || parseDuration(window) !== undefined) return true;
        return '--reply-window takes a duration such as 24h';
      })
      .option('cost', { type: 'boolean', describe: 'Also tell what each way costs in SMS segments (text and json)' })
      .epilogue('Exit codes: 0 no problems (or warnings only), 1 problems, 2 wrong usage or nothing to read'),
  handler: async ({ paths, format, json, cost, 'reply-window': window }) => {
    const replyWindowMs = window === undefined ? undefined : parseDuration(window);
    const options = replyWindowMs === undefined ? {} : { replyWindowMs };
    process.exitCode = await validate(paths, json === true ? 'json' : format, options, cost === true);
  },
};

async function validate(
  paths: readonly string[],
  format: ReportFormat,
  options: ProveOptions,
  withCost: boolean,
): Promise<number> {
  const sources = await readDefinitions(paths);
  if (!sources) return EXIT.usage;
  const files = sources.map(({ file }) => file);
  const { diagnostics, sound } = await checkDefinitions(sources, options);
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  const costs = withCost ? sound.map(({ file, machine }) => ({ file, cost: costOfDefinition(machine) })) : undefined;
  const shared = sources.filter(isShared).length;
  process.stdout.write(
    renderReport(format, { files, diagnostics, shared }, { version: parlanceVersion(), color, costs }),
  );
  return hasErrors(diagnostics) ? EXIT.failed : EXIT.ok;
}
