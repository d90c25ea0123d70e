import type { Argv, CommandModule } from 'yargs';
import type { ConversationDetail, ConversationList, Requested } from '../../conversations/conversations.ts';
import type { StoredConversation } from '../../conversations/stored.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { columns } from './columns.ts';
import { timelineCommand } from './conversation-timeline.ts';

interface ListArguments extends PlatformArguments {
  readonly parked: boolean;
  readonly definition: string | undefined;
  readonly limit: number | undefined;
}

interface NamedArguments extends PlatformArguments {
  readonly conversation: string;
}

interface ResumeArguments extends NamedArguments {
  readonly skip: boolean;
  readonly reason: string | undefined;
}

interface CancelArguments extends NamedArguments {
  readonly reason: string | undefined;
}

export const conversationsCommand: CommandModule = {
  command: 'conversations',
  describe: 'Those under way: list and show them, resume what is parked, cancel',
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(showCommand)
      .command(timelineCommand)
      .command(resumeCommand)
      .command(cancelCommand)
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'List conversations under way, newest first, as far as they are stored',
  builder: (yargs: Argv) =>
    withPlatformOptions(yargs)
      .option('parked', { type: 'boolean', default: false, describe: 'Only those that wait for an operator' })
      .option('definition', { type: 'string', describe: 'Only those of a definition' })
      .option('limit', { type: 'number', describe: 'At most so many (default: 100)' }),
  handler: async (args) => {
    const query = new URLSearchParams();
    if (args.parked) query.set('parked', 'true');
    if (args.definition !== undefined) query.set('definition', args.definition);
    if (args.limit !== undefined) query.set('limit', args.limit.toString());
    const answer = (await askPlatform(args, { method: 'GET', path: 'conversations', query })) as ConversationList;
    printAnswer(args, answer, () => table(answer.conversations) + upTo(answer));
  },
};

const showCommand: CommandModule<object, NamedArguments> = {
  command: 'show <conversation>',
  describe: 'Show one conversation with its newest events, as far as they are stored',
  builder: (yargs: Argv) => withConversation(yargs),
  handler: async (args) => {
    const detail = (await askPlatform(args, { method: 'GET', path: pathOf(args) })) as ConversationDetail;
    printAnswer(args, detail, () => detailText(detail));
  },
};

const resumeCommand: CommandModule<object, ResumeArguments> = {
  command: 'resume <conversation>',
  describe: 'Let a parked conversation go on: what was kept for it is tried again',
  builder: (yargs: Argv) =>
    withConversation(yargs)
      .option('skip', { type: 'boolean', default: false, describe: 'Leave out the event that stopped it' })
      .option('reason', { type: 'string', describe: 'Why, for whoever looks at it later' }),
  handler: async (args) => {
    const query = new URLSearchParams(args.skip ? { skip: 'true' } : {});
    if (args.reason !== undefined) query.set('reason', args.reason);
    await ask(args, 'resume', query, 'is to go on');
  },
};

const cancelCommand: CommandModule<object, CancelArguments> = {
  command: 'cancel <conversation>',
  describe: 'End a conversation, parked or not',
  builder: (yargs: Argv) =>
    withConversation(yargs).option('reason', { type: 'string', describe: 'Why, for whoever looks at it later' }),
  handler: (args) =>
    ask(args, 'cancel', new URLSearchParams(args.reason === undefined ? {} : { reason: args.reason }), 'is to end'),
};

async function ask(args: NamedArguments, what: string, query: URLSearchParams, told: string): Promise<void> {
  const path = `${pathOf(args)}/${what}`;
  const answer = (await askPlatform(args, { method: 'POST', path, query })) as Requested;
  printAnswer(
    args,
    answer,
    () => `${answer.conversation} ${told}: \`parlance conversations show\` tells what it does.\n`,
  );
}

function withConversation(yargs: Argv): Argv<NamedArguments> {
  return withPlatformOptions(yargs).positional('conversation', {
    type: 'string',
    demandOption: true,
    describe: 'Its id, as `list` shows it',
  });
}

function pathOf({ conversation }: NamedArguments): string {
  return `conversations/${encodeURIComponent(conversation)}`;
}

function table(conversations: readonly StoredConversation[]): string {
  const rows = conversations.map((one) => [
    ...[one.conversation, one.definition, one.version, one.connector, one.status, one.state, one.started ?? ''],
    one.parked ? `${one.parked.code}: ${one.parked.reason}` : '',
  ]);
  return columns(['conversation', 'definition', 'version', 'connector', 'status', 'state', 'started', 'why'], rows);
}

function upTo({ upTo: time }: Pick<ConversationList, 'upTo'>): string {
  return time === undefined ? 'Nothing is stored yet.\n' : `As far as it is stored: up to ${time}.\n`;
}

function detailText(detail: ConversationDetail): string {
  const { events, parked, contact } = detail;
  const why = parked ? `Parked at ${parked.at} by ${parked.input}: ${parked.code}, ${parked.reason}\n` : '';
  const rows = events.map(({ time, type, data }) => [time, type, JSON.stringify(data)]);
  return `${table([detail])}Contact: ${contact}\n${why}\n${columns(['time', 'event', 'data'], rows)}${upTo(detail)}`;
}
