import type { CommandModule } from 'yargs';
import type { RecordedMessage } from '../../../connectors/recording/log.ts';
import { askPlatform, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';

interface OutboxArguments extends PlatformArguments {
  readonly connector: string;
  readonly to: string | undefined;
}

/** Entries listed: a page for a person. */
const LIMIT = '1000';

export const outboxCommand: CommandModule<object, OutboxArguments> = {
  command: 'outbox <connector>',
  describe: 'List SMS or e-mails that were recorded instead of sent (recording.connectors), and the answers',
  builder: (yargs) =>
    withPlatformOptions(yargs)
      .positional('connector', { type: 'string', choices: ['sms', 'email'] as const, demandOption: true })
      .option('to', { type: 'string', describe: 'Only this person' }),
  handler: async (args) => {
    const query = new URLSearchParams({ limit: LIMIT, ...(args.to !== undefined && { to: args.to }) });
    const { messages } = (await askPlatform(args, { method: 'GET', path: `${args.connector}/messages`, query })) as {
      readonly messages: readonly RecordedMessage[];
    };
    process.stdout.write(args.json ? `${JSON.stringify(messages, undefined, 2)}\n` : messages.map(shown).join('\n'));
  },
};

function shown({ direction, at, address, text, subject, segments, encoding }: RecordedMessage): string {
  const details = [subject, segments === undefined ? undefined : `${segments} × ${encoding ?? ''}`];
  const arrow = direction === 'out' ? '→' : '←';
  const heading = [`${at} ${arrow} ${address}`, ...details.filter((detail) => detail !== undefined)].join(' · ');
  return `${heading}\n${text.replaceAll(/^/gm, '    ')}\n`;
}
