import type { Argv, CommandModule } from 'yargs';
import { ParlanceError } from '../../../channels/error.ts';
import { cloudEventOf, STORED_EVENT_COLUMNS, type StoredEvent } from '../../store/stored-event.ts';
import { conditionOf, withEventFilter, type EventFilterArguments } from '../events/event-filter.ts';
import { eventDetail, eventLine, terminalWidth } from '../events/event-text.ts';
import { followEvents } from '../events/follow-events.ts';
import { newestEvents } from '../events/read-events.ts';
import { momentOf, ordered } from '../moment.ts';
import { openTenantStore, withStoreOptions, type StoreAccess, type StoreArguments } from '../store-access.ts';
import { columns } from './columns.ts';

interface EventsArguments extends StoreArguments {
  readonly json: boolean;
}

interface TailArguments extends EventsArguments, EventFilterArguments {
  readonly since: string | undefined;
}

interface QueryArguments extends TailArguments {
  readonly until: string | undefined;
  readonly limit: number;
}

interface ShowArguments extends EventsArguments {
  readonly id: string;
}

/** Effects that are listed: what one event can cause within a conversation is far less. */
const MOST_EFFECTS = '1000';

export const eventsCommand: CommandModule = {
  command: 'events',
  describe: 'What happened, event by event: follow it, look it up, show one whole',
  builder: (yargs) =>
    yargs.command(tailCommand).command(queryCommand).command(showCommand).demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const tailCommand: CommandModule<object, TailArguments> = {
  command: 'tail',
  describe: 'Print events as they are stored, each once, until Ctrl-C',
  builder: (yargs: Argv) =>
    withEventFilter(withEventsOptions(yargs)).option('since', {
      type: 'string',
      describe: 'Begin with those since then: 15m, 2h, 7d, 2026-01-31T12:00Z',
    }),
  handler: async (args) => {
    const since = args.since === undefined ? undefined : momentOf('since', args.since, Date.now());
    const condition = conditionOf(args);
    const stopping = new AbortController();
    const stop = (): void => {
      stopping.abort();
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    // `parlance events tail | head` has seen enough.
    process.stdout.once('error', stop);
    await withStore(args, async (store) => {
      for await (const rows of followEvents(store, { condition, since, signal: stopping.signal })) {
        process.stdout.write(rows.map((row) => shown(args, row)).join(''));
      }
    });
  },
};

const queryCommand: CommandModule<object, QueryArguments> = {
  command: 'query',
  describe: 'Print stored events, oldest first: the newest of those that match',
  builder: (yargs: Argv) =>
    withEventFilter(withEventsOptions(yargs))
      .option('since', { type: 'string', describe: 'Not before: 15m, 2h, 7d (ago), 2026-01-31T12:00Z' })
      .option('until', { type: 'string', describe: 'Not after' })
      .option('limit', { type: 'number', default: 100, describe: 'At most so many' }),
  handler: async (args) => {
    const now = Date.now();
    const from = args.since === undefined ? undefined : momentOf('since', args.since, now);
    const to = args.until === undefined ? undefined : momentOf('until', args.until, now);
    if (from && to) ordered(['since', from], ['until', to]);
    const range = { condition: conditionOf(args), from, to };
    const rows = await withStore(args, (store) => newestEvents(store, range, args.limit));
    if (args.json) process.stdout.write(rows.map((row) => shown(args, row)).join(''));
    else process.stdout.write(rows.length === 0 ? 'No event that is stored matches.\n' : table(rows));
  },
};

const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <id>',
  describe: 'Show one event whole, with what caused it and what it caused',
  builder: (yargs: Argv) =>
    withEventsOptions(yargs).positional('id', { type: 'string', demandOption: true, describe: 'Of the event' }),
  handler: async (args) => {
    await withStore(args, async (store) => {
      const found = await rowsWith(store, 'id = {id:String}', args.id);
      if (found.length === 0) throw new ParlanceError('event-not-stored', `no event ${args.id} is stored`);
      const effects = await rowsWith(store, 'causation = {id:String}', args.id);
      // An id is unique per source: it can mean several.
      for (const row of found) {
        const causes = row.causation === '' ? [] : await rowsWith(store, 'id = {id:String}', row.causation);
        const event = cloudEventOf(row);
        const named = { event, causes: causes.map(cloudEventOf), effects: effects.map(cloudEventOf) };
        process.stdout.write(args.json ? `${JSON.stringify(named)}\n` : eventDetail(event, causes, effects));
      }
    });
  },
};

function withEventsOptions(yargs: Argv): Argv<EventsArguments> {
  return withStoreOptions(yargs).option('json', {
    type: 'boolean',
    default: false,
    describe: 'The CloudEvent, one a line',
  });
}

async function withStore<Result>(args: StoreArguments, use: (store: StoreAccess) => Promise<Result>): Promise<Result> {
  const store = await openTenantStore(args);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function rowsWith(store: StoreAccess, condition: string, id: string): Promise<readonly StoredEvent[]> {
  return store.rows<StoredEvent>(
    `SELECT ${STORED_EVENT_COLUMNS} FROM events WHERE ${condition}
     ORDER BY time, source, sequence, id LIMIT 1 BY source, sequence, id LIMIT ${MOST_EFFECTS}`,
    { id },
  );
}

function shown({ json }: EventsArguments, row: StoredEvent): string {
  return json ? `${JSON.stringify(cloudEventOf(row))}\n` : eventLine(row, terminalWidth());
}

function table(rows: readonly StoredEvent[]): string {
  const cells = rows.map(({ time, type, contact, conversation, id, data }) => [
    ...[time, type, contact, conversation, id, data],
  ]);
  return columns(['time', 'type', 'contact', 'conversation', 'id', 'data'], cells);
}
