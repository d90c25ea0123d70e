import { expect } from 'chai';
import fc from 'fast-check';
import { join } from 'node:path';
import { MACHINE_FORMAT } from '../../../../dsl/machine/machine.ts';
import { sleep } from '../../../../runtime/clock.ts';
import type { MessageId } from '../../../../runtime/broker/message-id.ts';
import type { Broker, OutgoingMessage } from '../../../../runtime/broker/port.ts';
import { machinesTopic } from '../../../../runtime/definitions/publication.ts';
import { StoreError } from '../../../../runtime/store/errors.ts';
import type { Store } from '../../../../runtime/store/port.ts';
import { Sink, type SinkOptions } from '../../../../runtime/store/sink/sink.ts';
import { ManualClock } from '../../broker/embedded/manual-clock.ts';
import { temporaryStore, type TemporaryStore } from '../embedded-store.ts';
import {
  acme,
  brokerWithTenant,
  channel,
  event,
  eventMessage,
  journal,
  recordedLog,
  sendAll,
  type RecordedLog,
} from '../tenant-under-test.ts';
import { advancing, moments } from './moments.ts';

const AWAY = new StoreError('store-unreachable', 'ClickHouse does not answer');
const FULL = new StoreError('sql-failed', 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB (NOT_ENOUGH_SPACE)');

const HOUR_MS = 3_600_000;

/** What is received at once, beyond a full buffer. */
const RECEIVED_MAX = 1001;

describe('The store sink under faults', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let log: RecordedLog;
  let sink: Sink;
  let source = '';

  before(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
  });

  // Each test has a source of its own, whose rows it looks at.
  beforeEach(function () {
    log = recordedLog();
    source = `/${this.currentTest?.title ?? ''}`;
  });

  afterEach(() => sink.stop());

  after(async () => {
    await broker.close();
    await temporary.remove();
  });

  const start = (options: Partial<SinkOptions> = {}): Sink => {
    const limits = { lingerMs: 5, ...options.limits };
    sink = new Sink({ broker, store: temporary.store, tenant: acme, log, ...options, limits });
    return sink;
  };

  const send = async (
    messages: readonly OutgoingMessage[],
    topic = channel('messaging'),
  ): Promise<Readonly<Record<string, MessageId>>> => {
    const last = (await sendAll(broker, topic, messages)).at(-1);
    return last === undefined ? {} : { [topic]: last };
  };

  const numbered = (count: number): readonly OutgoingMessage[] =>
    Array.from({ length: count }, (_, at) => eventMessage(at + 1, { source }));

  const stored = async (select: string, where = '1', table = 'events'): Promise<unknown[]> => {
    const own = table === 'events' ? `source = '${source}' AND ` : '';
    const rows = await temporary.store.query(
      `SELECT ${select} AS value FROM parlance.${table} WHERE ${own}${where} ORDER BY position`,
    );
    return rows.map((row) => row['value']);
  };

  const eachOnce = async (count: number): Promise<void> => {
    expect(
      await stored('count()::String || uniqExact(sequence)::String', '1 GROUP BY position IS NULL ORDER BY 1 --'),
    ).to.deep.equal([`${count}${count}`]);
  };

  for (const [what, error] of [
    ['ClickHouse away', AWAY],
    ['its disk full', FULL],
  ] as const) {
    it(`for an hour with ${what}: waits, says so once, keeps a bounded buffer, and catches up`, async () => {
      const clock = new ManualClock();
      let attempts = 0;
      let isRefusing = true;
      const store: Store = {
        ...temporary.store,
        insert: async (table, rows, token) => {
          if (table === 'parlance.events') attempts++;
          if (table === 'parlance.events' && isRefusing) throw error;
          await temporary.store.insert(table, rows, token);
        },
      };
      const running = start({ store, clock, limits: { rows: 500 } });
      const mark = await send(numbered(3000));
      let buffered = 0;
      let until = Infinity;
      while (clock.now() < until) {
        await moments();
        buffered = Math.max(buffered, running.metrics().buffered);
        if (attempts > 0 && until === Infinity) until = clock.now() + HOUR_MS;
        clock.advance(attempts === 0 ? 10 : 10_000);
      }
      expect(attempts, 'every ten seconds at last').to.be.within(300, 400);
      expect(buffered).to.be.within(500, 500 + RECEIVED_MAX);
      expect(running.metrics().waiting).to.equal(true);
      isRefusing = false;
      await advancing(clock, running.waitForMark(mark));
      await eachOnce(3000);
      expect(log.lines).to.deep.equal(['warn: the store sink waits', 'info: the store sink goes on']);
    });
  }

  it('with inserts that take seconds: one call after the other, none twice, and a bounded buffer', async () => {
    const clock = new ManualClock();
    const tokens: string[] = [];
    let under = 0;
    let buffered = 0;
    const store: Store = {
      ...temporary.store,
      insert: async (table, rows, token) => {
        expect(++under, 'at a time').to.equal(1);
        buffered = Math.max(buffered, sink.metrics().buffered);
        if (table === 'parlance.events') tokens.push(token);
        await sleep(clock, 5000);
        await temporary.store.insert(table, rows, token);
        under--;
      },
    };
    const running = start({ store, clock, limits: { rows: 500 } });
    await advancing(clock, running.waitForMark(await send(numbered(4000))));
    await eachOnce(4000);
    expect(new Set(tokens).size).to.equal(tokens.length);
    expect(tokens.length, 'full batches').to.be.within(8, 12);
    expect(buffered).to.be.lessThan(500 + RECEIVED_MAX);
    await advancing(clock, running.stop());
  });

  it('goes on when a newer program adds columns, and waits where one takes a column away', async () => {
    const { store } = temporary;
    const running = start();
    await running.waitForMark(await send(numbered(5)));
    await store.command("ALTER TABLE parlance.events ADD COLUMN mood String DEFAULT 'good'");
    await running.waitForMark(await send([eventMessage(6, { source })]));
    expect(await stored('mood', 'sequence = 6')).to.deep.equal(['good']);
    await store.command('ALTER TABLE parlance.events RENAME COLUMN traceparent TO trace');
    const mark = await send([eventMessage(7, { source })]);
    await moments(() => running.metrics().waiting);
    await store.command('ALTER TABLE parlance.events RENAME COLUMN trace TO traceparent');
    await running.waitForMark(mark);
    await eachOnce(7);
  });

  it('does not start on a store of a newer program', async () => {
    const { store } = temporary;
    await store.insert('parlance.migrations', [{ version: 999, about: 'of a newer program' }], 'newer');
    const running = start();
    const mark = await send(numbered(3));
    await moments(() => running.metrics().waiting);
    expect(await stored('id')).to.deep.equal([]);
    await store.command('ALTER TABLE parlance.migrations DELETE WHERE version = 999 SETTINGS mutations_sync = 2');
    await running.waitForMark(mark);
    await eachOnce(3);
  });

  it('stores what is years late or years early, and puts aside what no column holds', async () => {
    const times = [
      '1900-01-01T00:00:00Z',
      '1987-05-05T01:02:03.456Z',
      '2126-01-01T00:00:00Z',
      '2299-12-30T23:59:59.999Z',
    ];
    const unstorable = [
      '1899-12-31T00:00:00Z',
      '2300-06-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '+012026-01-01T00:00:00Z',
    ];
    const mark = await send([...times, ...unstorable].map((time, at) => eventMessage(at + 1, { source, time })));
    await start().waitForMark(mark);
    const said = await stored("formatDateTime(time, '%Y-%m-%d', 'UTC')");
    expect(said).to.deep.equal(times.map((time) => time.slice(0, 10)));
    expect(await stored('reason', "reason LIKE '%storable time%'", 'dead_letters')).to.have.length(unstorable.length);
  });

  it('stores a batch that touches 200 months', async () => {
    const month = (at: number): string => new Date(Date.UTC(2010, at, 1)).toISOString();
    const mark = await send(Array.from({ length: 200 }, (_, at) => eventMessage(at + 1, { source, time: month(at) })));
    const running = start({ limits: { lingerMs: 500 } });
    await running.waitForMark(mark);
    await eachOnce(200);
    expect(running.metrics().batches, 'in one insert').to.equal(1);
  });

  it('stores an event of 5 MB, with NUL and numbers beyond a double, to the character', async () => {
    const large = { text: '€'.repeat(1_700_000), nul: 'a\u0000b' };
    const exact = '{"order":12345678901234567890,"rate":1e-400,"deep":' + '['.repeat(300) + ']'.repeat(300) + '}';
    const raw = JSON.stringify(event(2, { source, data: 'HERE' })).replace('"HERE"', exact);
    const mark = await send([
      eventMessage(1, { source, data: large }),
      { payload: Buffer.from(raw) },
      eventMessage(3, { source }),
    ]);
    await start().waitForMark(mark);
    const [first, second] = (await stored('data')) as string[];
    expect(JSON.parse(first ?? '')).to.deep.equal(large);
    expect(second).to.equal(exact);
    await eachOnce(3);
  });

  it('puts aside what can not be stored as it is, with its bytes and a reason, and stores what is behind it', async () => {
    const deep = JSON.stringify(event(1, { source, data: 'HERE' })).replace(
      '"HERE"',
      '['.repeat(100_000) + ']'.repeat(100_000),
    );
    const cut = Buffer.concat([
      Buffer.from(JSON.stringify(event(2, { source })).slice(0, -2)),
      Buffer.from([0xc3, 0x28, 0x7d, 0x7d]),
    ]);
    const latin = Buffer.from(JSON.stringify(event(3, { source, data: { text: 'café' } })), 'latin1');
    const payloads = [Buffer.from(deep), cut, latin, Buffer.alloc(0), Buffer.from('null'), Buffer.from([0])];
    const mark = await send([...payloads.map((payload) => ({ payload })), eventMessage(9, { source })]);
    const known = (await stored('position', '1', 'dead_letters')) as string[];
    await start().waitForMark(mark);
    expect(await stored('sequence')).to.deep.equal([9]);
    const aside = await temporary.store.query(
      `SELECT reason, payload_base64 AS bytes FROM parlance.dead_letters WHERE NOT has([${known.map((id) => `'${id}'`).join()}]::Array(String), position)`,
    );
    expect(aside.map(({ bytes }) => bytes)).to.have.members(payloads.map((payload) => payload.toString('base64')));
    const reasons = aside.map(({ reason }) => String(reason));
    expect(reasons.filter((reason) => reason === 'its bytes are no UTF-8')).to.have.length(2);
    expect(reasons).to.include('it is nested deeper than 500 levels');
  });

  it('stores whatever is published of definitions, and holds nothing up for a graph that can not be made', async () => {
    const published = [
      { format: MACHINE_FORMAT },
      { format: MACHINE_FORMAT, name: 'half \ud800', flows: 7 },
      { retire: {} },
    ];
    const messages = published.map((value) => ({ payload: Buffer.from(JSON.stringify(value)) }));
    await start().waitForMark({ ...(await send(messages, machinesTopic(acme))), ...(await send(numbered(1))) });
    expect(await stored('definition', '1', 'definitions')).to.include('half \ufffd');
    await eachOnce(1);
  });

  it('leaves the tables alone while another sink is the owner', async () => {
    const clock = new ManualClock();
    const counts = { statements: 0, questions: 0 };
    const counting: Store = {
      ...temporary.store,
      command: (sql) => {
        counts.statements++;
        return temporary.store.command(sql);
      },
      query: (sql, parameters) => {
        counts.questions++;
        return temporary.store.query(sql, parameters);
      },
    };
    const second = start({ store: counting, clock });
    await moments(() => second.metrics().owner);
    const owner = new Sink({ broker, store: temporary.store, tenant: acme, log, limits: { lingerMs: 5 } });
    try {
      // It finds out by what it writes. From then on its time stands still, or it would be back before the other is there.
      for (let at = 1; second.metrics().owner || !owner.metrics().owner; at++) {
        if (second.metrics().owner) {
          await send([eventMessage(at, { source })]);
          clock.advance(100);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      Object.assign(counts, { statements: 0, questions: 0 });
      await moments(() => {
        clock.advance(1000);
        return counts.questions > 10;
      });
      expect(counts.statements).to.equal(0);
    } finally {
      await owner.stop();
    }
  });

  it('goes on counting its batches where the topic of its records is lost', async () => {
    await start().waitForMark(await send(numbered(3)));
    await sink.stop();
    const newestOf = async (): Promise<unknown> =>
      (
        await stored('max(batch)', "topic = '" + channel('messaging') + "' GROUP BY topic ORDER BY topic --", 'marks')
      )[0];
    const before = Number(await newestOf());
    const other = await brokerWithTenant(join(temporary.folder, 'another'));
    try {
      const sent = await sendAll(other, channel('messaging'), [eventMessage(4, { source })]);
      await start({ broker: other }).waitForMark({ [channel('messaging')]: sent[0] ?? ('' as MessageId) });
      await sink.stop();
      const [marked] = await temporary.store.query(
        `SELECT position FROM parlance_analysis.marks WHERE tenant = 'acme' AND topic = '${channel('messaging')}'`,
      );
      expect(marked?.['position']).to.equal(sent[0]);
      expect(Number(await newestOf())).to.be.greaterThan(before);
    } finally {
      await other.close();
    }
  });

  it('stores or puts aside whatever else comes, on channels and in the journal', async () => {
    const anything = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc
        .record(
          {
            time: oddTime(),
            sequence: odd(),
            id: fc.string(),
            type: odd(),
            subject: odd(),
            correlationid: odd(),
            data: fc.jsonValue(),
            x: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((fields) => JSON.stringify({ ...event(1, { source: '/odd' }), ...fields })),
      fc
        .record(
          {
            kind: fc.constantFrom('step', 'barrier'),
            epoch: odd(),
            sequence: odd(),
            now: odd(),
            generation: odd(),
            owner: odd(),
            contact: odd(),
            state: odd(),
            input: fc.record({ id: odd(), type: odd(), feed: odd(), position: odd() }),
            outputs: fc.array(fc.record({ conversation: odd() })),
            source: odd(),
          },
          { requiredKeys: ['kind'] },
        )
        .map((fields) => JSON.stringify({ epoch: 1, sequence: 1, now: 1, ...fields })),
    );
    const messages = fc.sample(anything, { numRuns: 300, seed: 1 }).map((text) => ({ payload: Buffer.from(text) }));
    const marks = { ...(await send(messages, channel('external'))), ...(await send(messages, journal(1))) };
    await start().waitForMark(marks);
    expect(log.lines).to.deep.equal([]);
  });
});

function odd(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double(),
    fc.constantFrom(null, true, -1, 2 ** 60, 1e300, '-5', '0000000000000007', '9999999999999999', [], {}, ['x'], {
      a: 1,
    }),
  );
}

function oddTime(): fc.Arbitrary<unknown> {
  return fc.oneof(
    odd(),
    fc.constantFrom('2026', 'March 7, 2026', '2026-03-06T14:00:00+05:30', '2299-12-31T23:59:59.999Z', '1900-01-01'),
  );
}
