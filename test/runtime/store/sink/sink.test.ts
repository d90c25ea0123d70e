import { expect } from 'chai';
import { encodeEvent } from '../../../../channels/encode.ts';
import { REPLAY_ID } from '../../../../channels/replayed.ts';
import { engineTopic, partitionTopic } from '../../../../channels/topics.ts';
import type { MessageId } from '../../../../runtime/broker/message-id.ts';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { systemClock, type Clock } from '../../../../runtime/clock.ts';
import type { JournalRecord } from '../../../../runtime/engine/journal-record.ts';
import { encodePublication, machinesTopic } from '../../../../runtime/definitions/publication.ts';
import { publicationsOf } from '../../../../runtime/definitions/published.ts';
import { cloudEventOf, type StoredEvent } from '../../../../runtime/store/stored-event.ts';
import { machineOf } from '../../../dsl/given-when-then.ts';
import { marked } from '../../../../runtime/cli/replay/output.ts';
import { StoreError } from '../../../../runtime/store/errors.ts';
import type { Store } from '../../../../runtime/store/port.ts';
import type { SinkPoint } from '../../../../runtime/store/sink/reign.ts';
import { Sink, type SinkOptions } from '../../../../runtime/store/sink/sink.ts';
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
  type RecordedLog,
} from '../tenant-under-test.ts';

/** Waits of an outage are over twenty times as soon. */
const hurriedClock: Clock = { ...systemClock, after: (delayMs, wake) => systemClock.after(delayMs / 20, wake) };

describe('The store sink', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let log: RecordedLog;
  let sink: Sink | undefined;

  beforeEach(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
    log = recordedLog();
  });

  afterEach(async () => {
    await sink?.stop();
    sink = undefined;
    await broker.close();
    await temporary.remove();
  });

  const start = (options: Partial<SinkOptions> = {}): Sink => {
    const limits = { lingerMs: 5, ...options.limits };
    sink = new Sink({ broker, store: temporary.store, tenant: acme, log, ...options, limits });
    return sink;
  };

  const stored = async (select = 'id', from = 'events ORDER BY partition, sequence, id'): Promise<unknown[]> => {
    const rows = await temporary.store.query(`SELECT ${select} AS value FROM parlance.${from}`);
    return rows.map((row) => row['value']);
  };

  const lastOf = (ids: readonly MessageId[]): MessageId => {
    const last = ids.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  };

  const sequences = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

  it('stores every event of every partition once, and publishes how far it is', async () => {
    const topics = [channel('messaging'), channel('messaging', 1), channel('external'), channel('operations')];
    const sent = await Promise.all(
      topics.map((topic) =>
        sendAll(
          broker,
          topic,
          sequences(1, 50).map((n) => eventMessage(n, { source: `/${topic}` })),
        ),
      ),
    );
    const running = start();
    const positions = Object.fromEntries(topics.map((topic, at) => [topic, lastOf(sent[at] ?? [])]));
    await running.waitForMark(positions);
    expect(running.currentMark()).to.include(positions);
    expect(await stored()).to.have.length(200);
    expect(await stored('uniqExact(channel, partition, position)', 'events')).to.deep.equal([200]);
    expect(running.metrics()).to.include({ events: 200, duplicates: 0, deadLetters: 0, owner: true, waiting: false });
    const more = await sendAll(broker, channel('messaging'), [eventMessage(51, { source: '/late' })]);
    await running.waitForMark({ [channel('messaging')]: lastOf(more) });
    expect(await stored()).to.have.length(201);
  });

  it('keeps what an event says, whatever is in it', async () => {
    const odd = event(1, {
      correlationid: 'k1',
      causationid: 'cause',
      type: 'com.clinic.booked',
      data: {
        text: 'half \ud800, "quotes", \u0000 and 😀',
        nothing: null,
        empty: {},
        'a.b': [1.5, true],
        at: '2026-03-06',
      },
      ...({ region: 'eu' } as object),
    });
    const positions = await sendAll(broker, channel('external'), [
      { payload: Buffer.from(JSON.stringify(odd)) },
      { payload: Buffer.from(JSON.stringify({ ...event(2), id: 'half \ud800', data: undefined })) },
    ]);
    await start().waitForMark({ [channel('external')]: lastOf(positions) });
    const [data] = (await stored('data', "events WHERE conversation = 'k1'")) as string[];
    expect(JSON.parse(data ?? '')).to.deep.equal(odd.data);
    expect(await stored('extensions', "events WHERE conversation = 'k1'")).to.deep.equal(['{"region":"eu"}']);
    expect(await stored('id', 'events WHERE sequence = 2')).to.deep.equal(['half \ufffd']);
  });

  it('drops what a source has stated before, also across batches and restarts, and counts it', async () => {
    const topic = channel('messaging');
    const first = await sendAll(
      broker,
      topic,
      [1, 2, 2, 1, 3].map((n) => eventMessage(n)),
    );
    const running = start();
    await running.waitForMark({ [topic]: lastOf(first) });
    expect(running.metrics()).to.include({ events: 3, duplicates: 2 });
    await running.stop();
    const second = await sendAll(broker, topic, [
      eventMessage(3),
      eventMessage(4),
      eventMessage(1, { source: '/other' }),
    ]);
    await start().waitForMark({ [topic]: lastOf(second) });
    expect(await stored("concat(source, ' ', toString(sequence))")).to.have.members([
      ...['/test/0 1', '/test/0 2', '/test/0 3', '/test/0 4', '/other 1'],
    ]);
    expect(sink?.metrics()).to.include({ events: 2, duplicates: 1 });
  });

  it('passes over what was redriven: it is here already, whether its source counts or not', async () => {
    const topic = channel('external');
    const { sequence: _, ...unnumbered } = event(1, { type: 'com.clinic.booked', source: '/clinic' });
    const own = encodeEvent(unnumbered);
    const redriven = { ...own, properties: { ...own.properties, redriven_for: '/router/acme/0' } };
    const positions = await sendAll(broker, topic, [own, redriven, eventMessage(2)]);
    await start().waitForMark({ [topic]: lastOf(positions) });
    expect(await stored()).to.have.length(2);
  });

  it('does not store what is told again, for it is here already', async () => {
    const running = start();
    const { properties, ...message } = eventMessage(1, { source: '/replayed' });
    const told = [
      { ...message, properties: { ...properties, [REPLAY_ID]: 'r-1' } },
      encodeEvent(marked(event(2, { source: '/replayed' }), 'r-1')),
      eventMessage(1),
    ];
    await running.waitForMark({ [channel('messaging')]: lastOf(await sendAll(broker, channel('messaging'), told)) });
    expect(await stored('source')).to.deep.equal(['/test/0']);
  });

  it('puts what is no event aside with its bytes and goes on', async () => {
    const topic = channel('messaging');
    const positions = await sendAll(broker, topic, [
      { payload: Buffer.from([0xff, 0xfe, 0x00]), key: 'k', properties: { ce_type: 'x' } },
      { payload: Buffer.from(JSON.stringify({ ...event(1), time: 'yesterday' })) },
      { payload: Buffer.from(JSON.stringify({ ...event(2), time: '9999-01-01T00:00:00.000Z' })) },
      eventMessage(3),
    ]);
    await start().waitForMark({ [topic]: lastOf(positions) });
    expect(await stored('hex(payload)', 'dead_letters ORDER BY position LIMIT 1')).to.deep.equal(['FFFE00']);
    expect(await stored('position', 'dead_letters ORDER BY position')).to.deep.equal(positions.slice(0, 3));
    expect(await stored('sequence')).to.deep.equal([3]);
  });

  it("stores the journal's steps and drops those of a superseded owner", async () => {
    const barrier = (epoch: number, sequence: number): JournalRecord => {
      return {
        kind: 'barrier',
        epoch,
        sequence,
        generation: 'g1',
        owner: `o${epoch.toString()}`,
        now: 1_772_805_600_000,
      };
    };
    const step = (epoch: number, sequence: number): JournalRecord => ({
      ...{ kind: 'step', epoch, sequence, now: 1_772_805_600_000 + sequence, published: 0, positions: {}, marks: {} },
      input: { id: `i${sequence.toString()}`, type: 'message.received', feed: 'messaging' },
      ...{ source: '/engine/acme/0/g1', cause: `i${sequence.toString()}`, topics: [channel('conversations')] },
      outputs: [{ topic: 0, type: 'conversation.waiting', data: {}, conversation: 'k1' }],
      state: null,
      ...(sequence === 4 ? { basis: { definitions: '7:0' as MessageId, company: 'Acme', partitions: 2 } } : {}),
    });
    const records = [
      barrier(1, 1),
      step(1, 2),
      barrier(2, 3),
      step(1, 3),
      step(1, 4),
      step(2, 4),
      step(2, 4),
      step(2, 5),
    ];
    const positions = await sendAll(broker, journal(), records.map(journalMessage));
    const running = start();
    await running.waitForMark({ [journal()]: lastOf(positions) });
    expect(
      await stored("concat(toString(kind), ' ', toString(epoch), ' ', toString(sequence))", 'steps ORDER BY sequence'),
    ).to.deep.equal([...['barrier 1 1', 'step 1 2', 'barrier 2 3', 'step 2 4', 'step 2 5']]);
    expect(await stored('conversations', "steps WHERE input = 'i5'")).to.deep.equal([['k1']]);
    expect(await stored('outputs', "steps WHERE input = 'i5'")).to.deep.equal([['/engine/acme/0/g1/5120']]);
    expect(running.metrics()).to.include({ steps: 5, stale: 3 });
    const basis = "concat(definitions, ' ', company, ' ', toString(partitions))";
    expect(await stored(basis, "steps WHERE kind = 'step' ORDER BY sequence")).to.deep.equal([
      ...['  0', '7:0 Acme 2', '7:0 Acme 2'],
    ]);
    await running.stop();
    const more = await sendAll(broker, journal(), [journalMessage(step(2, 6))]);
    await start().waitForMark({ [journal()]: lastOf(more) });
    expect(await stored(basis, 'steps WHERE sequence = 6'), 'it is kept over restarts').to.deep.equal(['7:0 Acme 2']);
  });

  it('stores what is published of definitions, in its order', async () => {
    const topic = machinesTopic(acme);
    const machine = machineOf(
      'conversation: first\nabout: One.\nstart:\n  - match: { en: [hi] }\nsteps:\n  - end: done\n',
    );
    const positions = await sendAll(broker, topic, [
      ...[
        ...publicationsOf(machine, { has: () => false }, 'command'),
        { kind: 'retire', definition: 'first' } as const,
      ].map(encodePublication),
      { payload: Buffer.from(JSON.stringify(machine)) },
      { payload: Buffer.from('no publication') },
    ]);
    const running = start();
    await running.waitForMark({ [topic]: lastOf(positions) });
    expect(
      await stored("concat(toString(kind), ' ', definition, ' ', machine)", 'definitions ORDER BY position'),
    ).to.deep.equal([
      `version first ${machine.hash}`,
      `activate  ${machine.hash}`,
      'retire first ',
      `publish first ${machine.hash}`,
    ]);
    const [payload] = await stored('payload', 'definitions ORDER BY position LIMIT 1');
    const said = [{ kind: 'version', machine: JSON.parse(JSON.stringify(machine)) as unknown }];
    expect(JSON.parse(String(payload))).to.deep.equal(said);
    expect(running.metrics()).to.include({ deadLetters: 1 });
    expect(await stored('DISTINCT state', 'definition_states'), 'with its state graph').to.deep.equal(['step-1']);
    await running.stop();
    for (const table of ['states', 'transitions'])
      await temporary.store.command(`TRUNCATE TABLE parlance.definition_${table}`);
    const next = await sendAll(broker, channel('messaging'), [eventMessage(1)]);
    await start().waitForMark({ [channel('messaging')]: lastOf(next) });
    const graph = await stored('DISTINCT state', 'definition_states');
    expect(graph, 'also of a publication from before there were state graphs').to.deep.equal(['step-1']);
  });

  it('stores what the engine says to itself, for it is an input, and keeps it from analysts', async () => {
    const topic = partitionTopic(engineTopic(acme, 'inbox'), 0);
    const input = event(0, { type: 'matched', correlationid: 'k1', time: '2026-03-06T14:00:00Z' });
    await start().waitForMark({ [topic]: lastOf(await sendAll(broker, topic, [encodeEvent(input)])) });
    const [row] = await temporary.store.query(
      "SELECT * EXCEPT time, subject AS contact, '2026-03-06T14:00:00.000Z' AS time FROM parlance.events WHERE channel = 'inbox'",
    );
    expect(cloudEventOf(row as unknown as StoredEvent), 'with what its columns do not say').to.deep.equal({
      ...input,
      datacontenttype: 'application/json',
    });
    for (const view of ['events', 'conversations']) {
      const [count] = await temporary.store.query(`SELECT count() AS n FROM parlance_analysis.${view}`);
      expect(count).to.deep.equal({ n: 0 });
    }
  });

  const points: readonly SinkPoint[] = ['received', 'announced', 'inserted', 'marked', 'acknowledged'];
  for (const point of points) {
    it(`stores each event once where it fails right after "${point}"`, async () => {
      let failures = 0;
      const failAt = (at: SinkPoint): void => {
        if (at === point && failures++ < 3) throw new Error(`failed after ${at}`);
      };
      const running = start({ at: failAt, clock: hurriedClock, limits: { rows: 40 } });
      const topics = [channel('messaging'), channel('messaging', 1), journal()];
      const sent = await Promise.all(
        topics.map((topic) =>
          sendAll(
            broker,
            topic,
            sequences(1, 150).map((n) => eventMessage(n, { source: `/${topic}` })),
          ),
        ),
      );
      await running.waitForMark(Object.fromEntries(topics.map((topic, at) => [topic, lastOf(sent[at] ?? [])])));
      expect(failures).to.be.greaterThan(2);
      expect(await stored('count()', 'events')).to.deep.equal([300]);
      expect(await stored('uniqExact(source, sequence)', 'events')).to.deep.equal([300]);
      expect(await stored('uniqExact(position)', 'dead_letters'), 'events are no journal records').to.deep.equal([150]);
      expect(log.lines.filter((line) => line.startsWith('warn'))).not.to.be.empty;
    });
  }

  it('completes an insert whose token was remembered without its rows', async () => {
    const { store } = temporary;
    let lost = 0;
    // What a server does that is killed between writing its deduplication log and committing the rows.
    const forgetful: Store = {
      ...store,
      insert: async (table, rows, token) => {
        if (table === 'parlance.events' && lost++ === 0) {
          await store.insert(table, [...rows].slice(0, 1), token);
          throw new StoreError('store-unreachable', 'killed');
        }
        await store.insert(table, rows, token);
      },
    };
    const running = start({ store: forgetful });
    const sent = await sendAll(
      broker,
      channel('messaging'),
      sequences(1, 20).map((n) => eventMessage(n)),
    );
    await running.waitForMark({ [channel('messaging')]: lastOf(sent) });
    expect(await stored('sequence')).to.deep.equal(sequences(1, 20));
  });

  it('waits for ClickHouse, says so once, holds a bounded buffer, and loses nothing', async () => {
    const { store } = temporary;
    let away = true;
    let attempts = 0;
    const flaky: Store = {
      ...store,
      insert: (table, rows, token) => {
        attempts++;
        return away && attempts > 1
          ? Promise.reject(new StoreError('store-unreachable', 'away'))
          : store.insert(table, rows, token);
      },
    };
    const running = start({ store: flaky, clock: hurriedClock, limits: { rows: 100 } });
    const sent = await sendAll(
      broker,
      channel('messaging'),
      sequences(1, 5000).map((n) => eventMessage(n)),
    );
    await until(() => attempts > 4 && running.metrics().waiting);
    expect(running.metrics().buffered).to.be.lessThan(2200);
    away = false;
    await running.waitForMark({ [channel('messaging')]: lastOf(sent) });
    expect(await stored('sequence')).to.deep.equal(sequences(1, 5000));
    expect(log.lines).to.deep.equal(['warn: the store sink waits', 'info: the store sink goes on']);
  });

  it('is one per tenant: a second takes over, the first waits for it to go', async () => {
    const first = start();
    await until(() => first.metrics().owner);
    const second = new Sink({ broker, store: temporary.store, tenant: acme, log, limits: { lingerMs: 5 } });
    try {
      const sent = await sendAll(
        broker,
        channel('messaging'),
        sequences(1, 10).map((n) => eventMessage(n)),
      );
      await until(() => second.metrics().owner || second.metrics().events > 0 || first.metrics().events > 0);
      const mark = { [channel('messaging')]: lastOf(sent) };
      await Promise.race([first.waitForMark(mark), second.waitForMark(mark)]);
      expect(await stored('sequence')).to.deep.equal(sequences(1, 10));
    } finally {
      await second.stop();
    }
    const later = await sendAll(broker, channel('messaging'), [eventMessage(11)]);
    await first.waitForMark({ [channel('messaging')]: lastOf(later) });
    expect(await stored('sequence')).to.deep.equal(sequences(1, 11));
  });
});

async function until(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs.toString()} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
