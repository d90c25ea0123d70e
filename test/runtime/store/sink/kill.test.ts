import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { openStore } from '../../../../runtime/store/client.ts';
import type { SinkPoint } from '../../../../runtime/store/sink/reign.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { acme, brokerWithTenant, channel, eventMessage, recordedLog, sendAll } from '../tenant-under-test.ts';

const EVENTS = 600;

/** The nth time at which a life comes to each point at which it may be killed: one that is added must be here too. */
const KILLED_AT: Readonly<Record<SinkPoint, readonly number[]>> = {
  ...{ received: [1], announced: [1, 2], inserted: [1, 2, 1, 1], marked: [1], acknowledged: [1] },
};

const MOMENTS = Object.entries(KILLED_AT).flatMap(([point, times]) => times.map((nth) => [point, nth] as const));

describe('The store sink, killed', function () {
  this.timeout(180_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parlance-kill-'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('with SIGKILL at every moment of a batch, has each event once', async () => {
    const before = await brokerWithTenant(folder);
    const messages = Array.from({ length: EVENTS }, (_, at) => eventMessage(at + 1));
    const last = (await sendAll(before, channel('messaging'), messages)).at(-1);
    await before.close();
    for (const [point, nth] of MOMENTS) {
      const script = join(import.meta.dirname, 'killed-sink.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, folder, point, nth.toString()], {
        stdio: 'inherit',
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      expect(signal, `at ${point}`).to.equal('SIGKILL');
    }
    const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
    const store = await openStore({ location: join(folder, 'store') });
    const sink = new Sink({ broker, store, tenant: acme, log: recordedLog(), limits: { rows: 40, lingerMs: 5 } });
    try {
      await sink.waitForMark(last === undefined ? {} : { [channel('messaging')]: last });
      expect(sink.metrics().events, 'the kills fell on work in flight').to.be.within(1, EVENTS - 1);
      const counted =
        'SELECT count() AS n, uniqExact(sequence) AS distinct, max(sequence) AS newest FROM parlance.events';
      expect(await store.query(counted)).to.deep.equal([{ n: EVENTS, distinct: EVENTS, newest: EVENTS }]);
    } finally {
      await sink.stop();
      await store.close();
      await broker.close();
    }
  });
});
