import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import { historyRoutes } from '../../../../runtime/history/routes.ts';
import { createAdminServer } from '../../../../runtime/http/admin.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { sqlOverHttp } from '../../../../runtime/store/sql-http.ts';
import { until } from '../../../connectors/until.ts';
import { machineOf } from '../../../dsl/given-when-then.ts';
import { requirePart } from '../../../require-part.ts';
import { KEYS, pythonFound, Terminal } from '../../../terminal.ts';
import { DEFINITIONS } from '../../engine/state-format/definitions.ts';
import { World } from '../../history/world.ts';
import { temporaryStore, type TemporaryStore } from '../../store/embedded-store.ts';
import { PARTITIONS, acme, brokerWithTenant, recordedLog } from '../../store/tenant-under-test.ts';

describe('in a terminal', function () {
  this.timeout(120_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let sink: Sink;
  let world: World;
  let close: () => Promise<void>;
  let home: string;

  /** One conversation, told to its end; the platform answers on the data folder. */
  before(async function () {
    requirePart(this, 'Python 3 with its module pty', pythonFound(), 'apt-get install python3');
    home = mkdtempSync(join(tmpdir(), 'parlance-home-'));
    temporary = await temporaryStore();
    const { store, folder } = temporary;
    broker = await brokerWithTenant(folder);
    sink = new Sink({ broker, store, tenant: acme, log: recordedLog(), limits: { lingerMs: 5 } });
    world = await World.begin(broker, folder, PARTITIONS);
    const machine = machineOf(DEFINITIONS[0] ?? '');
    await world.putInForce([
      { kind: 'version', machine },
      { kind: 'activate', hash: machine.hash, by: 'command' },
    ]);
    await world.settled();
    await world.say([
      ['ana', 'survey'],
      ['ana', 'fine'],
    ]);
    await world.settled();
    await sink.settled();
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    const routes = historyRoutes({ broker, store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock });
    const mount = { tenant: acme, prefix: '', routes, upgrades: [] };
    const server = createAdminServer(admin, recordedLog(), sqlOverHttp(store), () => [mount]);
    await server.listen(folder);
    close = () => server.close(1_000);
  });

  after(async () => {
    await close();
    await world.close();
    await sink.stop();
    await broker.close();
    await temporary.remove();
    rmSync(home, { recursive: true });
  });

  let opened: Terminal | undefined;
  afterEach(() => opened?.close());
  const open = (...words: readonly string[]): Terminal => {
    opened = new Terminal([...words, '--data', temporary.folder, '--tenant', acme], { XDG_STATE_HOME: home });
    return opened;
  };

  it('debug goes back and forth through a conversation by its keys', async () => {
    const started = world.records.flatMap(({ outputs }) => outputs).find(({ type }) => type === 'conversation.started');
    const terminal = open('debug', started?.conversation ?? '');
    await terminal.shows(/1 of 2 .*← message\.received.*q quit/s);
    terminal.press(KEYS.right);
    await terminal.shows(/2 of 2 .*it is not under way/s);
    terminal.press(KEYS.left);
    await terminal.shows(/1 of 2 .*it is in ask-mood/s);
    terminal.press(KEYS.end);
    await terminal.shows(/2 of 2 /);
    terminal.press(KEYS.home);
    await terminal.shows(/1 of 2 /);
    terminal.press('g');
    await terminal.shows(/go to: /);
    terminal.press('2');
    await terminal.shows(/go to: 2/);
    terminal.press(KEYS.enter);
    await terminal.shows(/2 of 2 /);
    expect(terminal.text).not.to.match(/Warning|stored until/);
    terminal.press('q');
    expect(await terminal.ended()).to.equal(0);
  });

  it('sql completes with Tab, drops a line and ends a query with Ctrl-C, remembers, and ends with Ctrl-D', async () => {
    const terminal = open('sql');
    await terminal.shows(/parlance> /);
    terminal.press('SELECT count() AS told FROM conversatio');
    await terminal.shows(/FROM conversatio$/);
    terminal.press(KEYS.tab);
    await terminal.shows(/n$/);
    terminal.press(KEYS.tab);
    await terminal.shows(/conversation +conversations/);
    terminal.press(`s;${KEYS.enter}`);
    await terminal.shows(/told.*│ +1 │.*parlance> /s);
    terminal.press('SELECT nonsense');
    await terminal.shows(/SELECT nonsense$/);
    terminal.press(KEYS.controlC);
    await terminal.shows(/parlance> $/);
    terminal.press(`SELECT 41 + 1 AS sum;${KEYS.enter}`);
    await terminal.shows(/sum.*│ +42 │.*parlance> /s);
    terminal.press(`SELECT count() FROM numbers(3000000000) WHERE cityHash64(number) = 1;${KEYS.enter}`);
    await terminal.shows(/it runs; Ctrl-C ends it/);
    terminal.press(KEYS.controlC);
    await terminal.shows(/Ended\..*parlance> /s);
    // The embedded engine goes on with it for a while, and must be rid of it before the next tests.
    const running = "SELECT count() AS queries FROM system.processes WHERE query LIKE '%cityHash64(number) = 1%'";
    await until(
      'it has ended',
      async () => Number((await temporary.store.query(running))[0]?.['queries']) <= 1,
      60_000,
    );
    terminal.press(KEYS.up + KEYS.up);
    await terminal.shows(/SELECT 41 \+ 1 AS sum;$/);
    terminal.press(KEYS.enter);
    await terminal.shows(/│ +42 │.*parlance> /s);
    terminal.press(KEYS.controlD);
    expect(await terminal.ended()).to.equal(0);
    const kept = readFileSync(join(home, 'parlance', 'sql-history'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(kept.at(-1)).to.equal('SELECT 41 + 1 AS sum;');
    expect(kept.join('\n')).not.to.contain('nonsense');
  });

  for (const { noColor, heading } of [
    { noColor: '', heading: '\u001B[1mtold\u001B[0m' },
    { noColor: '1', heading: '─told─' },
  ]) {
    it(`sql has ${noColor === '' ? 'its headings stand out' : 'no colours with NO_COLOR'}`, async () => {
      opened = new Terminal(
        ['sql', 'SELECT count() AS told FROM events', '--data', temporary.folder, '--tenant', acme],
        { NO_COLOR: noColor },
      );
      expect(await opened.ended()).to.equal(0);
      expect(opened.raw).to.contain(heading);
      expect(opened.text === opened.raw).to.equal(noColor !== '');
    });
  }
});
