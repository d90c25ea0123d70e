import { basename } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { USUAL_PER_SECOND } from '../../../dsl/limits.ts';
import type { AudienceReport } from '../../broadcasts/audience-report.ts';
import type { BroadcastSummary } from '../../broadcasts/broadcasts.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { readAudienceFile, reportText } from './audience-file.ts';
import { columns } from './columns.ts';

interface SendArguments extends PlatformArguments {
  readonly definition: string;
  readonly file: string;
  readonly name: string | undefined;
  readonly 'per-second': number | undefined;
  readonly country: string | undefined;
  readonly 'dry-run': boolean;
}

interface NamedArguments extends PlatformArguments {
  readonly name: string;
  readonly reason?: string | undefined;
}

export const broadcastsCommand: CommandModule = {
  command: 'broadcasts',
  describe: 'Start a conversation with everybody in a CSV file; pause, resume, cancel it',
  builder: (yargs) =>
    yargs
      .command(sendCommand)
      .command(listCommand)
      .command(showCommand)
      .command(changeCommand('pause', 'Start nobody else until it is resumed'))
      .command(changeCommand('resume', 'Go on where it was paused'))
      .command(changeCommand('cancel', 'End it; conversations that it started go on'))
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const sendCommand: CommandModule<object, SendArguments> = {
  command: 'send <definition> <file>',
  describe: 'Start a definition with everybody in a CSV file',
  builder: (yargs: Argv) =>
    withPlatformOptions(yargs)
      .positional('definition', { type: 'string', demandOption: true, describe: 'Name of a definition in force' })
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'CSV with the columns phone, email or address, and locale, zone and inputs',
      })
      .option('name', { type: 'string', describe: 'What to call it (default: the definition and the time)' })
      .option('per-second', {
        type: 'number',
        describe: `People started in a second, at most (default: ${USUAL_PER_SECOND})`,
      })
      .option('country', { type: 'string', describe: 'Country of phone numbers without +, such as US' })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Only report which lines can be used',
      }),
  handler: async (args) => {
    const query = new URLSearchParams({ definition: args.definition, audience: basename(args.file) });
    if (args.name !== undefined) query.set('name', args.name);
    const perSecond = args['per-second'];
    if (perSecond !== undefined) query.set('perSecond', perSecond.toString());
    if (args.country !== undefined) query.set('country', args.country.toUpperCase());
    if (args['dry-run']) query.set('dryRun', 'true');
    const body = await readAudienceFile(args.file);
    const answer = (await askPlatform(args, { method: 'POST', path: 'broadcasts', query, body })) as {
      readonly report: AudienceReport;
      readonly broadcast?: BroadcastSummary;
    };
    printAnswer(args, answer, () => sentText(answer.report, answer.broadcast));
  },
};

const listCommand: CommandModule<object, PlatformArguments> = {
  command: 'list',
  describe: 'List broadcasts, newest first',
  builder: (yargs: Argv) => withPlatformOptions(yargs),
  handler: async (args) => {
    const answer = (await askPlatform(args, { method: 'GET', path: 'broadcasts' })) as {
      readonly broadcasts: readonly BroadcastSummary[];
    };
    printAnswer(args, answer.broadcasts, () => table(answer.broadcasts));
  },
};

const showCommand: CommandModule<object, NamedArguments> = {
  command: 'show <name>',
  describe: 'Show one broadcast',
  builder: (yargs: Argv) => withName(yargs),
  handler: async (args) => {
    const path = `broadcasts/${encodeURIComponent(args.name)}`;
    const broadcast = (await askPlatform(args, { method: 'GET', path })) as BroadcastSummary;
    const why = broadcast.reason === undefined ? '' : `Nobody was targeted: ${broadcast.reason}.\n`;
    printAnswer(args, broadcast, () => table([broadcast]) + why);
  },
};

function changeCommand(what: 'pause' | 'resume' | 'cancel', describe: string): CommandModule<object, NamedArguments> {
  return {
    command: `${what} <name>`,
    describe,
    builder: (yargs: Argv) =>
      withName(yargs).option('reason', { type: 'string', describe: 'Why, for whoever looks at it later' }),
    handler: async (args) => {
      const path = `broadcasts/${encodeURIComponent(args.name)}/${what}`;
      const query = new URLSearchParams(args.reason === undefined ? {} : { reason: args.reason });
      const broadcast = (await askPlatform(args, { method: 'POST', path, query })) as BroadcastSummary;
      printAnswer(args, broadcast, () => `Broadcast "${broadcast.name}" is ${broadcast.state}.\n`);
    },
  };
}

function withName(yargs: Argv): Argv<NamedArguments> {
  return withPlatformOptions(yargs).positional('name', { type: 'string', demandOption: true });
}

function sentText(report: AudienceReport, broadcast: BroadcastSummary | undefined): string {
  const state = broadcast ? `Broadcast "${broadcast.name}" is ${broadcast.state}.\n` : 'Nothing was sent.\n';
  return state + reportText(report, 'Columns that are no input');
}

function table(broadcasts: readonly BroadcastSummary[]): string {
  const rows = broadcasts.map((one) => [
    ...[one.name, one.definition, one.state, `${one.position}/${one.recipients}`],
    ...[one.skipped.toString(), one.perSecond.toString(), one.requestedAt],
  ]);
  return columns(['name', 'definition', 'state', 'progress', 'skipped', 'per second', 'requested'], rows);
}
