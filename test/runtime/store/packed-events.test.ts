import { expect } from 'chai';
import fc from 'fast-check';
import { PLAIN_LAYOUT } from '../../../runtime/store/layout.ts';
import { TextColumn } from '../../../runtime/store/packed-column.ts';
import { PackedEvents } from '../../../runtime/store/packed-events.ts';
import type { Store } from '../../../runtime/store/port.ts';
import type { EventRow } from '../../../runtime/store/rows.ts';
import { applySchema } from '../../../runtime/store/schema.ts';
import { openServerStore } from '../../../runtime/store/server.ts';
import { clickHouseStandIn, type StandIn } from './clickhouse-stand-in.ts';
import { temporaryStore, type TemporaryStore } from './embedded-store.ts';

/** Short, as long as a length takes another byte, and longer than what is taken of memory at a time. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii', minLength: 60, maxLength: 300 }),
  fc.constantFrom('', '\u0000', "\\'\n\t", 'half \ud800', '😀'.repeat(40), 'é'.repeat(63), '€'.repeat(30_000)),
);

const time = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2299-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

const number = fc.maxSafeNat();

const row: fc.Arbitrary<EventRow> = fc.record({
  ...{ tenant: fc.constant('acme'), channel: fc.constantFrom('messaging', 'inbox'), partition: fc.nat(65_535) },
  ...{ position: text, batch: number, published: time, id: text, source: text, subject: text, conversation: text },
  ...{ type: fc.constantFrom('message.received', 'conversation.advanced', 'odd €'), causation: text },
  ...{ partitionkey: text, time, sequence: number, traceparent: text, extensions: text },
  data: fc.oneof(
    text,
    fc.jsonValue().map((value) => JSON.stringify(value)),
  ),
});

const packed = (rows: readonly EventRow[]): PackedEvents => {
  const events = new PackedEvents();
  for (const one of rows) events.push(one);
  return events;
};

/** As UTF-8 has it: half a surrogate pair is U+FFFD. */
const encodable = (one: EventRow): EventRow =>
  Object.fromEntries(
    Object.entries(one).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value).toString() : value,
    ]),
  ) as unknown as EventRow;

describe('packed rows of events', function () {
  this.timeout(60_000);

  it('hold little more than they write, however long the texts are', () => {
    for (const length of [100, 2_000, 25_000, 200_000]) {
      const column = new TextColumn();
      let written = 0;
      while (written < 4_000_000) {
        column.push('x'.repeat(length));
        written += length;
      }
      const held = new Set(column.blocks.map(({ buffer }) => buffer)).values();
      const bytes = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(bytes, `of ${length.toString()} characters each`).to.be.below(written * 1.7);
    }
  });

  it('are read back as they were pushed', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const events = packed(rows);
        expect(events.length).to.equal(rows.length);
        expect([...events]).to.deep.equal(rows.map(encodable));
      }),
      { numRuns: 50 },
    );
  });

  describe('in ClickHouse', () => {
    const rows = fc
      .sample(row, { numRuns: 200, seed: 1 })
      .map((one, at): EventRow => encodable({ ...one, id: `${at} ${one.id}` }));
    let temporary: TemporaryStore;
    let embedded: Store;
    let server: StandIn;
    let remote: Store;

    before(async () => {
      temporary = await temporaryStore();
      embedded = temporary.store;
      server = await clickHouseStandIn(embedded.location);
      remote = openServerStore({ url: server.url, database: 'remote', layout: PLAIN_LAYOUT });
      for (const database of ['parlance', 'plain', 'remote']) await applySchema({ ...embedded, database });
      await embedded.insert('plain.events', rows, 'rows');
    });
    after(async () => {
      await remote.close();
      await server.close();
      await temporary.remove();
    });

    /** Also columns that ClickHouse computes. */
    const stored = (database: string): Promise<readonly unknown[]> =>
      embedded.query(
        `SELECT *, message, connector, definition, state, from_state, detail, message_key, shown, move
         FROM ${database}.events ORDER BY id`,
      );

    for (const [what, database] of [
      ['the embedded engine', 'parlance'],
      ['a server', 'remote'],
    ] as const) {
      it(`say the same as rows in JSON, in ${what}, and are inserted once under one token`, async () => {
        const store = database === 'remote' ? remote : embedded;
        for (let times = 0; times < 2; times++) await store.insert(`${database}.events`, packed(rows), 'rows');
        const found = await stored(database);
        expect(found).to.have.length(rows.length);
        expect(found).to.deep.equal(await stored('plain'));
      });
    }
  });
});
