/** `parlance events` and `parlance conversations timeline`, against a store that a platform holds. */
import { expect } from 'chai';
import type { TenantName } from '../../../../channels/brands.ts';
import { conversationsCommand } from '../../../../runtime/cli/commands/conversations.ts';
import { eventsCommand } from '../../../../runtime/cli/commands/events.ts';
import { conditionOf } from '../../../../runtime/cli/events/event-filter.ts';
import { followEvents } from '../../../../runtime/cli/events/follow-events.ts';
import { newestEvents, readEvents } from '../../../../runtime/cli/events/read-events.ts';
import { openTenantStore, type StoreAccess } from '../../../../runtime/cli/store-access.ts';
import { createAdminServer, type AdminServer } from '../../../../runtime/http/admin.ts';
import { tableOf } from '../../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../../runtime/store/sql-http.ts';
import { eventRow, temporaryStore, type TemporaryStore } from '../../store/embedded-store.ts';
import { recordedLog } from '../../store/tenant-under-test.ts';
import { runCommand } from '../run-command.ts';

const DAY = '2026-03-06T';

/** A dialogue: an order comes in, a question goes out, is delivered, and is answered an hour later. */
const DIALOGUE = [
  {
    id: 'o1',
    type: 'com.shop.ordered',
    channel: 'external',
    subject: '',
    time: `${DAY}14:00:00.000Z`,
    data: '{"n":1}',
  },
  ...['conversation.started', 'message.requested'].map((type, index) => ({
    ...{ id: `s${index.toString()}`, type, conversation: 'k1', causation: 'o1', time: `${DAY}14:00:00.100Z` },
    ...{
      source: '/engine/acme/0/x',
      sequence: index + 1,
      channel: type.replace(/\..*/, 's').replace('messages', 'messaging'),
    },
    data: JSON.stringify({ message: 'k1/m1', text: 'Where to?', to: 'tel:+12125550123', definition: 'order' }),
  })),
  ...['sent', 'delivered'].map((what, index) => ({
    ...{ id: what, type: `message.${what}`, conversation: 'k1', causation: 's1', source: '/connectors/sms/1' },
    ...{
      sequence: index + 1,
      time: `${DAY}14:00:0${(index * 9).toString()}.200Z`,
      data: '{"message":"k1/m1","connector":"sms"}',
    },
  })),
  {
    id: 'r1',
    type: 'message.received',
    time: `${DAY}15:00:00.000Z`,
    data: '{"text":"Home","from":"tel:+12125550123"}',
  },
  ...[
    { id: 'c1', type: 'conversation.completed', conversation: 'k1', causation: 'r1', source: '/engine/acme/0/x' },
  ].map((row) => ({
    ...row,
    sequence: 9,
    channel: 'conversations',
    time: `${DAY}15:00:00.050Z`,
    data: '{"outcome":"done"}',
  })),
];

describe('looking at what happened', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let admin: AdminServer;
  let access: StoreAccess;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, 'demo' as TenantName);
    await insert(DIALOGUE, 1);
    // As a producer without a sequence that repeats itself, until ClickHouse merges.
    await store.insert(tableOf(store, 'events'), [rowOf(DIALOGUE[0] ?? {}, 1)], 'again');
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const tenants = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    admin = createAdminServer(tenants, recordedLog(), sqlOverHttp(store));
    await admin.listen(temporary.folder);
    const args = { config: undefined, data: temporary.folder, tenant: undefined, url: undefined, key: undefined };
    access = await openTenantStore(args);
  });

  after(async () => {
    await access.close();
    await admin.close(1000);
    await temporary.remove();
  });

  function rowOf(fields: object, batch: number): object {
    return eventRow({ tenant: 'demo', batch, ...fields });
  }

  async function insert(rows: readonly object[], batch: number, marked = true): Promise<void> {
    const { store } = temporary;
    await store.insert(
      tableOf(store, 'events'),
      rows.map((row) => rowOf(row, batch)),
      `events:${batch.toString()}`,
    );
    if (marked) await mark(batch);
  }

  async function mark(batch: number): Promise<void> {
    const { store } = temporary;
    const row = { tenant: 'demo', topic: 't', position: '1:1', batch, time: `${DAY}15:00:00.000Z` };
    await store.insert(tableOf(store, 'marks'), [row], `marks:${batch.toString()}`);
  }

  const run = (...words: string[]): Promise<string> =>
    runCommand([eventsCommand, conversationsCommand], [...words, '--data', temporary.folder]);

  describe('events query', () => {
    it('finds events by type, person, conversation and time, each once, oldest first', async () => {
      const ids = async (...words: string[]): Promise<string[]> =>
        (await run('events', 'query', '--json', ...words))
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => (JSON.parse(line) as { id: string }).id);
      expect(await ids()).to.eql(['o1', 's0', 's1', 'sent', 'delivered', 'r1', 'c1']);
      expect(await ids('--type', 'message.*', '--conversation', 'k1')).to.eql(['s1', 'sent', 'delivered']);
      expect(await ids('--type', 'message.sent', 'com.*', '--channel', 'external')).to.eql(['o1']);
      expect(await ids('--contact', 'tel:+12125550123')).to.eql([]);
      expect(await ids('--since', '2026-03-06T14:30Z', '--limit', '1')).to.eql(['c1']);
      expect(await ids('--until', '2026-03-06T14:00:00.150Z')).to.eql(['o1', 's0', 's1']);
    });

    it('prints a table, and refuses what is no moment', async () => {
      expect(await run('events', 'query', '--type', 'com.*')).to.match(/^TIME +TYPE .*\n.* com\.shop\.ordered .*\n$/);
      expect(await run('events', 'query', '--since', 'noon').catch(String)).to.match(/--since noon is no moment/);
    });

    it('reads page by page the same as at once', async () => {
      const pages = readEvents(access, { condition: conditionOf({}), pageRows: 2 });
      const read: string[] = [];
      for await (const rows of pages) read.push(...rows.map(({ id }) => id));
      const all = await newestEvents(access, { condition: conditionOf({}) }, 100);
      expect(read).to.eql(all.map(({ id }) => id));
    });
  });

  it('events show names an event whole, with cause and effects', async () => {
    const text = await run('events', 'show', 's1');
    expect(text).to.contain('"correlationid": "k1"');
    expect(text).to.match(/Caused by:\n.*com\.shop\.ordered {2}o1\n\nCaused:\n.*sent\n.*delivered\n$/);
    expect(await run('events', 'show', 'nowhere').catch(String)).to.match(/no event nowhere is stored/);
  });

  describe('conversations timeline', () => {
    it('is a tree of causes with the gaps between', async () => {
      expect(await run('conversations', 'timeline', 'k1')).to.equal(
        `k1  order${' '}
c-1, 1 message in, 1 message out
completed (done) after 60 min, last in
`.replace(/ $/gm, '') +
          `
2026-03-06
14:00:00.000  ⇄ com.shop.ordered  {"n":1}
14:00:00.100  ├─ · conversation.started  order on to tel:+12125550123
14:00:00.100  └─ → message.requested  "Where to?" to tel:+12125550123
14:00:00.200     └─ ✓ message.sent  m1 by sms

              ·· 9 s later ··

14:00:09.200  ✓ message.delivered (of message.requested at 2026-03-06T14:00:00)  m1 by sms

              ·· 60 min later ··

15:00:00.000  ← message.received  "Home"
15:00:00.050  └─ · conversation.completed  done
`,
      );
    });

    it('gives the same to machines', async () => {
      const timeline = JSON.parse(await run('conversations', 'timeline', 'k1', '--json')) as {
        events: { number: number; cause?: number; event: { id: string } }[];
      };
      expect(timeline.events.map(({ event, cause }) => [event.id, cause])).to.eql([
        ...[
          ['o1', undefined],
          ['s0', 1],
          ['s1', 1],
          ['sent', 3],
          ['delivered', 3],
          ['r1', undefined],
          ['c1', 6],
        ],
      ]);
    });

    it('says that a conversation is not stored', async () => {
      expect(await run('conversations', 'timeline', 'k9').catch(String)).to.match(/no event of a conversation k9/);
    });
  });

  describe('events tail', () => {
    it('misses and doubles nothing: a batch counts once it is marked, however late its events', async () => {
      const stopping = new AbortController();
      const seen: string[] = [];
      const tail = followEvents(access, {
        condition: conditionOf({}),
        signal: stopping.signal,
        pollMs: 20,
        pageRows: 2,
      });
      const first = tail.next();
      await insert([{ id: 'n1' }, { id: 'n2', sequence: 2 }, { id: 'n3', sequence: 3 }], 2, false);
      const early = await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 200, 'nothing'))]);
      expect(early).to.equal('nothing');
      await insert([{ id: 'late', time: '2025-01-01T00:00:00.000Z' }], 3, false);
      await mark(3);
      for (let next = await first; next.done !== true; next = await tail.next()) {
        seen.push(...next.value.map(({ id }) => id));
        if (seen.length >= 4) stopping.abort();
      }
      expect(seen).to.eql(['n1', 'n2', 'n3', 'late']);
      const since: string[] = [];
      const stop = new AbortController();
      const recent = new Date(`${DAY}15:00:00.000Z`);
      for await (const rows of followEvents(access, {
        condition: conditionOf({}),
        since: recent,
        signal: stop.signal,
      })) {
        since.push(...rows.map(({ id }) => id));
        stop.abort();
      }
      expect(since).to.eql(['r1', 'c1']);
    });
  });
});
