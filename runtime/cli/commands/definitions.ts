import type { Argv, CommandModule } from 'yargs';
import type { DefinitionSummary } from '../../definitions/summary.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { columns } from './columns.ts';

interface NamedArguments extends PlatformArguments {
  readonly name: string;
}

interface ActivateArguments extends NamedArguments {
  readonly hash: string;
}

export const definitionsCommand: CommandModule = {
  command: 'definitions',
  describe: 'What was published: list it, activate, retire and roll back versions',
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(showCommand)
      .command(activateCommand)
      .command(changeCommand('retire', 'Start no conversation by it any more; those under way go on'))
      .command(changeCommand('rollback', 'Put in force again what was before, or what was retired'))
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const listCommand: CommandModule<object, PlatformArguments> = {
  command: 'list',
  describe: 'List definitions: what is in force, and what runs',
  builder: (yargs: Argv) => withPlatformOptions(yargs),
  handler: async (args) => {
    const { definitions } = (await askPlatform(args, { method: 'GET', path: 'definitions' })) as {
      readonly definitions: readonly DefinitionSummary[];
    };
    printAnswer(args, definitions, () => list(definitions));
  },
};

const showCommand: CommandModule<object, NamedArguments> = {
  command: 'show <name>',
  describe: 'Show every version of one definition, newest first',
  builder: (yargs: Argv) => withName(yargs),
  handler: async (args) => {
    const definition = (await askPlatform(args, { method: 'GET', path: pathOf(args) })) as DefinitionSummary;
    printAnswer(args, definition, () => versions(definition));
  },
};

const activateCommand: CommandModule<object, ActivateArguments> = {
  command: 'activate <name> <hash>',
  describe: 'Put a version in force that was published before',
  builder: (yargs: Argv) =>
    withName(yargs).positional('hash', {
      type: 'string',
      demandOption: true,
      describe: 'The beginning of its hash, as `show` lists it',
    }),
  handler: (args) => change(args, 'activate', new URLSearchParams({ version: args.hash })),
};

function changeCommand(what: 'retire' | 'rollback', describe: string): CommandModule<object, NamedArguments> {
  return {
    command: `${what} <name>`,
    describe,
    builder: (yargs: Argv) => withName(yargs),
    handler: (args) => change(args, what, new URLSearchParams()),
  };
}

async function change(args: NamedArguments, what: string, query: URLSearchParams): Promise<void> {
  const request = { method: 'POST', path: `${pathOf(args)}/${what}`, query } as const;
  const definition = (await askPlatform(args, request)) as DefinitionSummary;
  const { name, version } = definition;
  printAnswer(args, definition, () =>
    version === undefined
      ? `Nothing starts by ${name} any more.\n`
      : `New conversations of ${name} start by ${version}.\n`,
  );
}

function withName(yargs: Argv): Argv<NamedArguments> {
  return withPlatformOptions(yargs).positional('name', {
    type: 'string',
    demandOption: true,
    describe: 'Of the definition',
  });
}

function pathOf({ name }: NamedArguments): string {
  return `definitions/${encodeURIComponent(name)}`;
}

function list(definitions: readonly DefinitionSummary[]): string {
  const rows = definitions.map(({ name, state, version, versions: all }) => {
    const shown = all.find((one) => one.version === version) ?? all[0];
    const running = all
      .filter((one) => one.running !== 0)
      .map((one) => `${(one.running ?? '?').toString()} on ${one.version}`);
    return [name, state, version ?? '-', shown?.publishedAt ?? '', all.length.toString(), running.join(', ') || 'none'];
  });
  return columns(['name', 'state', 'version', 'published', 'versions', 'running'], rows);
}

function versions({ name, state, version, before, versions: all }: DefinitionSummary): string {
  const rows = all.map((one) => [
    one.version,
    one.version === version ? 'in force' : one.version === before ? 'rollback leads here' : '',
    one.publishedAt,
    (one.running ?? '?').toString(),
    one.machine,
  ]);
  return `${name} is ${state}.\n${columns(['version', '', 'published', 'running', 'hash'], rows)}`;
}
