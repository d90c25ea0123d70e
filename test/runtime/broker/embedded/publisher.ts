/**
 * A process to be killed: publishes to every partition without pause and writes one line to standard output for each
 * message once the broker says that it is durable: `PARTITION NUMBER MESSAGE-ID`. Arguments: folder, run, partitions.
 */
import { writeSync } from 'node:fs';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { partitionTopic } from '../../../../channels/topics.ts';
import { KILL_TOPIC, payloadOf } from './kill-scene.ts';

const [folder = '', run = '', partitions = '1'] = process.argv.slice(2);
const IN_FLIGHT = 50;

const broker = await createEmbeddedBroker({ folder });
await Promise.all(
  Array.from({ length: Number(partitions) }, async (_, partition) => {
    const topic = partitionTopic(KILL_TOPIC, partition);
    const producer = await broker.createProducer({ topic, name: 'publisher' });
    const consumer = await broker.subscribe({ topic, subscription: 'reader', type: 'Failover' });
    const consume = async (): Promise<never> => {
      for (;;) await consumer.acknowledge((await consumer.receive()).id);
    };
    void consume();
    let number = 0;
    const publish = async (): Promise<never> => {
      for (;;) {
        const mine = number++;
        const id = await producer.send({ payload: payloadOf(run, mine), key: `k${mine % 7}`, properties: { run } });
        tell(`${partition} ${mine} ${String(id)}\n`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publish));
  }),
);

/** At once, since a kill may come next; waits while whoever listens is slow to read. */
function tell(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
