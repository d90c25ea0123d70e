import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { partitionTopic } from '../../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const TOPIC = 'persistent://acme/engine/journal';
const PARTITION = partitionTopic(TOPIC, 0);

describe('embedded broker, a topic that several create at once', () => {
  const temporary = temporaryFolder();
  after(() => {
    temporary.remove();
  });

  it('is created once: what is sent after the first had word is there after a restart', async () => {
    const broker = await createEmbeddedBroker({ folder: temporary.path });
    await broker.admin.createTenant('acme');
    await broker.admin.createNamespace('acme', 'engine', { timeMinutes: -1, sizeMb: -1 });
    const first = broker.admin.createPartitionedTopic(TOPIC, 1);
    // Until the commit of the first is under way.
    await nextTurn();
    const second = broker.admin.createPartitionedTopic(TOPIC, 1);
    await first;
    await send(broker, 'before the second had word');
    await second;
    await broker.close();

    const again = await createEmbeddedBroker({ folder: temporary.path });
    await send(again, 'after the restart');
    const reader = await again.createReader({ topic: PARTITION, from: 'Earliest' });
    const { payload } = await reader.next();
    await again.close();
    expect(payload.toString()).to.equal('before the second had word');
  });
});

async function send(broker: Broker, text: string): Promise<void> {
  const producer = await broker.createProducer({ topic: PARTITION });
  await producer.send({ payload: Buffer.from(text) });
  await producer.close();
}
