import { expect } from 'chai';
import type { Readable } from 'node:stream';
import { PLAIN_LAYOUT } from '../../../runtime/store/layout.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { openServerStore } from '../../../runtime/store/server.ts';
import { clickHouseStandIn, type StandIn } from './clickhouse-stand-in.ts';
import { temporaryStore, type TemporaryStore } from './embedded-store.ts';

/** ClickHouse refuses a setting that it does not know. */
describe('A store on a ClickHouse server', () => {
  let temporary: TemporaryStore;
  let server: StandIn;
  let store: Store;

  before(async () => {
    temporary = await temporaryStore();
    server = await clickHouseStandIn(temporary.store.location);
    store = openServerStore({ url: server.url, database: 'default', layout: PLAIN_LAYOUT });
  });
  after(async () => {
    await store.close();
    await server.close();
    await temporary.remove();
  });

  const textOf = async (stream: Readable): Promise<string> => (await stream.toArray()).map(String).join('');

  it('runs commands and reads, with settings that ClickHouse has', async () => {
    await store.command('CREATE TABLE default.counted (n UInt8) ENGINE = Memory');
    await store.command('INSERT INTO default.counted VALUES (7)');
    const request = { parameters: {}, database: 'default', format: 'JSONEachRow', settings: {} };
    expect(await textOf(await store.read({ sql: 'SELECT n FROM counted', ...request }))).to.equal('{"n":7}\n');
  });

  it('only reads where it is to read', async () => {
    const request = { parameters: {}, database: 'default', format: 'JSONEachRow', settings: {} };
    const refused = await store.read({ sql: 'DROP TABLE counted', ...request }).catch((error: unknown) => error);
    expect(String(refused)).to.match(/readonly/);
  });
});
