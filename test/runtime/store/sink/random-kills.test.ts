import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { openBroker } from '../../../../runtime/broker/open.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { checkTenant } from '../../../../runtime/store/check/check-tenant.ts';
import { openStore } from '../../../../runtime/store/client.ts';
import { applySchema } from '../../../../runtime/store/schema.ts';
import type { Store } from '../../../../runtime/store/port.ts';
import type { SinkPoint } from '../../../../runtime/store/sink/reign.ts';
import { pulsarDrivers } from '../../../pulsar/drivers.ts';
import { pulsarOfSuite } from '../../../pulsar/of-suite.ts';
import { Random } from '../../../simulation/random.ts';
import { acme, PARTITIONS } from '../tenant-under-test.ts';
import { publishTraffic, type Traffic } from './kept-traffic.ts';

/** Each night a million, killed 50 times. */
const EVENTS = Number(process.env['SINK_EVENTS'] ?? 20_000);
const KILLS = Number(process.env['SINK_KILLS'] ?? 5);
const SEED = Number(process.env['SINK_SEED'] ?? 1);

/** Of one life, were there no kill. */
const BATCHES_A_LIFE = 10;

/** Each night also on a real Pulsar: `pulsar`, by each driver that can be had. */
const BROKER = process.env['SINK_BROKER'] ?? 'embedded';

const POINTS: readonly SinkPoint[] = ['received', 'announced', 'inserted', 'marked', 'acknowledged'];

interface Address {
  readonly url: string;
  readonly adminUrl?: string;
}

if (BROKER === 'embedded') {
  killedAtRandom((folder) => ({ url: `embedded:${join(folder, 'broker')}` }));
} else {
  for (const driver of pulsarDrivers) {
    describe(`On a real Pulsar (${driver.name})`, () => {
      const pulsar = pulsarOfSuite();
      killedAtRandom(() => ({ url: driver.urlOf(pulsar()), adminUrl: pulsar().webUrl }));
    });
  }
}

function killedAtRandom(addressIn: (folder: string) => Address): void {
  describe('The store sink, killed at random', function () {
    this.timeout(120_000 + EVENTS * 3);
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parlance-kills-'));
    });

    after(() => rm(folder, { recursive: true, force: true }));

    it(`${KILLS} times over ${EVENTS} events, has each event and step once, by the check and by counting`, async () => {
      const random = new Random(SEED, 'kills');
      const address = addressIn(folder);
      const location = join(folder, 'store');
      const before = await openBroker(address.url, address);
      await createTenant(before.admin, acme, PARTITIONS);
      const traffic = await publishTraffic(before, EVENTS, new Random(SEED, 'traffic'));
      await before.close();
      const prepared = await openStore({ location });
      await applySchema(prepared);
      // A merge would hide a doubled row from whoever counts: in no process is there one.
      for (const table of ['events', 'steps', 'dead_letters']) {
        await prepared.command(
          `ALTER TABLE parlance.${table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`,
        );
      }
      await prepared.close();
      const rows = Math.ceil(EVENTS / KILLS / BATCHES_A_LIFE);
      for (let kill = 0; kill < KILLS; kill++) {
        const point = random.pick(POINTS);
        // Received is more at once than a batch. Together these lives store about half of everything.
        const nth = random.between(1, point === 'received' ? BATCHES_A_LIFE / 2 : BATCHES_A_LIFE);
        const life = await live(address, location, rows, point, nth, random.below(30));
        expect(life, `life ${kill}, ${point} ${nth}`).to.equal('SIGKILL');
      }
      expect(await live(address, location, rows, 'never', 0, 0)).to.equal(null);
      const store = await openStore({ location });
      const broker = await openBroker(address.url, address);
      try {
        expect(await counted(store)).to.deep.equal(traffic);
        const merged = await store.query(
          "SELECT table, name FROM system.parts WHERE database = 'parlance' AND active AND min_block_number != max_block_number AND table IN ('events', 'steps', 'dead_letters')",
        );
        expect(merged, 'merged parts').to.deep.equal([]);
        const parts = { broker, store, tenant: acme, codec: PLAIN_CODEC, clock: systemClock, newId: () => 'check' };
        const { topics } = await checkTenant({ ...parts, isRepair: false });
        expect(topics.flatMap(({ findings }) => findings)).to.deep.equal([]);
        expect(topics.every(({ mark, last }) => mark === last)).to.equal(true);
      } finally {
        await store.close();
        await broker.close();
      }
    });
  });
}

/** Resolves with the signal that ended it. */
async function live(
  { url, adminUrl }: Address,
  location: string,
  rows: number,
  point: string,
  nth: number,
  delayMs: number,
): Promise<unknown> {
  const script = 'test/runtime/store/sink/killed-at-random.ts';
  const args = [location, rows, point, nth, delayMs, url, ...(adminUrl === undefined ? [] : [adminUrl])].map(String);
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(code, 'it fails at nothing').to.be.oneOf([0, null]);
  return signal;
}

/** Rows, not events: a doubled one counts twice. */
async function counted(store: Store): Promise<Traffic> {
  const [events] = await store.query(
    `SELECT countIf(sequence > 0) AS numbered, sum(sequence) AS sequences, countIf(sequence = 0) AS unnumbered
     FROM parlance.events`,
  );
  const [steps] = await store.query('SELECT count() AS n FROM parlance.steps');
  const [deadLetters] = await store.query('SELECT count() AS n FROM parlance.dead_letters');
  return {
    numbered: Number(events?.['numbered']),
    sequences: Number(events?.['sequences']),
    unnumbered: Number(events?.['unnumbered']),
    steps: Number(steps?.['n']),
    deadLetters: Number(deadLetters?.['n']),
  };
}
