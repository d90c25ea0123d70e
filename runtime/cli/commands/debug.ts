import { emitKeypressEvents } from 'node:readline';
import type { Argv, CommandModule } from 'yargs';
import type { ConversationId, MachineHash } from '../../../channels/brands.ts';
import type { StateKey } from '../../../dsl/correlation.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { rebuild } from '../../history/fold.ts';
import { readDefinitions, readSteps } from '../../history/read.ts';
import { stopsOf, type Stop } from '../../history/stops.ts';
import { HELP, press, type Browsing, type Key } from '../debug/press.ts';
import { stopText } from '../debug/stop-text.ts';
import { completenessAt, lastMoment, type Completeness } from '../history/completeness.ts';
import { iso } from '../history/state-text.ts';
import { openTenantStore, withStoreOptions, type StoreAccess, type StoreArguments } from '../store-access.ts';
import type { OpenBroker } from './tenants.ts';

interface DebugArguments extends StoreArguments {
  readonly conversation: string;
  readonly json: boolean;
}

export const debugCommand = (openBroker: OpenBroker): CommandModule<object, DebugArguments> => ({
  command: 'debug <conversation>',
  describe: 'Step back and forth through what the engine did in one conversation',
  builder: (yargs: Argv) =>
    withStoreOptions(yargs)
      .positional('conversation', { type: 'string', demandOption: true, describe: 'Its id' })
      .option('json', { type: 'boolean', default: false, describe: 'All steps, as JSON' }),
  handler: async (args) => {
    const store = await openTenantStore(args);
    let debugged: Debugged;
    let completeness: Completeness;
    try {
      completeness = await completenessAt(lastMoment(Date.now()), args, store, openBroker);
      debugged = await read(store, args.conversation);
    } finally {
      await store.close();
    }
    if (args.json) {
      const told = { conversation: args.conversation, ...completeness, stops: debugged.stops.map(jsonOf) };
      process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
    } else if (process.stdin.isTTY && process.stdout.isTTY) await browse(debugged, completeness);
    else process.stdout.write(debugged.stops.map((_, at) => `${textAt(debugged, at, false)}\n`).join('\n'));
  },
});

interface Debugged {
  /** At least one. */
  readonly stops: readonly Stop[];
  readonly sources: ReadonlyMap<MachineHash, string>;
}

async function read(store: StoreAccess, conversation: string): Promise<Debugged> {
  const [found] = await store.rows<{ contact: StateKey }>(
    `SELECT contact FROM events WHERE conversation = {id:String} AND contact != '' LIMIT 1
     UNION ALL SELECT contact FROM probe_events WHERE conversation = {id:String} AND contact != '' LIMIT 1`,
    { id: conversation },
  );
  if (!found) {
    throw new ParlanceError(
      'conversation-not-stored',
      `no event of a conversation ${conversation} is stored: parlance conversations list shows those under way`,
    );
  }
  const definitions = await readDefinitions(store);
  const steps = rebuild({ key: found.contact, steps: await readSteps(store, found.contact), definitions });
  const stops = stopsOf(conversation as ConversationId, steps, definitions);
  if (stops.length === 0) {
    throw new ParlanceError('history-not-stored', `no step of the conversation ${conversation} is stored`);
  }
  const published = await store.rows<{ machine: MachineHash; text: string }>(
    `SELECT JSONExtractString(data, 'machine') AS machine, JSONExtractString(data, 'source') AS text
     FROM events WHERE type = 'definition.published' AND text != ''`,
  );
  return { stops, sources: new Map(published.map(({ machine, text }) => [machine, text])) };
}

function textAt({ stops, sources }: Debugged, at: number, color: boolean): string {
  const stop = stops[at];
  return stop ? stopText(stop, { of: stops.length, sources, earlier: stops[at - 1], color }) : '';
}

function jsonOf({ now, ...stop }: Stop): object {
  return { at: iso(now), ...stop };
}

/** Until they have seen enough. */
function browse(debugged: Debugged, { complete, storedUntil }: Completeness): Promise<void> {
  const { stdin, stdout } = process;
  const color = (process.env['NO_COLOR'] ?? '') === '';
  // The warning is above what is cleared.
  const until = complete === true ? '' : `stored until ${storedUntil ?? 'it is not known when'}\n`;
  let browsing: Browsing = { at: 0, of: debugged.stops.length, typed: undefined };
  const show = (): void => {
    const typed = browsing.typed === undefined ? '' : `\n\ngo to: ${browsing.typed}`;
    stdout.write(`\u001B[2J\u001B[H${textAt(debugged, browsing.at, color)}\n\n${until}${HELP}${typed}\n`);
  };
  return new Promise((resolve) => {
    const onKey = (_text: string | undefined, key: Key): void => {
      const next = press(browsing, key);
      if (next !== 'quit') {
        browsing = next;
        show();
        return;
      }
      stdin.off('keypress', onKey);
      stdin.setRawMode(false);
      stdin.pause();
      resolve();
    };
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on('keypress', onKey);
    stdin.resume();
    show();
  });
}
