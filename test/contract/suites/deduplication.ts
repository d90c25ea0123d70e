import { expect } from 'chai';
import type { Broker } from '../../../runtime/broker/port.ts';
import type { Suite } from '../driver.ts';
import { newPartition, payloads, take, text } from '../scene.ts';

async function everything(broker: Broker, topic: string, count: number): Promise<readonly string[]> {
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  const messages = await take(reader, count);
  await reader.close();
  return payloads(messages);
}

const DedupDropsRepeatedSequence: Suite = {
  needs: (declares) => declares.dedup,
  define(stage) {
    it('drops what is not above the last sequence id of the producer name, over a restart too', async () => {
      const { broker, restart } = stage();
      const topic = await newPartition(broker);
      const first = await broker.createProducer({ topic, name: 'outbox' });
      expect(await first.send(text('one', { sequenceId: 1 }))).to.be.a('string');
      expect(await first.send(text('five', { sequenceId: 5 }))).to.be.a('string');
      expect(await first.send(text('five again', { sequenceId: 5 }))).to.equal(undefined);
      expect(await first.send(text('three, late', { sequenceId: 3 }))).to.equal(undefined);
      await first.close();

      const reopened = await restart();
      const second = await reopened.createProducer({ topic, name: 'outbox' });
      expect(await second.send(text('five once more', { sequenceId: 5 }))).to.equal(undefined);
      expect(await second.send(text('six', { sequenceId: 6 }))).to.be.a('string');
      expect(await everything(reopened, topic, 3)).to.deep.equal(['one', 'five', 'six']);
      await second.close();
    });

    it('counts each producer name by itself', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      for (const name of ['a', 'b']) {
        const producer = await broker.createProducer({ topic, name });
        expect(await producer.send(text(`${name}1`, { sequenceId: 1 }))).to.be.a('string');
        await producer.close();
      }
      expect(await everything(broker, topic, 2)).to.deep.equal(['a1', 'b1']);
    });
  },
};

export const DEDUPLICATION: Readonly<Record<string, Suite>> = { DedupDropsRepeatedSequence };
