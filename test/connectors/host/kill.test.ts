import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { foldBatch, type Folded } from '../../../runtime/store/sink/fold.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { stored } from '../../runtime/events/scene.ts';
import { PARTITIONS, Scene, TENANT } from '../scene.ts';
import { until } from '../until.ts';
import { oneCarrier } from './one-carrier.ts';

const KILLED_HOST = fileURLToPath(new URL('./killed-host.ts', import.meta.url));
const REQUESTS = 12;

describe('A connector host that is killed while a connector states something', function () {
  this.timeout(60_000);
  let scene: Scene;
  let connectors: Connectors | undefined;

  beforeEach(async () => {
    scene = new Scene();
    await scene.open();
  });
  afterEach(async () => {
    await connectors?.stop();
    connectors = undefined;
    await scene.remove();
  });

  const killed = async (moment: string, count: number): Promise<void> => {
    const child = spawn(process.execPath, ['--import', 'tsx', KILLED_HOST, scene.folder, moment, count.toString()], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal, `the process ended by itself, with ${String(code)}`).to.equal('SIGKILL');
  };

  /** As the sink stores it: what a source stated again adds no row. */
  const storedRows = async (): Promise<Folded> => {
    const batch = await Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => {
        const topic = partitionTopic(channelTopic(TENANT, 'messaging'), partition);
        return {
          feed: { topic, partition, of: 'messaging' as const },
          messages: await stored(scene.broker, topic),
        };
      }),
    );
    return foldBatch({ tenant: TENANT, batch: 1, codec: PLAIN_CODEC }, new Map(), batch);
  };

  const moments = ['before the broker has it', 'before it is confirmed', 'before the request is completed'];
  for (const moment of moments) {
    it(`says everything once: ${moment}`, async () => {
      const requests = [];
      for (let n = 0; n < REQUESTS; n++) {
        requests.push(await scene.request(`tel:+121255501${(10 + n).toString()}`, 'hi', { connector: 'sms' }));
      }
      await scene.close();
      for (const count of [1, 3, 2]) await killed(moment, count);

      await scene.open();
      connectors = scene.connectors({ sms: oneCarrier() });
      await connectors.start();
      await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
      await connectors.stop();
      connectors = undefined;
      const { events, duplicates } = await storedRows();
      const causes = events.filter(({ type }) => type === 'message.sent').map(({ causation }) => causation);
      expect(causes.toSorted()).to.deep.equal(requests.map(({ id }) => id as string).toSorted());
      // Else this moment was not met: the broker had statements that nobody knew of.
      if (moment === 'before it is confirmed') expect(duplicates, 'statements made again').to.be.greaterThan(0);
    });
  }
});
