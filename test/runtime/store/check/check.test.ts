import { expect } from 'chai';
import type { Readable } from 'node:stream';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import type { MessageId } from '../../../../runtime/broker/message-id.ts';
import { encodePublication, machinesTopic } from '../../../../runtime/definitions/publication.ts';
import type { Broker, Message } from '../../../../runtime/broker/port.ts';
import { storeCommand } from '../../../../runtime/cli/commands/store.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import type { JournalRecord } from '../../../../runtime/engine/journal-record.ts';
import { createAdminServer } from '../../../../runtime/http/admin.ts';
import { checkTenant } from '../../../../runtime/store/check/check-tenant.ts';
import { problemsIn, type Finding, type TenantReport } from '../../../../runtime/store/check/finding.ts';
import { storeCheckRoutes } from '../../../../runtime/store/check/routes.ts';
import type { Store } from '../../../../runtime/store/port.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { standInAdmin } from '../../../contract/stand-in/admin.ts';
import { ManualClock } from '../../broker/embedded/manual-clock.ts';
import { runCommand } from '../../cli/run-command.ts';
import { temporaryStore, type TemporaryStore } from '../embedded-store.ts';
import {
  acme,
  brokerWithTenant,
  channel,
  event,
  eventMessage,
  journal,
  journalMessage,
  recordedLog,
  sendAll,
} from '../tenant-under-test.ts';

const MESSAGING = channel('messaging');

/** Each test damages events of its own: `from` to `to` of one source are stored before the first. */
const EVENTS = 60;

const MACHINES = machinesTopic(acme);

describe('parlance store check', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let sink: Sink;
  let positions: readonly MessageId[];
  let records: readonly MessageId[];
  let published: readonly MessageId[];

  before(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
    sink = new Sink({ broker, store: temporary.store, tenant: acme, log: recordedLog(), limits: { lingerMs: 5 } });
    positions = await sendAll(broker, MESSAGING, [
      ...Array.from({ length: EVENTS }, (_, at) => eventMessage(at + 1)),
      // What its source states again, what is no event, and what can not be told from a repetition.
      ...[eventMessage(3), { payload: Buffer.from('no event') }],
      ...[unnumbered('u1'), unnumbered('u1')],
    ]);
    records = await sendAll(
      broker,
      journal(),
      [barrier(1, 1), step(1, 2), barrier(2, 3), step(1, 3), step(2, 4), step(2, 5)].map(journalMessage),
    );
    published = await sendAll(broker, MACHINES, [
      encodePublication({ kind: 'retire', definition: 'first' }),
      encodePublication({ kind: 'retire', definition: 'second' }),
    ]);
    await sink.waitForMark({ [MESSAGING]: last(positions), [journal()]: last(records), [MACHINES]: last(published) });
  });

  after(async () => {
    await sink.stop();
    await broker.close();
    await temporary.remove();
  });

  const check = (isRepair = false): Promise<TenantReport> =>
    checkTenant({
      ...{ broker, store: temporary.store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock },
      ...{ isRepair, newId: () => Math.random().toString(36) },
    });

  const findings = async (isRepair = false): Promise<readonly Finding[]> =>
    (await check(isRepair)).topics.flatMap((topic) => topic.findings);

  /** The same broker, with a part that does otherwise; closing it closes nothing. */
  const otherwise = (part: Partial<Broker>): Broker => {
    const { driver, capabilities, admin } = broker;
    return {
      ...{ driver, capabilities, admin },
      createProducer: (options) => broker.createProducer(options),
      subscribe: (options) => broker.subscribe(options),
      createReader: (options) => broker.createReader(options),
      close: () => Promise.resolve(),
      ...part,
    };
  };

  const command = (sql: string): Promise<void> => temporary.store.command(sql);

  const lose = (table: string, where: string): Promise<void> =>
    command(`ALTER TABLE parlance.${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`);

  /** As `SELECT` of the row at a position, with some columns replaced. */
  const insertLike = (position: MessageId | undefined, replaced: string): Promise<void> =>
    command(
      `INSERT INTO parlance.events SELECT * REPLACE (${replaced}) FROM
         (SELECT * FROM parlance.events WHERE position = '${position ?? ''}' AND channel = 'messaging' LIMIT 1)`,
    );

  it('finds nothing wrong where nothing is, and counts rows against positions', async () => {
    const report = await check();
    expect(report.topics.flatMap((topic) => topic.findings)).to.deep.equal([]);
    expect(problemsIn(report)).to.equal(0);
    const messaging = report.topics.find(({ topic }) => topic === MESSAGING);
    expect(messaging).to.deep.include({
      ...{ messages: EVENTS + 4, rows: EVENTS + 2, passedOver: 1, firstKept: positions[0], mark: last(positions) },
      lag: { messages: 0, ms: 0 },
    });
    const steps = report.topics.find(({ topic }) => topic === journal());
    expect(steps).to.include({ messages: 6, rows: 5, passedOver: 1 });
    expect(report.topics.map(({ topic }) => topic)).to.include(channel('operations', 1));
  });

  const run = (...words: string[]): Promise<string> => {
    const command = storeCommand(() => Promise.resolve(otherwise({})));
    // Other tests of this process leave theirs.
    process.exitCode = undefined;
    return runCommand([command], ['store', 'check', '--data', temporary.folder, ...words]);
  };

  const exitCode = (): unknown => {
    const code = process.exitCode;
    process.exitCode = undefined;
    return code;
  };

  it('tells each topic on the command line, on the data folder itself', async () => {
    const told = await run();
    expect(told).to.match(/^messaging\/events-partition-0 +64 +62 +1 +0 +0 *$/m);
    expect(told).to.include('Everything is stored once.');
    expect(exitCode()).to.equal(undefined);
  });

  it('names the tenant that there is not, and those that there are', async () => {
    const refused: unknown = await run('--tenant', 'acne').catch((error: unknown) => error);
    expect(String(refused)).to.include('there is no tenant "acne"; there are: "acme"');
    process.exitCode = undefined;
  });

  it('tells what is wrong on the command line with exit code 1, and repairs it, through the platform on the folder', async () => {
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const tenants = [{ name: acme, partitions: 2 }];
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve(tenants) };
    const routes = storeCheckRoutes({
      ...{ broker, store: temporary.store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock },
      newId: () => 'over HTTP',
    });
    const mount = { tenant: acme, prefix: '', routes, upgrades: [] };
    const server = createAdminServer(admin, recordedLog(), undefined, () => [mount]);
    await server.listen(temporary.folder);
    try {
      await lose('events', 'sequence = 7');
      const [report] = JSON.parse(await run('--json')) as [TenantReport];
      expect(exitCode()).to.equal(1);
      expect(report.topics.flatMap(({ findings }) => findings.map(({ id }) => id))).to.deep.equal([event(7).id]);
      const repaired = await run('--repair');
      expect(repaired).to.include(`missing messaging/events-partition-0 ${positions[6]} (/test/0 7 ${event(7).id})`);
      expect(repaired).to.include('1 repaired. Everything is stored once.');
      expect(exitCode()).to.equal(undefined);
    } finally {
      await server.close(1000);
    }
  });
  it('names lost rows of events, steps, definitions and dead letters, and puts them back', async () => {
    await lose('events', 'sequence BETWEEN 10 AND 12');
    await lose('steps', 'sequence = 4');
    await lose('definitions', "definition = 'first'");
    await lose('dead_letters', '1');
    const found = await findings();
    expect(found.map(({ kind, topic, position }) => `${kind} ${topic} ${position}`)).to.have.members([
      ...[9, 10, 11, EVENTS + 1].map((place) => `missing ${MESSAGING} ${positions[place]}`),
      `missing ${journal()} ${records[4]}`,
      `missing ${MACHINES} ${published[0]}`,
    ]);
    expect(found[0]).to.deep.include({ id: event(10).id, source: '/test/0', sequence: 10 });
    expect((await findings(true)).every(({ repaired }) => repaired === true)).to.equal(true);
    expect(await findings()).to.deep.equal([]);
    const [row] = await temporary.store.query(
      `SELECT data, published, batch FROM parlance.events WHERE sequence = 10 AND channel = 'messaging'`,
    );
    expect(JSON.parse(String(row?.['data']))).to.deep.equal(event(10).data);
    expect(row?.['batch'], 'by a check').to.equal(0);
  });

  it('puts back again what was put back and lost again, although its token is remembered', async () => {
    for (let time = 0; time < 2; time++) {
      await lose('events', 'sequence = 20');
      expect(await findings(true)).to.have.length(1);
      expect(await findings()).to.deep.equal([]);
    }
  });

  it('names doubled rows, and leaves one of each', async () => {
    // Rows with one sort key stay two until they are seen.
    await command('SYSTEM STOP MERGES');
    await insertLike(positions[29], 'batch AS batch');
    await insertLike(positions[2], `'${positions[EVENTS] ?? ''}' AS position`);
    await insertLike(positions[4], `'${positions[EVENTS] ?? ''}' AS position, time + 1 AS time`);
    const found = (await findings()).map(({ kind, position, sequence }) => `${kind} ${position} ${sequence}`);
    await command('SYSTEM START MERGES');
    const repeated = positions[EVENTS];
    expect(found).to.have.members([`doubled ${positions[29]} 30`, `doubled ${repeated} 3`, `doubled ${repeated} 5`]);
    expect((await findings(true)).every(({ repaired }) => repaired)).to.equal(true);
    expect(await findings()).to.deep.equal([]);
  });

  it('goes on telling whoever asked where it is, while rows are merged for minutes', async () => {
    await command('SYSTEM STOP MERGES');
    await insertLike(positions[51], 'batch AS batch');
    const clock = new ManualClock();
    const lines: string[] = [];
    let said: number | undefined;
    const store: Store = {
      ...temporary.store,
      command: async (sql) => {
        if (sql.startsWith('OPTIMIZE')) {
          const before = lines.length;
          clock.advance(60_000);
          said = lines.length - before;
          await command('SYSTEM START MERGES');
        }
        await temporary.store.command(sql);
      },
    };
    const parts = { broker, store, tenant: acme, codec: PLAIN_CODEC, clock, newId: () => 'told' };
    const [route] = storeCheckRoutes(parts);
    const request = { headers: {}, query: new URLSearchParams('repair=true'), parameters: {}, body: Buffer.alloc(0) };
    const { body } = (await route?.handle(request)) as { readonly body: Readable };
    const push = body.push.bind(body);
    body.push = (line: unknown) => {
      if (typeof line === 'string') lines.push(line);
      return push(line);
    };
    await body.toArray();
    await command('SYSTEM START MERGES');
    expect(said, 'four times in a minute').to.equal(4);
    expect(lines[0]).to.match(/^\{"progress":\{"topic":".*","messages":0\}\}\n$/);
    expect(lines.at(-1)).to.match(/^\{"report"/);
    expect(clock.pending).to.equal(0);
  });

  it('names what it can not repair, and why', async () => {
    await insertLike(positions[40], `'1:7' AS position, id || '!' AS id`);
    await insertLike(positions[49], `'/other' AS source`);
    await command(
      `ALTER TABLE parlance.events DELETE WHERE sequence = 50 AND source != '/other' SETTINGS mutations_sync = 2`,
    );
    const beyond = `${last(positions).split(':')[0] ?? ''}:999`;
    await insertLike(positions[41], `'${beyond}' AS position, id || '?' AS id`);
    const found = await findings(true);
    expect(found.map(({ kind, position }) => `${kind} ${position}`)).to.have.members([
      ...[`different ${positions[49]}`, `beyond-mark ${beyond}`],
    ]);
    expect(found.every(({ repaired, unrepairable }) => repaired !== true && unrepairable !== undefined)).to.equal(true);
    expect(problemsIn(await check())).to.equal(2);
  });

  describe('of a topic that the broker is slow to give', () => {
    /** The broker, whose readers of that topic give nothing until `opened`; `asked` resolves at the first question. */
    const slow = () => {
      const [opened, asked] = [gate(), gate()];
      const silent = otherwise({
        createReader: async (options) => {
          const reader = await broker.createReader(options);
          if (options.topic !== MESSAGING) return reader;
          const next = async (): Promise<Message> => {
            asked.open();
            await opened.passed;
            return reader.next();
          };
          return { topic: MESSAGING, next, close: () => reader.close() };
        },
      });
      return { silent, opened, asked };
    };

    const checkThrough = async (silent: Broker, clock: ManualClock): Promise<readonly Finding[]> => {
      const parts = { store: temporary.store, tenant: acme, codec: PLAIN_CODEC, clock, isRepair: false };
      const { topics } = await checkTenant({ ...parts, broker: silent, newId: () => 'slow' });
      return topics.flatMap((topic) => topic.findings).filter(({ topic }) => topic === MESSAGING);
    };

    it('waits for what is there, and finds that its row is lost', async () => {
      await lose('events', 'sequence = 55');
      const { silent, opened, asked } = slow();
      const clock = new ManualClock();
      const checking = checkThrough(silent, clock);
      await asked.passed;
      clock.advance(30_000);
      opened.open();
      const found = await checking;
      await findings(true);
      expect(found.map(({ kind, sequence }) => `${kind} ${sequence}`)).to.include('missing 55');
    });

    it('says that it could not read it, and not that nothing is there', async () => {
      const { silent, opened, asked } = slow();
      const clock = new ManualClock();
      const checking = checkThrough(silent, clock);
      await asked.passed;
      clock.advance(60_000);
      const found = await checking;
      opened.open();
      expect(found.map(({ kind }) => kind)).to.include('unread');
      expect(found.find(({ kind }) => kind === 'unread')?.detail).to.equal(
        `the broker has given nothing for 60 s, although its last message is ${last(positions)}`,
      );
    });
  });

  it('leaves one of doubled rows whose message is deleted, where they are equal, and says so', async () => {
    // The broker has forgotten its messages.
    const lastMessageId = (topic: string): Promise<MessageId | undefined> =>
      topic === MESSAGING ? Promise.resolve(undefined) : broker.admin.lastMessageId(topic);
    const forgetful = otherwise({ admin: { ...standInAdmin(broker), lastMessageId } });
    const kinds = async (isRepair: boolean): Promise<readonly string[]> => {
      const parts = { store: temporary.store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock, isRepair };
      const { topics } = await checkTenant({ ...parts, broker: forgetful, newId: () => Math.random().toString(36) });
      const doubled = topics.flatMap((topic) => topic.findings).filter(({ kind }) => kind === 'doubled');
      return doubled.map(({ sequence, repaired }) => `${sequence} ${repaired === true ? 'repaired' : 'left'}`).sort();
    };
    await command('SYSTEM STOP MERGES');
    await insertLike(positions[32], 'batch AS batch');
    await insertLike(positions[33], 'time + 1 AS time');
    expect(await kinds(false)).to.deep.equal(['33 left', '34 left']);
    await command('SYSTEM START MERGES');
    expect(await kinds(true)).to.deep.equal(['33 repaired', '34 left']);
    expect(await kinds(false)).to.deep.equal(['34 left']);
    await lose('events', `position = '${positions[33] ?? ''}' AND channel = 'messaging'`);
    await findings(true);
  });

  it('tells how far the sink is behind', async () => {
    await sink.stop();
    await sendAll(broker, channel('external'), [
      eventMessage(1, { source: '/late' }),
      eventMessage(2, { source: '/late' }),
    ]);
    const report = await check();
    const behind = report.topics.find(({ topic }) => topic === channel('external'));
    expect(behind?.lag.messages).to.equal(2);
    expect(behind?.lag.ms).to.be.within(1, 10_000);
    expect(behind?.counts).to.deep.equal({});
  });
});

function gate(): { readonly passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

function last(ids: readonly MessageId[]): MessageId {
  const id = ids.at(-1);
  if (id === undefined) throw new Error('nothing was sent');
  return id;
}

function unnumbered(id: string): { readonly payload: Buffer } {
  const { sequence: _, ...own } = event(1, { source: 'urn:clinic', type: 'com.clinic.booked' });
  return { payload: Buffer.from(JSON.stringify({ ...own, id })) };
}

function barrier(epoch: number, sequence: number): JournalRecord {
  return { kind: 'barrier', epoch, sequence, generation: 'g1', owner: `o${epoch}`, now: 1_772_805_600_000 };
}

function step(epoch: number, sequence: number): JournalRecord {
  return {
    ...{ kind: 'step', epoch, sequence, now: 1_772_805_600_000 + sequence, published: 0, positions: {}, marks: {} },
    input: { id: `i${sequence}`, type: 'message.received', feed: 'messaging' },
    ...{ source: '/engine/acme/0/g1', cause: `i${sequence}`, topics: [], outputs: [], state: null },
  };
}
