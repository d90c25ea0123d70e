import type { Argv, CommandModule } from 'yargs';
import type { DeadLetter, DeadLetterDetail, Settlement } from '../../dead-letters/box.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { columns } from './columns.ts';

interface ShowArguments extends PlatformArguments {
  readonly position: string;
}

interface SettleArguments extends PlatformArguments {
  readonly positions: string[] | undefined;
  readonly all: boolean;
}

export const deadLettersCommand: CommandModule = {
  command: 'dead-letters',
  describe: 'Messages that could not be processed: list, show, redrive, drop them',
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(showCommand)
      .command(settleCommand('redrive', 'redriven', 'Send them again to whoever could not process them'))
      .command(settleCommand('drop', 'dropped', 'Give them up'))
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const listCommand: CommandModule<object, PlatformArguments> = {
  command: 'list',
  describe: 'List them, oldest first',
  builder: (yargs: Argv) => withPlatformOptions(yargs),
  handler: async (args) => {
    const { deadLetters } = (await askPlatform(args, { method: 'GET', path: 'dead-letters' })) as {
      readonly deadLetters: readonly DeadLetter[];
    };
    printAnswer(args, deadLetters, () => table(deadLetters));
  },
};

const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <position>',
  describe: 'Show one whole, as it was published',
  builder: (yargs: Argv) =>
    withPlatformOptions(yargs).positional('position', {
      type: 'string',
      demandOption: true,
      describe: 'As `list` shows it',
    }),
  handler: async (args) => {
    const path = `dead-letters/${encodeURIComponent(args.position)}`;
    const letter = (await askPlatform(args, { method: 'GET', path })) as DeadLetterDetail;
    printAnswer(args, letter, () => {
      const { properties, key, payload, ...rest } = letter;
      const fields = [...Object.entries(rest), ['key', key ?? ''] as const, ...Object.entries(properties)];
      return `${columns(['field', 'value'], fields)}\n${payload}\n`;
    });
  },
};

function settleCommand(what: string, how: Settlement, describe: string): CommandModule<object, SettleArguments> {
  return {
    command: `${what} [positions..]`,
    describe,
    builder: (yargs: Argv) =>
      withPlatformOptions(yargs)
        .positional('positions', { type: 'string', array: true, describe: 'As `list` shows them' })
        .option('all', { type: 'boolean', default: false, describe: 'All, the oldest 1,000 at a time' }),
    handler: async (args) => {
      const query = new URLSearchParams(args.all ? { all: 'true' } : {});
      for (const position of args.positions ?? []) query.append('position', position);
      const path = `dead-letters/${what}`;
      const answer = (await askPlatform(args, { method: 'POST', path, query })) as Record<
        Settlement,
        readonly DeadLetter[]
      >;
      printAnswer(args, answer, () => `${answer[how].length} ${how}.\n`);
    },
  };
}

function table(letters: readonly DeadLetter[]): string {
  const rows = letters.map(({ position, at, subscription, type, code, reason }) => [
    ...[position, at, subscription, type ?? '', code, reason],
  ]);
  return columns(['position', 'put aside', 'by', 'type', 'code', 'reason'], rows);
}
