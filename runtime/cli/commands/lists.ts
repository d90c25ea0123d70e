import type { Argv, CommandModule } from 'yargs';
import type { ListReport } from '../../lists/lists.ts';
import type { ListDetail, ListOverview, ListUse } from '../../lists/routes.ts';
import type { ContactList } from '../../lists/store.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { readAudienceFile, reportText } from './audience-file.ts';
import { columns } from './columns.ts';

interface NamedArguments extends PlatformArguments {
  readonly name: string;
}

interface PutArguments extends NamedArguments {
  readonly file: string;
  readonly country: string | undefined;
  readonly 'dry-run': boolean;
}

export const listsCommand: CommandModule = {
  command: 'lists',
  describe: 'Keep contact lists, to which definitions with a schedule send',
  builder: (yargs) =>
    yargs
      .command(putCommand)
      .command(listCommand)
      .command(showCommand)
      .command(deleteCommand)
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const putCommand: CommandModule<object, PutArguments> = {
  command: 'put <name> <file>',
  describe: 'Store a CSV file as a list, in place of what it held',
  builder: (yargs: Argv) =>
    withName(yargs)
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'CSV with the columns phone, email or address, and locale, zone and inputs',
      })
      .option('country', { type: 'string', describe: 'Country of phone numbers without +, such as US' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only report which lines can be used' }),
  handler: async (args) => {
    const query = new URLSearchParams();
    if (args.country !== undefined) query.set('country', args.country.toUpperCase());
    if (args['dry-run']) query.set('dryRun', 'true');
    const body = await readAudienceFile(args.file);
    const answer = (await askPlatform(args, { method: 'PUT', path: pathOf(args), query, body })) as ListReport & {
      readonly list?: ContactList;
    };
    printAnswer(args, answer, () => putText(answer, answer.list));
  },
};

const listCommand: CommandModule<object, PlatformArguments> = {
  command: 'list',
  describe: 'List the lists, and those that definitions send to and nobody has put',
  builder: (yargs: Argv) => withPlatformOptions(yargs),
  handler: async (args) => {
    const overview = (await askPlatform(args, { method: 'GET', path: 'lists' })) as ListOverview;
    printAnswer(args, overview, () => table(overview.lists) + overview.missing.map(missingText).join(''));
  },
};

const showCommand: CommandModule<object, NamedArguments> = {
  command: 'show <name>',
  describe: 'Show one list, and when definitions send to it next',
  builder: (yargs: Argv) => withName(yargs),
  handler: async (args) => {
    const list = (await askPlatform(args, { method: 'GET', path: pathOf(args) })) as ListDetail;
    printAnswer(args, list, () => `${table([list])}${usesText(list.schedules)}`);
  },
};

const deleteCommand: CommandModule<object, NamedArguments> = {
  command: 'delete <name>',
  describe: 'Delete a list; what was sent to it goes on',
  builder: (yargs: Argv) => withName(yargs),
  handler: async (args) => {
    const list = (await askPlatform(args, { method: 'DELETE', path: pathOf(args) })) as ContactList;
    printAnswer(args, list, () => `List "${list.name}" is deleted.\n`);
  },
};

function withName(yargs: Argv): Argv<NamedArguments> {
  return withPlatformOptions(yargs).positional('name', { type: 'string', demandOption: true, describe: 'Of the list' });
}

function pathOf({ name }: NamedArguments): string {
  return `lists/${encodeURIComponent(name)}`;
}

function putText({ report, definitions }: ListReport, list: ContactList | undefined): string {
  const stored = list ? `List "${list.name}" is stored.\n` : 'Nothing was stored.\n';
  const uses = definitions.map(
    ({ definition, report: own }) => `For ${definition}: ${reportText(own, 'Columns that are no input of it')}`,
  );
  return stored + reportText(report, 'Columns for inputs') + uses.join('');
}

function missingText({ name, schedules }: ListOverview['missing'][number]): string {
  return `There is no list "${name}": put it with \`parlance lists put ${name} FILE\`.\n${usesText(schedules)}`;
}

function usesText(uses: readonly ListUse[]): string {
  return uses.map(({ definition, next }) => `${definition} sends to it next at ${next}\n`).join('');
}

function table(lists: readonly ContactList[]): string {
  const rows = lists.map(({ name, people, skipped, columns: inputs, putAt }) => [
    ...[name, people.toString(), skipped.toString(), inputs.join(' '), putAt],
  ]);
  return columns(['name', 'people', 'skipped', 'columns', 'stored'], rows);
}
