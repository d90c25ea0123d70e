import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TenantName } from '../../../../channels/brands.ts';
import { channelTopic, partitionTopic } from '../../../../channels/topics.ts';
import { BURST_MAX } from '../../../../runtime/broker/embedded/burst.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const TENANT = 'acme' as TenantName;
const TOPIC = partitionTopic(channelTopic(TENANT, 'messaging'), 0);
const BACKLOG = 20 * BURST_MAX;

describe('embedded broker, a backlog', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: EmbeddedBroker;

  before(async () => {
    folder = temporaryFolder();
    broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, TENANT, 1);
    const producer = await broker.createProducer({ topic: TOPIC });
    await Promise.all(Array.from({ length: BACKLOG }, (_, at) => producer.send({ payload: Buffer.from(`${at}`) })));
  });

  after(async () => {
    await broker.close();
    folder.remove();
  });

  it('is read in bursts, whole and in order, and everything else goes on in between', async () => {
    const reader = await broker.createReader({ topic: TOPIC, from: 'Earliest' });
    await takesTurns(() => reader.next());
    await reader.close();
  });

  it('is received in bursts too', async () => {
    const consumer = await broker.subscribe({ topic: TOPIC, subscription: 'slow', type: 'Failover' });
    await takesTurns(() => consumer.receive());
    await consumer.close();
  });

  it('is left where it is by a reader that is closed between two bursts', async () => {
    const reader = await broker.createReader({ topic: TOPIC, from: 'Earliest' });
    for (let at = 0; at < BURST_MAX; at++) await reader.next();
    const next = reader.next();
    await Promise.all([assert.rejects(next, { code: 'broker-closed' }), reader.close()]);
  });
});

/** Everything else: here, something that goes on once each turn of the event loop. */
async function takesTurns(next: () => Promise<{ readonly payload: Buffer }>): Promise<void> {
  let turns = 0;
  let done = false;
  const goOn = (): void => {
    turns += 1;
    if (!done) setImmediate(goOn);
  };
  setImmediate(goOn);
  for (let at = 0; at < BACKLOG; at++) assert.equal((await next()).payload.toString(), `${at}`);
  done = true;
  assert.ok(turns >= BACKLOG / BURST_MAX - 1, `${turns} turns of the event loop`);
}
