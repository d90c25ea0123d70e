import { expect } from 'chai';
import { isDirectlyAfter, messageIdParts, type MessageId } from '../../runtime/broker/message-id.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import type { OpenDriver } from './driver.ts';
import { defined, newPartition, payloads, take, text, texts } from './scene.ts';

const COUNT = 200;

/** What holds of positions inside a batch, on a driver of a real Pulsar: that is how it keeps what is sent at once. */
export function batchPositions(openDriver: OpenDriver): void {
  describe('messages that are sent at once', () => {
    let broker: Broker;

    before(async () => {
      broker = await openDriver();
    });

    after(() => broker.close());

    /** A topic with messages that the broker keeps as batches, and a position in the middle of one. */
    async function batched(): Promise<{ topic: string; ids: readonly MessageId[]; middle: number }> {
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const sent = await Promise.all(texts(COUNT).map((payload) => producer.send(text(payload))));
      const ids = sent.map((id) => defined(id, 'id'));
      await producer.close();
      const middle = ids.findIndex((id, at) => at > 20 && isInside(id, ids[at + 1]));
      expect(middle, `a message with another behind it in the same batch, among ${ids.join(' ')}`).to.be.above(20);
      return { topic, ids, middle };
    }

    it('stand directly after one another', async () => {
      const { ids } = await batched();
      for (let at = 1; at < ids.length; at++) {
        const [before, after] = [defined(ids[at - 1], 'id'), defined(ids[at], 'id')];
        if (messageIdParts(before)[0] !== messageIdParts(after)[0]) continue;
        expect(isDirectlyAfter(after, before), `${after} directly after ${before}`).to.equal(true);
      }
    });

    it('are read on from the middle of a batch', async () => {
      const { topic, ids, middle } = await batched();
      const reader = await broker.createReader({ topic, from: { after: defined(ids[middle], 'id') } });
      expect(payloads(await take(reader, 5))).to.deep.equal(texts(COUNT).slice(middle + 1, middle + 6));
      await reader.close();
    });

    it('are consumed on from the middle of a batch after a seek', async () => {
      const { topic, ids, middle } = await batched();
      const consumer = await broker.subscribe({ topic, subscription: 'seek', type: 'Exclusive' });
      await take(consumer, COUNT);
      await consumer.seek({ after: defined(ids[middle], 'id') });
      expect(payloads(await take(consumer, 5))).to.deep.equal(texts(COUNT).slice(middle + 1, middle + 6));
      await consumer.close();
    });

    it('come again from the middle of a batch, where only its beginning was acknowledged', async () => {
      const { topic, ids, middle } = await batched();
      const first = await broker.subscribe({ topic, subscription: 'acked', type: 'Exclusive' });
      await take(first, COUNT);
      await first.acknowledgeCumulative(defined(ids[middle], 'id'));
      await first.close();
      const second = await broker.subscribe({ topic, subscription: 'acked', type: 'Exclusive' });
      expect(payloads(await take(second, 5))).to.deep.equal(texts(COUNT).slice(middle + 1, middle + 6));
      await second.close();
    });

    it('are not lost behind an acknowledgement of what was never delivered', async () => {
      const { topic, ids, middle } = await batched();
      await broker.admin.createSubscription(topic, 'ahead', 'Earliest');
      const ahead = await broker.subscribe({ topic, subscription: 'ahead', type: 'Failover', receiverQueueSize: 1 });
      await ahead.acknowledgeCumulative(defined(ids[middle], 'id'));
      await ahead.close();
      const consumer = await broker.subscribe({ topic, subscription: 'ahead', type: 'Failover' });
      const rest = texts(COUNT).slice(middle + 1);
      const came = payloads(await take(consumer, rest.length));
      expect(came[0], 'the first to come').to.be.oneOf(texts(COUNT).slice(0, middle + 2));
      expect(came, 'all that came, in order').to.deep.equal(
        texts(COUNT)
          .slice(texts(COUNT).indexOf(defined(came[0], 'payload')), COUNT)
          .slice(0, rest.length),
      );
      await consumer.close();
    });
  });
}

/** The next message lies in the same entry. */
function isInside(id: MessageId, next: MessageId | undefined): boolean {
  if (next === undefined) return false;
  const [ledger, entry, index] = messageIdParts(id);
  const [nextLedger, nextEntry] = messageIdParts(next);
  return index >= 1 && ledger === nextLedger && entry === nextEntry;
}
