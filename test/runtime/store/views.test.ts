import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { conversationHead } from '../../../runtime/cli/timeline/conversation-head.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { STORED_EVENT_COLUMNS, type StoredEvent } from '../../../runtime/store/stored-event.ts';
import { VIEWS } from '../../../runtime/store/views.ts';
import { analyst } from './analyst.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';
import { insertGraphs, playShipped } from './played.ts';

const acme = 'acme' as TenantName;
const T = '2026-05-04T09:00:00.000Z';

/** Seconds after the first moment of the conversation told by hand. */
function at(seconds: number): string {
  return new Date(Date.parse(T) + seconds * 1000).toISOString();
}

/** One conversation, told by hand: two questions, two replies. */
function conversation(id: string, subject: string, fields: object = {}): readonly object[] {
  const reply = `${id}-hello`;
  const second = `${id}-bye`;
  const own = (time: number, type: string, causation: string, data: object): object => ({
    ...{ time: at(time), type, causation, conversation: id, data: JSON.stringify(data) },
    ...{ source: type.startsWith('message.') && type !== 'message.requested' ? '/sms' : '/engine/acme/0/g' },
    channel: type.slice(0, type.indexOf('.')) === 'message' ? 'messaging' : 'conversations',
  });
  const sms = { connector: 'sms', to: 'tel:+12125550123' };
  const trigger = { type: 'broadcast.recipient-targeted', id: 'b-1' };
  const machine = `sha256:${'ab'.repeat(32)}`;
  const rows = [
    own(0, 'conversation.started', 'b-1', { definition: 'visit', version: 'abababab', machine, ...sms, trigger }),
    own(0, 'message.requested', 'b-1', { message: `${id}/m1`, ...sms, text: 'Coming?', step: 'ask' }),
    own(0, 'conversation.waiting', 'b-1', { state: 'ask', for: 'reply' }),
    own(1, 'message.sent', 'x', { message: `${id}/m1`, ...sms, segments: 2 }),
    own(2, 'message.delivered', 'x', { message: `${id}/m1`, ...sms }),
    { ...own(61, 'message.received', '', { connector: 'sms', from: sms.to, text: 'Hm' }), id: reply, conversation: '' },
    own(62, 'message.requested', reply, { message: `${id}/m2`, ...sms, text: 'Yes or no?', step: 'ask' }),
    own(64, 'message.sent', 'y', { message: `${id}/m2`, ...sms, segments: 1 }),
    {
      ...own(164, 'message.received', '', { connector: 'sms', from: sms.to, text: 'Yes' }),
      ...{ id: second, conversation: '' },
    },
    own(164, 'conversation.advanced', second, { from: 'ask', to: 'thanks', reason: 'reply' }),
    own(164, 'conversation.completed', second, { outcome: 'coming' }),
  ];
  return rows.map((row, index) =>
    eventRow({ id: `${id}-${index.toString()}`, sequence: index, subject, ...row, ...fields }),
  );
}

describe('Views for analysts', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let ask: ReturnType<typeof analyst>;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const target = (id: string, subject: string) => ({
      ...{ id, subject, channel: 'broadcasts', type: 'broadcast.recipient-targeted' },
      data: JSON.stringify({ broadcast: 'spring', connector: 'sms', to: 'tel:+12125550123', definition: 'visit' }),
    });
    const broadcast = (type: string, data: object, fields: object = {}) => ({
      ...{ id: `spring-${type}`, subject: '', channel: 'broadcasts', type: `broadcast.${type}`, time: at(-60) },
      data: JSON.stringify({ broadcast: 'spring', ...data }),
      ...fields,
    });
    const skipped = { to: 'tel:+12125550199', reason: 'opted out' };
    const rows = [
      ...(await playShipped()).rows,
      ...conversation('v-1', 'c-1'),
      ...conversation('v-p', 'c-probe-1'),
      ...conversation('v-o', 'c-1', { tenant: 'other' }),
      eventRow({
        ...{ id: 'v-old-9', conversation: 'v-old', channel: 'conversations', time: T },
        ...{ type: 'conversation.waiting', data: '{"state":"ask","for":"reply"}' },
      }),
      ...[
        broadcast('requested', { definition: 'visit', audience: 'all' }),
        broadcast('started', { machine: `sha256:${'ab'.repeat(32)}`, recipients: 2 }, { sequence: 2 }),
        target('b-1', 'c-1'),
        target('b-2', 'c-probe-1'),
        broadcast('recipient-skipped', skipped, { subject: 'c-2' }),
        broadcast('completed', { targeted: 1, skipped: 1 }, { time: at(5) }),
      ].map((fields) => eventRow(fields)),
    ];
    // As of producers that repeat themselves, until ClickHouse merges.
    await store.command(`SYSTEM STOP MERGES ${tableOf(store, 'events')}`);
    await store.insert(tableOf(store, 'events'), rows, 'test');
    await store.insert(tableOf(store, 'events'), rows, 'again');
    await insertGraphs(store, (await playShipped()).machines);
    ask = analyst(store, acme);
  });

  after(() => temporary.remove());

  for (const { name, examples } of VIEWS) {
    it(`${name}: what the reference shows can be asked`, async () => {
      expect(examples).not.to.deep.equal([]);
      for (const { sql } of examples) await ask(sql);
    });
  }

  it('every view is in the tables of docs/store.md', async () => {
    const page = await readFile('docs/store.md', 'utf8');
    const missing = VIEWS.map(({ name }) => name).filter((name) => !page.includes(`\n| \`${name}\` `));
    expect(missing).to.deep.equal([]);
  });

  it('every column says what it means', async () => {
    for (const { name, columns } of VIEWS) {
      const described = await ask(`DESCRIBE TABLE ${name}`);
      const own = columns.filter(([column]) => column !== 'tenant');
      expect(described.map((column) => [column['name'], column['type'], column['comment']])).to.deep.equal(
        own.map(([column, type, about]) => [column, type, about]),
      );
    }
  });

  it('a conversation is one row: how it went, how long people and company took, what it cost', async () => {
    const [row] = await ask("SELECT * FROM conversations WHERE conversation = 'v-1'");
    expect(row).to.deep.include({ definition: 'visit', version: 'abababab', status: 'completed', outcome: 'coming' });
    expect(row).to.deep.include({ state: 'thanks', steps: 3, messages_in: 2, messages_out: 2, segments: 3 });
    // Replies 60 s and 100 s after what was sent before them; the first was answered after 3 s, the second not at all.
    expect(row).to.deep.include({ person_ms: 100_000, company_ms: 3000, ended: '2026-05-04 09:02:44.000' });
  });

  it('of a conversation whose beginning is not stored any more nobody says when it started', async () => {
    const rows = await ask("SELECT conversation, status, started FROM conversations WHERE conversation = 'v-old'");
    expect(rows).to.deep.equal([{ conversation: 'v-old', status: 'waiting', started: null }]);
  });

  it('a conversation looks the same at the head of its timeline, which asks for its own events alone', async () => {
    const iso = (column: string): string => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S.%fZ') AS ${column}`;
    const columns = Object.keys(conversationHead([])).map((name) =>
      name === 'started' || name === 'ended' ? iso(name) : name,
    );
    const rows = await ask(`SELECT ${columns.join(', ')} FROM conversations`);
    const events = (await ask(
      `SELECT ${STORED_EVENT_COLUMNS.replace('time', iso('time'))} FROM events WHERE conversation != ''`,
    )) as unknown as readonly StoredEvent[];
    const heads = rows.map((row) =>
      conversationHead(events.filter((event) => event.conversation === row['conversation'])),
    );
    expect(heads).to.deep.equal(rows);
    expect(new Set(rows.map(({ status }) => status))).to.include('completed');
  });

  it('a message is one row, and connectors are compared by the hour', async () => {
    const [message] = await ask("SELECT * FROM messages WHERE message = 'v-1/m1'");
    expect(message).to.deep.include({ direction: 'out', state: 'ask', segments: 2, text: 'Coming?', failed: null });
    const [hour] = await ask("SELECT * FROM deliveries WHERE hour = '2026-05-04 09:00:00'");
    expect(hour).to.deep.include({ connector: 'sms', requested: 2, sent: 2, delivered: 1, failed: 0, segments: 3 });
    expect(hour).to.deep.include({ sending_p50_ms: 2000, sending_p99_ms: 2000, delivering_p50_ms: 1000 });
  });

  it('a person is told in words, in order', async () => {
    const rows = await ask(
      "SELECT words FROM timeline WHERE contact = 'c-1' AND conversation = 'v-1' ORDER BY time, sequence LIMIT 1 BY id",
    );
    expect(rows.map(({ words }) => words)).to.deep.equal([
      'begins visit by broadcast.recipient-targeted',
      'is to be told: Coming?',
      'waits in ask for a reply',
      'message v-1/m1 was sent',
      'message v-1/m1 arrived',
      'is to be told: Yes or no?',
      'message v-1/m2 was sent',
      'goes from ask to thanks (reply)',
      'ends: coming',
    ]);
    expect(await ask("SELECT words FROM timeline WHERE id = 'v-1-hello' LIMIT 1 BY id")).to.deep.equal([
      { words: 'wrote: Hm' },
    ]);
  });

  it('a broadcast says whom it reached and what came of it', async () => {
    const [row] = await ask("SELECT * FROM broadcasts WHERE broadcast = 'spring'");
    expect(row).to.deep.include({ definition: 'visit', version: 'abababab', status: 'completed', recipients: 2 });
    expect(row).to.deep.include({ targeted: 1, skipped: 1, skipped_by_reason: { 'opted out': 1 } });
    expect(row).to.deep.include({ conversations: 1, sent: 1, delivered: 1, failed: 0, replied: 1 });
    expect(row).to.deep.include({ conversations_completed: 1, outcomes: { coming: 1 } });
  });

  it('minutes are counted, repeated rows with them until they are merged', async () => {
    const rows = await ask(
      "SELECT minute, events FROM per_minute WHERE type = 'message.sent' AND minute >= '2026-05-04' ORDER BY minute LIMIT 2",
    );
    expect(rows).to.deep.equal([
      { minute: '2026-05-04 09:00:00', events: 2 },
      { minute: '2026-05-04 09:01:00', events: 2 },
    ]);
  });

  it('people who do not exist are in none but one', async () => {
    expect(await ask("SELECT uniqExact(id) AS n FROM probe_events WHERE contact = 'c-probe-1'")).to.deep.equal([
      { n: 12 },
    ]);
    for (const view of ['events', 'conversations', 'messages', 'timeline'])
      expect(await ask(`SELECT count() AS n FROM ${view} WHERE contact = 'c-probe-1'`), view).to.deep.equal([{ n: 0 }]);
  });
});
