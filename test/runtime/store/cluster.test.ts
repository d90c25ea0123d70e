import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { onCluster } from '../../../runtime/store/cluster.ts';
import { grantStatements } from '../../../runtime/store/grants.ts';
import { tablesMigration } from '../../../runtime/store/migrations/1-tables.ts';
import { codecsAndIndexes } from '../../../runtime/store/migrations/2-codecs-and-indexes.ts';
import { foundation, migrations } from '../../../runtime/store/migrations/all.ts';
import { analystViews, tenantViews } from '../../../runtime/store/views.ts';
import { temporaryStore, type TemporaryStore } from './embedded-store.ts';

const acme = 'acme-clinic' as TenantName;
const target = { cluster: 'main', database: 'parlance' };

const placed = (statements: readonly string[]): readonly string[] =>
  statements.flatMap((statement) => onCluster(statement, target));

const tables = [...foundation('parlance'), ...migrations('parlance').flatMap(({ statements }) => statements)];
const first = [
  ...foundation('parlance'),
  ...tablesMigration('parlance').statements,
  ...codecsAndIndexes('parlance').statements,
];
const views = [...analystViews('parlance'), ...tenantViews('parlance', acme)];
const grants = { database: 'parlance', tenant: acme, platformUser: 'parlance', user: 'ana' };

/** No cluster and no users exist in the embedded engine: its parser, which is a server's, reads the statements. */
describe('SQL for a server', () => {
  let temporary: TemporaryStore;
  before(async () => {
    temporary = await temporaryStore();
  });
  after(() => temporary.remove());

  const parsed = async (statements: readonly string[]): Promise<readonly string[]> => {
    const canonical: string[] = [];
    for (const sql of statements) {
      const [row] = await temporary.store.query('SELECT formatQuerySingleLine({sql:String}) AS sql', { sql });
      canonical.push(String(row?.['sql']));
    }
    return canonical;
  };

  /** Written anew with UPDATE_GOLDEN=1; a difference is to be read, not waved through. */
  const expectGolden = async (name: string, statements: readonly string[]): Promise<void> => {
    const file = join(import.meta.dirname, 'golden', name);
    const text = (await parsed(statements)).map((sql) => `${sql};\n`).join('');
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, text);
    expect(text).to.equal(await readFile(file, 'utf8'));
  };

  describe('on a cluster', () => {
    it('is what the golden file says, for the tables of the first versions', () =>
      expectGolden('cluster.sql', placed(first)));

    it('names the cluster in every statement, and is read by ClickHouse', async () => {
      for (const sql of await parsed([...placed(tables), ...placed(views)])) expect(sql).to.contain('ON CLUSTER main');
    });

    it('replicates every table, with a window for tokens in the keeper', () => {
      const created = placed(tables).filter((sql) => /\bENGINE = \w*MergeTree/.test(sql));
      expect(created).not.to.deep.equal([]);
      for (const sql of created) {
        expect(sql).to.match(
          /ENGINE = Replicated\w+\('\/clickhouse\/tables\/(\{shard\}|everywhere)\/\{database\}\/\{table\}'/,
        );
        expect(sql).to.match(
          /[ ,\n]replicated_deduplication_window = \d+, replicated_deduplication_window_seconds = \d+/,
        );
        expect(sql).not.to.contain('non_replicated');
      }
    });

    it('puts a Distributed table in front, under the name that the platform knows', () => {
      const sharded = placed(tables).filter((sql) => sql.startsWith('CREATE TABLE IF NOT EXISTS parlance_local.'));
      for (const sql of sharded) {
        const [, name = ''] = /parlance_local\.(\w+)/.exec(sql) ?? [];
        const front = placed(tables).find((other) => other.startsWith(`CREATE TABLE IF NOT EXISTS parlance.${name} `));
        expect(front).to.contain(
          `AS parlance_local.${name}\nENGINE = Distributed(\`main\`, parlance_local, ${name}, cityHash64(`,
        );
      }
    });

    it('adds a column on both sides, an index only to what holds the rows', () => {
      expect(placed(['ALTER TABLE parlance.events ADD COLUMN IF NOT EXISTS cost Float64'])).to.deep.equal([
        'ALTER TABLE parlance_local.events ON CLUSTER `main` ADD COLUMN IF NOT EXISTS cost Float64',
        'ALTER TABLE parlance.events ON CLUSTER `main` ADD COLUMN IF NOT EXISTS cost Float64',
      ]);
      expect(placed(['ALTER TABLE parlance.events MATERIALIZE INDEX by_id'])).to.deep.equal([
        'ALTER TABLE parlance_local.events ON CLUSTER `main` MATERIALIZE INDEX by_id',
      ]);
      expect(() => placed(['ALTER TABLE parlance.events ADD COLUMN a String, ADD INDEX i a TYPE minmax'])).to.throw(
        'of their own',
      );
    });

    it('feeds a materialized view where the rows are', () => {
      const view =
        'CREATE MATERIALIZED VIEW IF NOT EXISTS parlance.v TO parlance.t AS SELECT tenant FROM parlance.events';
      expect(placed([view])).to.deep.equal([
        'CREATE MATERIALIZED VIEW IF NOT EXISTS parlance_local.v ON CLUSTER `main` TO parlance_local.t AS SELECT tenant FROM parlance_local.events',
      ]);
    });

    it('has a rule for every statement, or says so', () => {
      expect(() => placed(['OPTIMIZE TABLE parlance.events'])).to.throw('no rule in cluster.ts');
      expect(() => placed(['CREATE TABLE parlance.x (a Int8) ENGINE = MergeTree ORDER BY a'])).to.throw(
        'no sharding key',
      );
    });
  });

  describe("for a tenant's analysts", () => {
    it('is what the golden file says', () => expectGolden('grants.sql', grantStatements(grants)));

    it('is read by ClickHouse for a cluster too', async () => {
      const statements = grantStatements({ ...grants, cluster: 'main' });
      expect(await parsed(statements)).to.have.length(statements.length);
      for (const sql of statements) expect(sql).to.contain('ON CLUSTER `main`');
    });
  });
});
