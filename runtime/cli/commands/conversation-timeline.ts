import type { Argv, CommandModule } from 'yargs';
import { ParlanceError } from '../../../channels/error.ts';
import { cloudEventOf, STORED_EVENT_COLUMNS, type StoredEvent } from '../../store/stored-event.ts';
import { terminalWidth } from '../events/event-text.ts';
import { openTenantStore, withStoreOptions, type StoreAccess, type StoreArguments } from '../store-access.ts';
import { conversationHead } from '../timeline/conversation-head.ts';
import { episodesOf, timelineOf } from '../timeline/timeline.ts';
import { timelineText, type ConversationSummary } from '../timeline/timeline-text.ts';

interface TimelineArguments extends StoreArguments {
  readonly conversation: string;
  readonly json: boolean;
}

export const timelineCommand: CommandModule<object, TimelineArguments> = {
  command: 'timeline <conversation>',
  describe: 'Show what happened in one conversation: what came in, what followed from it, and when',
  builder: (yargs: Argv) =>
    withStoreOptions(yargs)
      .positional('conversation', { type: 'string', demandOption: true, describe: 'Its id, as `list` shows it' })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: async (args) => {
    const store = await openTenantStore(args);
    try {
      const { conversation, rows } = await read(store, args.conversation);
      const entries = timelineOf(rows);
      const named = entries.map(({ number, row, cause }) => ({
        number,
        cause: cause?.number,
        event: cloudEventOf(row),
      }));
      process.stdout.write(
        args.json
          ? `${JSON.stringify({ ...conversation, events: named }, undefined, 2)}\n`
          : timelineText(conversation, episodesOf(entries), terminalWidth()),
      );
    } finally {
      await store.close();
    }
  },
};

interface Read {
  readonly conversation: ConversationSummary;
  readonly rows: readonly StoredEvent[];
}

async function read(store: StoreAccess, id: string): Promise<Read> {
  const own = await rowsWhere(store, 'conversation = {id:String}', { id });
  if (own.length === 0) {
    throw new ParlanceError('conversation-not-stored', `no event of a conversation ${id} is stored`);
  }
  const rows = [...own, ...(await causesOf(store, own))];
  const received = rows.filter(({ type }) => type === 'message.received').length;
  return { conversation: { ...conversationHead(own), messages_in: received }, rows };
}

/** What came in belongs to no conversation yet: it is found among those of the time, in the order of the table. */
async function causesOf(store: StoreAccess, own: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
  const known = new Set(own.map(({ id }) => id));
  const causes = new Set(own.map(({ causation }) => causation).filter((id) => id !== '' && !known.has(id)));
  const times = own.map(({ time }) => Date.parse(time));
  if (causes.size === 0) return [];
  return rowsWhere(
    store,
    `conversation = '' AND time BETWEEN {from:DateTime64(3, 'UTC')} AND {to:DateTime64(3, 'UTC')}
     AND has({causes:Array(String)}, id)`,
    { from: new Date(Math.min(...times) - LOOK_BACK_MS), to: new Date(Math.max(...times)), causes: [...causes] },
  );
}

/** How long before its first effect a cause may have happened: what an engine that was away had to catch up on. */
const LOOK_BACK_MS = 24 * 3_600_000;

function rowsWhere(
  store: StoreAccess,
  condition: string,
  parameters: Parameters<StoreAccess['rows']>[1],
): Promise<readonly StoredEvent[]> {
  return store.rows<StoredEvent>(
    `SELECT ${STORED_EVENT_COLUMNS} FROM events WHERE ${condition}
     ORDER BY time, source, sequence, id LIMIT 1 BY source, sequence, id`,
    parameters,
  );
}
