import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Address } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import type { KeptState, StateKey } from '../../../dsl/correlation.ts';
import type { Step } from '../../../dsl/step/contract.ts';
import { route } from '../../../dsl/step/route.ts';
import { step as pureStep } from '../../../dsl/step/step.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { sendPublications, type Publication } from '../../../runtime/definitions/publication.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import type { StepRecord } from '../../../runtime/engine/journal-record.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { createPublisher } from '../../../runtime/events/publisher.ts';
import { rebuild } from '../../../runtime/history/fold.ts';
import { readDefinitions, readSteps, type HistoryStore } from '../../../runtime/history/read.ts';
import type { StoredDefinitions } from '../../../runtime/history/stored-definitions.ts';
import { debugCommand } from '../../../runtime/cli/commands/debug.ts';
import { stateCommand } from '../../../runtime/cli/commands/state.ts';
import { Sink } from '../../../runtime/store/sink/sink.ts';
import { runCommand } from '../cli/run-command.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { TestClock } from '../engine/rig.ts';
import { DEFINITIONS } from '../engine/state-format/definitions.ts';
import { stored, until } from '../events/scene.ts';
import { temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';
import { PARTITIONS, acme, brokerWithTenant, journal, recordedLog } from '../store/tenant-under-test.ts';
import { tenantStore } from './tenant-store.ts';

const SEED = 20_260_306;
const PEOPLE = ['ana', 'bo', 'cy', 'di', 'ed'];
const WORDS = ['survey', 'fine', 'details', 'pause', 'lookup', 'agent', 'parcel', 'later', 'stop', 'start'];

/** A bug that parks. */
const brittle: Step = (machines, state, input, context) => {
  const late = input.kind === 'timer' ? input.timer.conversation : undefined;
  if (state?.conversations.some(({ id, definition }) => id === late && definition === 'pause'))
    throw new Error('a bug');
  return pureStep(machines, state, input, context);
};

describe('past states, from the store alone', function () {
  this.timeout(120_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let sink: Sink;
  let records: readonly StepRecord[];
  let history: HistoryStore;
  let definitions: StoredDefinitions;

  before(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
    sink = new Sink({ broker, store: temporary.store, tenant: acme, log: recordedLog(), limits: { lingerMs: 5 } });
    await talk(broker, join(temporary.folder, 'state'));
    await sink.settled();
    const journals = await Promise.all(Array.from({ length: PARTITIONS }, (_, at) => stored(broker, journal(at))));
    records = journals
      .flat()
      .map(({ payload }) => decodeRecord(payload, PLAIN_CODEC))
      .filter((record) => record.kind === 'step');
    history = tenantStore(temporary.store, acme);
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
      const rebuilt = rebuild({ key, steps: await readSteps(history, key), definitions, step: brittle });
      const own = records.filter(({ contact }) => contact === key);
      expect(rebuilt.map(({ step }) => step.sequence)).to.eql(own.map(({ sequence }) => sequence));
      for (const [at, { after, problem, step }] of rebuilt.entries()) {
        expect(problem, `${key} ${step.input.id} (seed ${SEED})`).to.equal(undefined);
        const kept = own.slice(0, at + 1).findLast(({ state }) => state !== undefined)?.state;
        expect(plain(after)).to.eql(kept ?? undefined);
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
      const kept = records.findLast(({ contact, now, state }) => contact === key && now <= at && state !== undefined);
      expect(plain(rebuild({ key, steps, definitions, step: brittle }).at(-1)?.after)).to.eql(kept?.state ?? undefined);
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
  });

  const run = (...words: readonly string[]): Promise<string> =>
    runCommand([stateCommand], [...words, '--data', temporary.folder, '--tenant', acme]);

  it('is told in words, as of a moment', async () => {
    const record = records.find(({ state }) => state && 'conversations' in state && state.conversations.length > 0);
    const at = new Date(record?.now ?? 0).toISOString();
    const told = await run('state', '--contact', record?.contact ?? '', '--at', at);
    expect(told).to.contain(`contact ${record?.contact ?? ''} at ${at}`);
    expect(told).to.match(/^verified: each of \d+ steps gives the hash that was recorded$/m);
    expect(told).to.match(/^conversation \S+\n {2}definition: \S+, version [0-9a-f]{8}\n {2}on: webchat, to webchat:/m);
    const json = JSON.parse(await run('state', '--contact', record?.contact ?? '', '--at', at, '--json')) as object;
    expect(json).to.deep.include({ contact: record?.contact, at, verified: true });
  });

  it('is stepped through, one conversation at a time', async () => {
    const started = records.flatMap(({ outputs }) => outputs).find(({ type }) => type === 'conversation.started');
    const conversation = started?.conversation ?? '';
    const debug = (...words: readonly string[]): Promise<string> =>
      runCommand([debugCommand], ['debug', conversation, ...words, '--data', temporary.folder, '--tenant', acme]);
    const told = await debug();
    expect(told).to.match(/^1 of \d+ {3}\d{4}-/);
    expect(told).to.contain('← message.received');
    expect(told).to.match(/^→ conversation\.started {2}\S+/m);
    expect(told).to.match(/^\+ definition = "/m);
    expect(told).to.match(/^it is in \S+, and waits for \w+$/m);
    const stops = JSON.parse(await debug('--json')) as readonly {
      readonly number: number;
      readonly changes: object[];
    }[];
    expect(stops.map(({ number }) => number)).to.eql(stops.map((_, at) => at + 1));
    expect(stops[0]?.changes).not.to.be.empty;
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
});

/** Random dialogues, while versions come into force, time passes, and operators interfere. */
async function talk(broker: Broker, stateFolder: string): Promise<void> {
  const clock = new TestClock();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const first = DEFINITIONS.map((definition) => machineOf(definition));
  const second = DEFINITIONS.map((definition) => machineOf(definition.replace('about: Waits', 'about: Still waits')));
  const inForce = (machines: typeof first): readonly Publication[] =>
    machines.flatMap((machine): readonly Publication[] => [
      { kind: 'version', machine },
      { kind: 'activate', hash: machine.hash, by: 'command' },
    ]);
  await sendPublications(broker, acme, inForce(first));
  const engine = await Engine.start({
    ...{ broker, tenant: acme, partitions: PARTITIONS, codec: PLAIN_CODEC, clock, log, step: brittle, route },
    ...{ stateFolder, worker: 'test', newId: randomUUID, company: 'Acme' },
  });
  const publisher = createPublisher(broker, acme, PARTITIONS, {
    source: '/test',
    now: () => clock.now(),
    newId: randomUUID,
  });
  const next = random(SEED);
  const anyOf = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  const settled = async (): Promise<void> => {
    let steps = -1;
    await until('all is decided', async () => {
      const before = steps;
      steps = engine.stats.steps;
      await new Promise((resolve) => setTimeout(resolve, 60));
      return before === steps;
    });
  };
  const open = async (): Promise<readonly { subject: string; conversation: string; machine: string }[]> => {
    const journals = await Promise.all(Array.from({ length: PARTITIONS }, (_, at) => stored(broker, journal(at))));
    const states = new Map<string, KeptState | null>();
    for (const { payload } of journals.flat()) {
      const record = decodeRecord(payload, PLAIN_CODEC);
      if (record.kind === 'step' && record.contact && record.state !== undefined)
        states.set(record.contact, record.state);
    }
    return [...states].flatMap(([subject, state]) =>
      state && 'conversations' in state
        ? state.conversations.map(({ id, machine }) => ({ subject, conversation: id, machine }))
        : [],
    );
  };
  for (let round = 0; round < 14; round++) {
    for (let said = 0; said < 12; said++) {
      const from = `webchat:${anyOf(PEOPLE)}` as Address;
      const data = { connector: 'webchat', from, text: anyOf(WORDS) };
      await publisher.publish('messaging', { type: 'message.received', subject: contactKeyOf(from), data });
    }
    await settled();
    const [conversation] = (await open()).filter(() => next() < 0.3);
    if (round === 4) await sendPublications(broker, acme, inForce(second));
    if (round === 8) await sendPublications(broker, acme, [{ kind: 'retire', definition: 'pause' }]);
    if (conversation && round % 2 === 1) {
      const { subject, conversation: id } = conversation;
      const type = anyOf(['conversation.resume-requested', 'conversation.cancel-requested'] as const);
      await publisher.publish('messaging', { type, subject, data: { conversation: id, reason: 'test' } });
    }
    for (const { subject, conversation: id, machine: from } of round === 6 || round === 7 ? await open() : []) {
      const at = first.findIndex(({ hash }) => hash === from);
      const to = second[at]?.hash;
      const data = { conversation: id, from, to, states: [], ...(round === 6 ? { trial: true } : {}) };
      if (to) await publisher.publish('messaging', { type: 'conversation.migration-requested', subject, data });
    }
    const contact = `webchat:${anyOf(PEOPLE)}`;
    await publisher.publish('external', { type: 'com.shop.shipped', data: { contact } });
    await settled();
    if (round % 2 === 0) clock.advance(round % 4 === 0 ? 61_000 : 2 * 86_400_000);
    await settled();
  }
  await engine.close();
  await publisher.close();
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function plain(state: KeptState | undefined): unknown {
  return state === undefined ? undefined : (JSON.parse(JSON.stringify(state)) as unknown);
}
