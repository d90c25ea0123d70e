import { join } from 'node:path';
import { expect } from 'chai';
import type { CommandModule } from 'yargs';
import type { Address, Millis } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import type { KeptState, StateKey } from '../../../dsl/correlation.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import type { Publication } from '../../../runtime/definitions/publication.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import type { StepRecord } from '../../../runtime/engine/journal-record.ts';
import { rebuild } from '../../../runtime/history/fold.ts';
import { readDefinitions, readSteps, type HistoryStore } from '../../../runtime/history/read.ts';
import type { RecordedStep } from '../../../runtime/history/recorded-step.ts';
import type { StoredDefinitions } from '../../../runtime/history/stored-definitions.ts';
import { conversationsCommand } from '../../../runtime/cli/commands/conversations.ts';
import { debugCommand } from '../../../runtime/cli/commands/debug.ts';
import { eventsCommand } from '../../../runtime/cli/commands/events.ts';
import { stateCommand } from '../../../runtime/cli/commands/state.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { historyRoutes } from '../../../runtime/history/routes.ts';
import { storedUntil } from '../../../runtime/history/stored-until.ts';
import { feedsOf } from '../../../runtime/store/sink/feeds.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';
import { Sink } from '../../../runtime/store/sink/sink.ts';
import { outcomeOf, runCommand } from '../cli/run-command.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { intercepted } from '../engine/intercepted.ts';
import { DEFINITIONS } from '../engine/state-format/definitions.ts';
import { stored, until } from '../events/scene.ts';
import { openEdge } from '../http/edge.ts';
import { temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';
import { PARTITIONS, acme, brokerWithTenant, journal, recordedLog } from '../store/tenant-under-test.ts';
import { tenantStore } from './tenant-store.ts';
import { DEADLY, LARGE, PUT_ASIDE, World } from './world.ts';

const SEED = 20_260_306;
const ROUNDS = 14;
/** So that some come to a partition with a higher number, and some to one with a lower. */
const GROWN = 3;
const PEOPLE = ['ana', 'bo', 'cy', 'di', 'ed'];
/** Of whom nothing is understood for a while. */
const MISTAKEN = ['gus', 'hal', 'ida'];
/** Somebody who does not exist: for them more time passes than for anybody else. */
const TRAVELLER = 'probe:zoe.scripted' as Address;
const WORDS = ['survey', 'fine', 'details', 'pause', 'lookup', 'agent', 'parcel', 'later', 'stop', 'start'];

describe('past states, from the store alone', function () {
  this.timeout(120_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let sink: Sink;
  let world: World;
  let records: readonly StepRecord[];
  let history: HistoryStore;
  let definitions: StoredDefinitions;

  before(async () => {
    temporary = await temporaryStore();
    const { store, folder } = temporary;
    broker = await brokerWithTenant(folder);
    const startSink = (): Sink =>
      new Sink({ broker, store, tenant: acme, log: recordedLog(), limits: { lingerMs: 5 } });
    sink = startSink();
    world = await World.begin(broker, folder, PARTITIONS);
    await talk(world, async () => {
      await world.grow(GROWN);
      await sink.stop();
      sink = startSink();
    });
    await sink.settled();
    records = world.records;
    history = tenantStore(store, acme);
    definitions = await readDefinitions(history);
  });

  after(async () => {
    await sink.stop();
    await broker.close();
    await temporary.remove();
  });

  const keys = (): readonly StateKey[] => [
    ...new Set(records.flatMap(({ contact }) => (contact === undefined ? [] : [contact]))),
  ];

  it('every state of every contact and value is the one in the journal, and its hash the recorded one', async () => {
    for (const key of keys()) {
      const rebuilt = rebuild({ key, steps: await readSteps(history, key), definitions, step: world.step });
      const own = new Map(records.filter(({ contact }) => contact === key).map((record) => [placeOf(record), record]));
      expect(rebuilt.map(({ step }) => placeOf(step))).to.have.members([...own.keys()]);
      for (const { before, after, problem, step } of rebuilt) {
        const told = `${key} ${step.input.id} (seed ${SEED})`;
        expect(problem, told).to.equal(undefined);
        const record = own.get(placeOf(step));
        // What left a partition is at its new one.
        const isChange = record?.state !== undefined && record.input.type !== 'moved-away';
        expect(plain(after), told).to.eql(isChange ? (record.state ?? undefined) : plain(before));
      }
    }
  });

  it('at whatever moment: it is the state of the last record until then', async () => {
    const next = random(SEED);
    const first = records[0]?.now ?? 0;
    const last = records.at(-1)?.now ?? 0;
    for (let moments = 0; moments < 5; moments++) {
      const at = first + Math.floor(next() * (last - first));
      const key = keys()[Math.floor(next() * keys().length)] as StateKey;
      const steps = await readSteps(history, key, at);
      const rebuilt = rebuild({ key, steps, definitions, step: world.step });
      const kept = records.findLast(
        ({ contact, now, state, input }) =>
          contact === key && now <= at && state !== undefined && input.type !== 'moved-away',
      );
      expect(plain(rebuilt.at(-1)?.after)).to.eql(kept?.state ?? undefined);
    }
  });

  it('every way of waiting, parking, moving to another version and timers came up', () => {
    const text = JSON.stringify(records);
    for (const word of [
      '"parked"',
      'conversation.migrated',
      '"type":"timer"',
      '"waits":[{',
      '"for":"event"',
      '"for":"delay"',
    ])
      expect(text).to.contain(word);
    expect(new Set(records.map(({ basis }) => basis?.definitions)).size).to.be.greaterThan(2);
    for (const type of ['moved-here', 'moved-away', 'forwarded', 'trial'])
      expect(
        records.some(({ input }) => input.type === type),
        type,
      ).to.equal(true);
    const ofTraveller = records.filter(({ contact }) => contact === contactKeyOf(TRAVELLER));
    for (const type of ['probe.time-requested', 'timer'])
      expect(
        ofTraveller.some(({ input }) => input.type === type),
        type,
      ).to.equal(true);
    const fatal = records.filter(({ input }) => input.isFatal).map(({ input }) => input.type);
    expect(fatal).to.have.members(['message.received', 'timer']);
    const tooLarge = records.filter(({ input }) => input.isTooLarge);
    expect(tooLarge.map(({ contact }) => contact)).to.eql([contactKeyOf(`webchat:${LARGE}` as Address)]);
  });

  /** The one that is open; the command closes what it gets. */
  const openBroker = (): Promise<Broker> =>
    Promise.resolve({
      ...intercepted(broker, undefined, (message, send) => send(message)),
      close: () => Promise.resolve(),
    });
  const run = (...words: readonly string[]): Promise<string> =>
    runCommand([stateCommand(openBroker)], [...words, '--data', temporary.folder, '--tenant', acme]);

  /** The last record of a moment, for others of it may follow, after which a conversation is under way. */
  const withOpen = (): StepRecord | undefined => {
    const keptAt = ({ contact: key, now: at }: StepRecord): StepRecord | undefined =>
      records.findLast(
        ({ contact, now, state, input }) =>
          contact === key && now <= at && state !== undefined && input.type !== 'moved-away',
      );
    return records.find(
      (one) => one.state && 'conversations' in one.state && one.state.conversations.length > 0 && keptAt(one) === one,
    );
  };

  it('is told in words, as of a moment', async () => {
    const record = withOpen();
    const at = new Date(record?.now ?? 0).toISOString();
    const told = await run('state', '--contact', record?.contact ?? '', '--at', at);
    expect(told).to.contain(`contact ${record?.contact ?? ''} at ${at}`);
    expect(told).to.match(/^verified: each of \d+ steps gives the hash that was recorded$/m);
    expect(told).to.match(/^conversation \S+\n {2}definition: \S+, version [0-9a-f]{8}\n {2}on: webchat, to webchat:/m);
    const json = JSON.parse(await run('state', '--contact', record?.contact ?? '', '--at', at, '--json')) as object;
    expect(json).to.deep.include({ contact: record?.contact, at, verified: true });
  });

  it('says who or what is not known, and what can be asked', async () => {
    const record = withOpen();
    const open = record?.state && 'conversations' in record.state ? record.state.conversations.map(({ id }) => id) : [];
    const contact = record?.contact ?? '';
    const at = new Date(record?.now ?? 0).toISOString();
    const failed = (...words: readonly string[]): Promise<string> => run('state', ...words).catch(String);
    expect(await failed('--contact', 'nonsense')).to.match(/is no address: .*; a contact key is c- and 32 digits/);
    // A value's key is no contact's.
    expect(await failed('--contact', `e-${'0'.repeat(32)}`)).to.contain('is no address');
    expect(await failed('--contact', '+12125550199')).to.match(/nobody is known by \+12125550199: no step of c-/);
    const other = await failed('--contact', contact, '--at', at, '--conversation', 'NOPE');
    expect(other).to.contain(`no conversation NOPE of ${contact} was open at ${at}; open were: ${open.join(', ')}`);
    expect(other).to.contain('parlance debug NOPE');
    const one = await run('state', '--contact', contact, '--at', at, '--conversation', open[0] ?? '');
    expect(one).to.contain(`conversation ${open[0] ?? ''}`);
  });

  it('is stepped through, one conversation at a time', async () => {
    const started = records.flatMap(({ outputs }) => outputs).find(({ type }) => type === 'conversation.started');
    const conversation = started?.conversation ?? '';
    const debug = (...words: readonly string[]): Promise<string> =>
      runCommand(
        [debugCommand(openBroker)],
        ['debug', conversation, ...words, '--data', temporary.folder, '--tenant', acme],
      );
    const told = await debug();
    expect(told).to.match(/^1 of \d+ {3}\d{4}-/);
    expect(told).to.contain('← message.received');
    expect(told).to.match(/^→ conversation\.started {2}\S+/m);
    expect(told).to.match(/^\+ definition = "/m);
    expect(told).to.match(/^it is in \S+, and waits for \w+$/m);
    const { stops, ...json } = JSON.parse(await debug('--json')) as {
      readonly complete: boolean;
      readonly stops: readonly { readonly number: number; readonly changes: object[] }[];
    };
    expect(json).to.deep.include({ conversation, complete: true });
    expect(stops.map(({ number }) => number)).to.eql(stops.map((_, at) => at + 1));
    expect(stops[0]?.changes).not.to.be.empty;
  });

  it('is the same over the URL of a platform, with a key that may read', async () => {
    const { store } = temporary;
    const routes = historyRoutes({ broker, store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock });
    const mount = { tenant: acme, prefix: '', routes, upgrades: [] };
    const edge = await openEdge({ sql: sqlOverHttp(store), connectors: () => [mount] });
    const [key, other] = [await edge.createKey(acme, ['sql:read']), await edge.createKey(acme, ['events:write'])];
    const nowhere = (): Promise<never> => Promise.reject(new Error('no broker is within reach'));
    const ask = <A>(command: CommandModule<object, A>, withKey: string, ...words: readonly string[]) => {
      const where = ['--tenant', acme, '--url', edge.url, '--key', withKey, '--data', join(temporary.folder, 'none')];
      return outcomeOf([command], [...words, ...where]);
    };
    try {
      const started = records.find(({ outputs }) => outputs.some(({ type }) => type === 'conversation.started'));
      const contact = started?.contact ?? '';
      const conversation = started?.outputs.find((output) => output.conversation)?.conversation ?? '';
      const at = new Date(started?.now ?? 0).toISOString();
      const state = await ask(stateCommand(nowhere), key, 'state', '--contact', contact, '--at', at, '--json');
      expect(JSON.parse(state.output)).to.include({ verified: true });
      const debugged = await ask(debugCommand(nowhere), key, 'debug', conversation, '--json');
      expect(debugged.errors).to.equal('');
      expect(JSON.parse(debugged.output)).to.include({ complete: true });
      const events = await ask(eventsCommand, key, 'events', 'query', '--conversation', conversation);
      expect(events.output).to.contain('conversation.started');
      const told = await ask(conversationsCommand, key, 'conversations', 'timeline', conversation);
      expect(told.output).to.contain('conversation.started');
      const refused = await ask(stateCommand(nowhere), other, 'state', '--contact', contact).catch(String);
      expect(refused).to.match(/lacks the scope|sql:read/);
    } finally {
      await edge.close();
    }
  });

  it('says where a step gives something else than what was recorded', async () => {
    const parked = records.find(({ outputs }) => outputs.some(({ type }) => type === 'conversation.parked'));
    const key = parked?.contact as StateKey;
    const rebuilt = rebuild({ key, steps: await readSteps(history, key), definitions });
    const told = await run('state', '--contact', key, '--at', '2099-01-01');
    expect(told).to.contain('NOT VERIFIED: this is not what the engine had. step');
    expect(process.exitCode).to.equal(1);
    process.exitCode = undefined;
    const wrong = rebuilt.find(({ problem }) => problem !== undefined);
    expect(wrong?.step.sequence).to.equal(parked?.sequence);
    expect(wrong?.problem?.code).to.equal('state-differs');
  });

  it('says where the store is behind the moment that is asked for', async () => {
    await sink.stop();
    const before = new Date(Date.now() - 1).toISOString();
    await world.say([['ana', 'hello']]);
    const key = records.find(({ contact }) => contact?.startsWith('c-') === true)?.contact ?? '';
    const ask = (...words: readonly string[]) =>
      outcomeOf(
        [stateCommand(openBroker)],
        ['state', '--contact', key, ...words, '--data', temporary.folder, '--tenant', acme],
      );
    const early = await ask('--at', before, '--json');
    expect(early.errors).to.equal('');
    expect(JSON.parse(early.output)).to.include({ complete: true });
    // Other tests of this process leave theirs.
    process.exitCode = undefined;
    const late = await ask('--json');
    expect(late.errors).to.match(
      /^Warning: the store has everything until \S+: what was decided from then until \S+ may/,
    );
    const { complete, storedUntil: until } = JSON.parse(late.output) as { complete: boolean; storedUntil: string };
    expect(complete).to.equal(false);
    expect(until > before, `${until} after ${before}`).to.equal(true);
    expect(process.exitCode).to.equal(undefined);
  });

  it('knows from the first record that is not stored until when everything is', async () => {
    const topics = new Map<string, MessageId>();
    for (const { topic } of await feedsOf(broker.admin, acme)) {
      const last = await broker.admin.lastMessageId(topic);
      if (last !== undefined) topics.set(topic, last);
    }
    const [kept, missing] = (await stored(broker, journal(1))).slice(-2);
    if (!kept || !missing) throw new Error('the journal is empty');
    const untilWith = (some: ReadonlyMap<string, MessageId>): Promise<number> =>
      storedUntil({
        ...{ broker, tenant: acme, codec: PLAIN_CODEC, clock: { ...systemClock, now: () => Infinity as Millis } },
        marks: () => Promise.resolve([...some].map(([topic, position]) => ({ topic, position }))),
      });
    expect(await untilWith(topics)).to.equal(Infinity);
    const behind = new Map([...topics, [journal(1), kept.id]]);
    expect(await untilWith(behind)).to.equal(decodeRecord(missing.payload, PLAIN_CODEC).now);
  });
});

/** Random dialogues, while versions come into force, time passes, operators interfere, processes end and the tenant grows. */
async function talk(world: World, grow: () => Promise<void>): Promise<void> {
  const first = DEFINITIONS.map((definition) => machineOf(definition));
  const second = DEFINITIONS.map((definition) => machineOf(definition.replace('about: Waits', 'about: Still waits')));
  const inForce = (machines: typeof first): readonly Publication[] =>
    machines.flatMap((machine): readonly Publication[] => [
      { kind: 'version', machine },
      { kind: 'activate', hash: machine.hash, by: 'command' },
    ]);
  await world.putInForce(inForce(first));
  const next = random(SEED);
  const anyOf = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  for (let round = 0; round < ROUNDS; round++) {
    await world.say(Array.from({ length: 12 }, () => [anyOf(PEOPLE), anyOf(WORDS)]));
    await world.settled();
    const [conversation] = world.open().filter(() => next() < 0.3);
    await travel(world, round);
    if (round === 2) await world.say([...PEOPLE, ...MISTAKEN].map((person) => [person, PUT_ASIDE]));
    if (round === 4) await world.putInForce(inForce(second));
    if (round === 8) await world.putInForce([{ kind: 'retire', definition: 'pause' }]);
    if (conversation && round % 2 === 1) {
      const { subject, conversation: id } = conversation;
      const type = anyOf(['conversation.resume-requested', 'conversation.cancel-requested'] as const);
      await world.publish('messaging', [{ type, subject, data: { conversation: id, reason: 'test' } }]);
    }
    if (round === 6 || round === 7) {
      const requests = world.open().flatMap(({ subject, conversation: id, machine: from }) => {
        const to = second[first.findIndex(({ hash }) => hash === from)]?.hash;
        const data = { conversation: id, from, to, states: [], ...(round === 6 ? { trial: true } : {}) };
        return to ? [{ type: 'conversation.migration-requested', subject, data }] : [];
      });
      await world.publish('messaging', requests);
    }
    if (round === 9) await grow();
    if (round === 10) {
      await world.say(MISTAKEN.map((person) => [person, 'survey']));
      await world.settled();
      // Some of whom it concerns are in another partition since.
      expect(await world.redrive()).to.be.greaterThan(PEOPLE.length);
    }
    if (round === 11) {
      await dieOfThem(world);
      await world.say([[LARGE, 'later']]);
      await world.settled();
      world.clock.advance(61_000);
    }
    const contact = `webchat:${anyOf(PEOPLE)}`;
    await world.publish('external', [{ type: 'com.shop.shipped', data: { contact } }]);
    await world.settled();
    if (round % 2 === 0) world.clock.advance(round % 4 === 0 ? 61_000 : 2 * 86_400_000);
    await world.settled();
  }
  await world.close();
}

/** They begin a month back, and then write, and a day passes, round by round. */
async function travel(world: World, round: number): Promise<void> {
  const subject = contactKeyOf(TRAVELLER);
  const ms = (round === 0 ? -30 : 1) * 86_400_000;
  const text = WORDS[round % WORDS.length];
  await world.publish('messaging', [
    { type: 'probe.time-requested', subject, data: { ms } },
    { type: 'message.received', subject, data: { connector: 'probe', from: TRAVELLER, text } },
  ]);
  await world.settled();
}

/** A message that ends the process, and then a deadline that does. */
async function dieOfThem(world: World): Promise<void> {
  await world.say([[DEADLY, 'later']]);
  await world.say([['fay', 'survey']]);
  await world.settled();
  await world.say([['fay', DEADLY]]);
  await world.dieUntilParked();
  await world.settled();
  world.clock.advance(61_000);
  await until('the deadline is parked', async () => {
    await world.dieUntilParked();
    await world.settled();
    return world.records.filter(({ input }) => input.isFatal).length > 1;
  });
  world.mendDeadly();
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Epochs are counted by partition, and ids are unique within one. */
function placeOf({ epoch, sequence, input }: StepRecord | RecordedStep): string {
  return `${epoch} ${sequence} ${input.id}`;
}

function plain(state: KeptState | undefined): unknown {
  return state === undefined ? undefined : (JSON.parse(JSON.stringify(state)) as unknown);
}
