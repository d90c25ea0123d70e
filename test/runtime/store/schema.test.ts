import { spawn } from 'node:child_process';
import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { PLAIN_LAYOUT, layoutOf, type Layout } from '../../../runtime/store/layout.ts';
import { TENANT_TABLES } from '../../../runtime/store/cluster.ts';
import { migrations } from '../../../runtime/store/migrations/all.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { applySchema, createTenantViews, planSchema } from '../../../runtime/store/schema.ts';
import { StoreError } from '../../../runtime/store/errors.ts';
import { PARLANCE } from '../../parlance.ts';
import { clickHouseStandIn, type StandIn } from './clickhouse-stand-in.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';
import { EVENTS_A_CONVERSATION, insertRealisticEvents } from './realistic-events.ts';

const acme = 'acme' as TenantName;

describe("The store's schema", function () {
  this.timeout(120_000);
  let temporary: TemporaryStore;
  let store: Store;

  before(async () => {
    temporary = await temporaryStore();
    ({ store } = temporary);
    await applySchema(store);
    await createTenantViews(store, acme);
  });

  after(() => temporary.remove());

  /** The same engine, other tables. */
  const other = (database: string, changes: Partial<Store> = {}): Store => ({ ...store, database, ...changes });

  const shapeOf = async (database: string): Promise<readonly string[]> => {
    const rows = await store.query(
      `SELECT create_table_query AS sql FROM system.tables WHERE database IN ({d:String}, {a:String}) ORDER BY name`,
      { d: database, a: `${database}_analysis` },
    );
    return rows.map(({ sql }) => String(sql).replaceAll(new RegExp(`\\b${database}(?=[._])`, 'g'), 'parlance'));
  };

  const rowsIn = async (table: string): Promise<unknown> =>
    (await store.query(`SELECT count() AS n FROM ${table}`))[0]?.['n'];

  describe('migrations', () => {
    it('are numbered from 1 without a gap', () => {
      const versions = migrations('parlance').map(({ version }) => version);
      expect(versions).to.deep.equal(versions.map((_, index) => index + 1));
    });

    it('have nothing left to do once they have run', async () => {
      const { version, newest, changes } = await planSchema(store);
      expect(version).to.equal(newest);
      expect(changes.map(({ about }) => about)).to.deep.equal(['views']);
    });

    it('may run twice, statement by statement, and lose no row', async () => {
      await applySchema(other('twice'));
      await store.insert('twice.events', [eventRow({ id: 'e1' })], 'twice');
      for (const { statements } of migrations('twice')) {
        for (const statement of statements) await store.command(statement);
      }
      expect(await shapeOf('twice')).to.deep.equal(await shapeOf('parlance'));
      expect(await rowsIn('twice.events')).to.equal(1);
    });

    it('go on after a process was killed at any statement, and killed again at the next', async () => {
      const { changes } = await planSchema(other('killed'));
      const total = changes.filter(({ about }) => about !== 'views').flatMap(({ statements }) => statements).length;
      let kills = 0;
      for (let version = 0, left = 1; version < migrations('killed').length; left++) {
        let ran = 0;
        const command = async (sql: string): Promise<void> => {
          await store.command(sql);
          if (++ran === left) throw new Error('killed');
        };
        await applySchema(other('killed', { command })).catch(() => kills++);
        const planned = await planSchema(other('killed'));
        if (planned.version > version) left = 0;
        if (version === 0 && planned.version > 0)
          await store.insert('killed.events', [eventRow({ id: 'e1' })], 'killed');
        ({ version } = planned);
      }
      await applySchema(other('killed'));
      expect(kills).to.be.at.least(total);
      expect(await shapeOf('killed')).to.deep.equal(await shapeOf('parlance'));
      expect(await rowsIn('killed.events')).to.equal(1);
    });

    it('are refused to a program that knows fewer', async () => {
      const older = migrations('parlance').slice(0, -1);
      const refused = await applySchema(store, older).then(
        () => undefined,
        (error: unknown) => (error as StoreError).code,
      );
      expect(refused).to.equal('store-newer');
    });

    it('run once for all the sinks of a process that start together', async () => {
      const commands: string[] = [];
      const watched = other('together', {
        command: (sql) => {
          commands.push(sql);
          return store.command(sql);
        },
      });
      await Promise.all([applySchema(watched), applySchema(watched), applySchema(watched)]);
      expect(commands).to.have.length(new Set(commands).size);
      const ran = commands.length;
      await applySchema(watched);
      expect(commands, 'for a sink that comes later').to.have.length(ran);
    });
  });

  describe('processes at one server', () => {
    let server: StandIn;
    before(async () => {
      server = await clickHouseStandIn(store.location);
    });
    after(() => server.close());

    const parlance = (database: string, ...args: string[]): Promise<{ code: number | null; text: string }> =>
      new Promise((resolve) => {
        const env = { ...process.env, PARLANCE_STORE_URL: server.url, PARLANCE_STORE_DATABASE: database };
        const child = spawn(process.execPath, [...PARLANCE, 'store', ...args], {
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let text = '';
        child.stdout.on('data', (chunk) => (text += String(chunk)));
        child.stderr.on('data', (chunk) => (text += String(chunk)));
        child.once('close', (code) => {
          resolve({ code, text });
        });
      });

    it('migrate it at the same time, and tell what they do', async () => {
      const outcomes = await Promise.all([parlance('raced', 'migrate'), parlance('raced', 'migrate')]);
      for (const { code, text } of outcomes) {
        expect([code, text]).to.satisfy(
          ([status, lines]: [number, string]) => status === 0 && /is at version \d+\.\n$/.test(lines),
          text,
        );
      }
      expect(await shapeOf('raced')).to.deep.equal(await shapeOf('parlance'));
      expect(await rowsIn('raced.migrations FINAL')).to.equal(migrations('raced').length);
    });

    it('tell its version, what is pending, and how big its tables are', async () => {
      const old = other('old');
      await applySchema(old, migrations('old').slice(0, 1));
      await store.insert('old.events', [eventRow({ id: 'e1' })], 'old');
      const { code, text } = await parlance('old', 'status', '--json');
      expect(code, text).to.equal(0);
      const status = JSON.parse(text) as { pending: unknown[]; tables: { table: string; rows: number }[] };
      expect(status).to.include({ version: 1, newest: migrations('old').length });
      expect(status.pending).to.have.length(migrations('old').length - 1);
      expect(status.tables.find(({ table }) => table === 'events')?.rows).to.equal(1);
    });

    it('print the statements, with --dry-run, and run none', async () => {
      const { code, text } = await parlance('dry', 'migrate', '--dry-run');
      expect(code).to.equal(0);
      expect(text)
        .to.match(/^-- The store is at version 0;/)
        .and.contain('CREATE TABLE IF NOT EXISTS dry.events');
      expect(await shapeOf('dry')).to.deep.equal([]);
    });
  });

  describe('tables', () => {
    it('remember the tokens of inserts, each of them and each target of a materialized view', async () => {
      const without = await store.query(
        `SELECT concat(database, '.', name) AS table FROM system.tables
         WHERE database NOT IN ('system', 'default') AND engine LIKE '%MergeTree'
           AND toUInt32OrZero(extract(engine_full, 'non_replicated_deduplication_window = (\\d+)')) < 100`,
      );
      expect(without, 'set DURABLE').to.deep.equal([]);
    });

    it('feed a view once, though the insert is repeated', async () => {
      const window = 'SETTINGS non_replicated_deduplication_window = 100';
      await store.command(
        'CREATE TABLE parlance.counted (type String, n UInt64) ENGINE = SummingMergeTree ORDER BY type ' + window,
      );
      await store.command(
        'CREATE MATERIALIZED VIEW parlance.counting TO parlance.counted AS SELECT type, count() AS n FROM parlance.events GROUP BY type',
      );
      try {
        for (let repeats = 0; repeats < 3; repeats++)
          await store.insert('parlance.events', [eventRow({ id: 'v1' })], 'fed');
        expect((await store.query('SELECT sum(n) AS n FROM parlance.counted'))[0]).to.deep.equal({ n: 1 });
      } finally {
        await store.command('DROP TABLE parlance.counting');
        await store.command('DROP TABLE parlance.counted');
      }
    });

    it('have a place on a cluster and a row policy where they hold rows of tenants', async () => {
      const rows = await store.query(
        `SELECT table FROM system.columns WHERE database = 'parlance' AND name = 'tenant' ORDER BY table`,
      );
      expect(rows.map(({ table }) => table)).to.have.members([...TENANT_TABLES]);
    });

    it('take less than two thirds of the disk that ClickHouse left alone would, indexes included', async () => {
      const bytesAnEvent = async (database: string): Promise<number> => {
        await store.command(insertRealisticEvents(`${database}.events`, 5_000));
        await store.command(`OPTIMIZE TABLE ${database}.events FINAL`);
        const [row] = await store.query(
          `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'events' AND database = {d:String}`,
          { d: database },
        );
        return Number(row?.['bytes']) / (5_000 * EVENTS_A_CONVERSATION);
      };
      const plain = other('plain');
      await applySchema(plain, migrations('plain').slice(0, 1));
      const [before, after] = [await bytesAnEvent('plain'), await bytesAnEvent('parlance')];
      expect(after / before, `${before} and ${after} bytes an event`).to.be.below(0.66);
    });

    it('find one person, one message, one event and what it caused without reading the most of it', async () => {
      const [some] = await store.query(
        `SELECT contact, id, causation, message FROM parlance_analysis.events WHERE type = 'message.sent' LIMIT 1`,
      );
      const share = async (view: string, column: string, value: unknown): Promise<number> => {
        const plan = await store.query(
          `EXPLAIN indexes = 1 SELECT * FROM parlance_analysis.${view} WHERE ${column} = {v:String}`,
          {
            v: value,
          },
        );
        const granules = plan
          .map(({ explain }) => /Granules: (\d+)\/(\d+)/.exec(String(explain)))
          .filter((found) => found !== null);
        const last = granules.at(-1);
        return Number(last?.[1]) / Number(last?.[2]);
      };
      for (const column of ['id', 'causation', 'message']) {
        expect(await share('events', column, some?.[column]), column).to.be.below(0.5);
      }
      expect(await share('messages', 'message', some?.['message'])).to.be.below(0.5);
      expect(await share('events', 'contact', 'c-of nobody')).to.equal(0);
      expect(await share('steps', 'contact', 'c-of nobody')).to.satisfy((part: number) => !(part > 0));
    });
  });

  describe('old rows', () => {
    const aging = { events: 24, steps: 0, dead_letters: 3, samples: 6 };

    const ttlOf = async (table: string): Promise<string | undefined> => {
      const [row] = await store.query(
        `SELECT engine_full AS e FROM system.tables WHERE database = 'aged' AND name = {t:String}`,
        {
          t: table,
        },
      );
      return / TTL (.*) SETTINGS/.exec(String(row?.['e']))?.[1];
    };

    const applied = async (layout: Layout): Promise<readonly string[]> => {
      const aged = other('aged', { layout });
      const { changes } = await planSchema(aged);
      await applySchema(aged);
      return changes.find(({ about }) => about === 'what becomes of old rows')?.statements ?? [];
    };

    it('are deleted after as many months as the configuration says, table by table', async () => {
      expect(await applied({ ...PLAIN_LAYOUT, keepMonths: aging })).to.have.length(3);
      expect(await ttlOf('events')).to.equal('toDateTime(published) + toIntervalMonth(24)');
      expect(await ttlOf('steps')).to.equal(undefined);
      expect(await ttlOf('dead_letters')).to.equal('toDateTime(published) + toIntervalMonth(3)');
      expect(await ttlOf('samples')).to.equal('toDateTime(start) + toIntervalMonth(6)');
    });

    it('follow the configuration at the next start, and are left alone where it has not changed', async () => {
      expect(await applied({ ...PLAIN_LAYOUT, keepMonths: aging })).to.deep.equal([]);
      expect(await applied({ ...PLAIN_LAYOUT, keepMonths: { ...aging, events: 6 } })).to.have.length(1);
      expect(await ttlOf('events')).to.equal('toDateTime(published) + toIntervalMonth(6)');
      await applied(PLAIN_LAYOUT);
      expect(await ttlOf('events')).to.equal(undefined);
    });

    it('go, and newer ones stay', async () => {
      const keepMonths = { ...aging, events: 1 };
      await applied({ ...PLAIN_LAYOUT, keepMonths });
      const now = new Date().toISOString();
      const rows = [eventRow({ id: 'old' }), eventRow({ id: 'new', published: now, time: now })];
      await store.insert('aged.events', rows.slice(0, 1), 'old');
      await store.insert('aged.events', rows.slice(1), 'new');
      await store.command('OPTIMIZE TABLE aged.events FINAL');
      expect(await store.query('SELECT id FROM aged.events')).to.deep.equal([{ id: 'new' }]);
    });

    it('are moved to another volume before', async () => {
      // The embedded engine has one volume; a server's policy names more.
      const layout = { ...PLAIN_LAYOUT, keepMonths: aging, cold: { volume: 'default', afterMonths: 2 } };
      expect(await applied(layout)).to.have.length(4);
      expect(await ttlOf('steps')).to.equal("toDateTime(now) + toIntervalMonth(2) TO VOLUME 'default'");
      expect(await applied(layout)).to.deep.equal([]);
    });

    it('need a policy that the server has', async () => {
      const refused = await applied({ ...PLAIN_LAYOUT, storagePolicy: 'tiered' }).catch((error: unknown) => error);
      expect(String(refused)).to.match(/[Ss]torage policy/);
    });

    it('are configured without contradiction', () => {
      const nothing = {
        url: 'http://h:8123',
        keepEventsMonths: 0,
        keepStepsMonths: 0,
        keepDeadLettersMonths: 0,
        keepSamplesMonths: 0,
        coldAfterMonths: 0,
      };
      for (const wrong of [{ url: 'embedded', cluster: 'main' }, { coldAfterMonths: 3 }, { coldVolume: 'cold' }]) {
        expect(() => layoutOf({ ...nothing, ...wrong }), JSON.stringify(wrong)).to.throw(StoreError);
      }
      expect(layoutOf({ ...nothing, coldVolume: 'cold', coldAfterMonths: 3 }).cold).to.deep.equal({
        volume: 'cold',
        afterMonths: 3,
      });
    });
  });
});
