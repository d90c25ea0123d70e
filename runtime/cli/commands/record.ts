import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import type { EventId } from '../../../channels/brands.ts';
import { ParlanceError } from '../../../channels/error.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import { definitionFiles } from '../../../dsl/compile/definition-files.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { anonymised, inKnownScheme } from '../../../dsl/scenario/record/anonymous.ts';
import { failureOf } from '../../../dsl/scenario/record/check.ts';
import { inOwnTime, TIME_PASSED } from '../../../dsl/scenario/record/own-time.ts';
import { personKnown, recordSession, type StoredConversation } from '../../../dsl/scenario/record/session.ts';
import { writeScenarios, type Session } from '../../../dsl/scenario/write.ts';
import { Projects } from '../../project/projects.ts';
import { EXIT } from '../exit-codes.ts';
import { openTenantStore, withStoreOptions, type StoreAccess, type StoreArguments } from '../store-access.ts';
import { FORCE, refuseExisting, writeFiles } from '../write-files.ts';
import { configurationOf } from './configuration-options.ts';

interface RecordArguments extends StoreArguments {
  readonly conversation: string;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly definitions: readonly string[] | undefined;
  readonly anonymise: boolean;
}

/** A conversation that no scenario can be made of. */
class RecordError extends ParlanceError {
  constructor(message: string) {
    super('conversation-unrecordable', message);
  }
}

export const recordCommand: CommandModule<object, RecordArguments> = {
  command: 'record <conversation>',
  describe: 'Write a scenario that does what a stored conversation did',
  builder: (yargs) =>
    withStoreOptions(yargs)
      .positional('conversation', { type: 'string', demandOption: true, describe: 'Its id' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Write to this file' })
      .option('force', FORCE)
      .option('definitions', {
        ...{ type: 'string', array: true, requiresArg: true },
        describe: 'Where its definition is, to check the scenario (default: conversations of the configuration)',
      })
      .option('anonymise', { type: 'boolean', default: false, describe: 'Replace texts that nothing depends on' })
      .epilogue('Exit codes: 0 written, and it holds where the version is known; 1 it can not be, or does not hold'),
  handler: async (args) => {
    process.exitCode = await record(args);
  },
};

async function record(args: RecordArguments): Promise<number> {
  const { out, force } = args;
  // Before it is made: that takes a while.
  if (out !== undefined) refuseExisting([out], force);
  const stored = await read(args);
  const recorded = recordSession(stored);
  if ('reason' in recorded)
    throw new RecordError(`no scenario can be made of ${args.conversation}: ${recorded.reason}`);
  const { about } = recorded;
  const asStored = inKnownScheme(recorded.session);
  for (const note of asStored.notes ?? []) process.stderr.write(`${note}\n`);
  const paths = args.definitions ?? configurationOf(args).configuration.conversations;
  const machines = await machinesBeside(about, hashOf(stored), paths);
  if (!machines) {
    if (args.anonymise)
      throw new RecordError(`--anonymise needs ${about} in the version that it ran on: --definitions`);
    await write(args, writeScenarios(about, [asStored]));
    process.stderr.write(`not checked: ${about} is not in ${paths.join(', ')} in the version that it ran on\n`);
    return EXIT.ok;
  }
  const holds = async (session: Session): Promise<boolean> => (await failureOf(about, session, machines)) === undefined;
  const found = await inSomeLocale(asStored, machines, holds);
  const session = args.anonymise && found ? await anonymised(found, holds) : (found ?? asStored);
  await write(args, writeScenarios(about, [session]));
  if (found) return EXIT.ok;
  const failure = await failureOf(about, session, machines);
  process.stderr.write(`it does not hold in virtual time: line ${failure?.line ?? 0}: ${failure?.message ?? ''}\n`);
  return EXIT.failed;
}

/** What the person's language was before anything that is stored can only be tried. */
async function inSomeLocale(
  session: Session,
  machines: readonly Machine[],
  holds: (session: Session) => Promise<boolean>,
): Promise<Session | undefined> {
  const [person] = session.given.people;
  if (!person || (await holds(session))) return session;
  for (const locale of new Set(machines.flatMap(({ locales }) => locales))) {
    const other = { ...session, given: { ...session.given, people: [{ ...person, locale }] } };
    if (await holds(other)) return other;
  }
  return undefined;
}

async function write({ out, force }: RecordArguments, text: string): Promise<void> {
  if (out === undefined) process.stdout.write(text);
  else await writeFiles([{ path: out, text }], force);
}

interface Row {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly contact: string;
  readonly causation: string;
  readonly time: string;
  readonly data: string;
}

const COLUMNS = 'id, source, type, contact, causation, e.time AS time, e.sequence AS sequence, data';
/** People who do not exist are recorded as well. */
const EVERYTHING = `(SELECT * FROM events UNION ALL SELECT * FROM probe_events) AS e`;

async function read(args: RecordArguments): Promise<StoredConversation> {
  const store = await openTenantStore(args);
  const { conversation } = args;
  try {
    const events = await ask(
      store,
      `SELECT ${COLUMNS} FROM ${EVERYTHING} WHERE e.conversation = {conversation:String} ORDER BY time, sequence, id`,
      { conversation },
    );
    if (events.length === 0) throw new RecordError(`no conversation ${conversation} is stored`);
    const causes = await ask(
      store,
      `SELECT ${COLUMNS} FROM ${EVERYTHING} WHERE id IN
         (SELECT causation FROM ${EVERYTHING} WHERE e.conversation = {conversation:String}) ORDER BY time, sequence`,
      { conversation },
    );
    const contact = events.find(({ subject }) => subject !== undefined)?.subject ?? '';
    const updates = await ask(
      store,
      `SELECT ${COLUMNS} FROM ${EVERYTHING}
       WHERE type = 'contact.updated' AND contact = {contact:String} AND e.time < {before:DateTime64(3, 'UTC')}
       ORDER BY time, sequence`,
      { contact, before: (events[0]?.time ?? '').replace('Z', '') },
    );
    const passed = await ask(
      store,
      `SELECT ${COLUMNS} FROM probe_events AS e
       WHERE type = {type:String} AND contact = {contact:String} ORDER BY time, sequence`,
      { contact, type: TIME_PASSED },
    );
    const lived = (list: readonly Event[]): readonly Event[] => list.map((event) => inOwnTime(event, passed));
    return {
      ...{ conversation, events: lived(events) },
      causes: byId(lived(causes), events),
      person: personKnown(updates),
    };
  } finally {
    await store.close();
  }
}

/** Of several sources' events with one id, the one that started it; else the newest. */
function byId(causes: readonly Event[], events: readonly Event[]): ReadonlyMap<string, Event> {
  const started = events.find(({ type }) => type === 'conversation.started');
  const trigger = (started?.data as EventData['conversation.started'] | undefined)?.trigger;
  const own = causes.filter(({ id, source }) => id === trigger?.id && source === trigger.source);
  return new Map([...causes, ...own].map((event) => [event.id, event]));
}

async function ask(
  store: StoreAccess,
  statement: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Event[]> {
  const rows = await store.rows<Row>(statement, parameters);
  return rows.map(({ id, source, type, contact, causation, time, data }) => ({
    ...{ specversion: '1.0' as const, id: id as EventId, source, type, time: new Date(time).toISOString() },
    data: JSON.parse(data) as unknown,
    ...(contact === '' ? {} : { subject: contact }),
    ...(causation === '' ? {} : { causationid: causation }),
  }));
}

function hashOf({ events }: StoredConversation): string | undefined {
  const started = events.find(({ type }) => type === 'conversation.started');
  return (started?.data as { readonly machine?: string } | undefined)?.machine;
}

/** Those of the folder in which the definition stands, as `parlance test` takes them; undefined where it is not here. */
async function machinesBeside(
  about: string,
  hash: string | undefined,
  paths: readonly string[],
): Promise<readonly Machine[] | undefined> {
  const projects = new Projects();
  const compiled: { readonly folder: string; readonly machine: Machine }[] = [];
  for (const file of (await Promise.all(paths.map((path) => definitionFiles(path).catch(() => [])))).flat()) {
    const result = compileText(await readFile(file, 'utf8'), { file, ...projects.around(file) });
    if ('machine' in result) compiled.push({ folder: dirname(file), machine: result.machine });
  }
  const own = compiled.find(({ machine }) => machine.name === about && machine.hash === hash);
  return own && compiled.filter(({ folder }) => folder === own.folder).map(({ machine }) => machine);
}
