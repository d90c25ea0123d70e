import { expect } from 'chai';
import type { Suite } from '../driver.ts';
import { defined, eventually, newPartition, payloads, publish, take, texts, within } from '../scene.ts';

const ReaderReadsFromPosition: Suite = {
  define(stage) {
    it('reads from the earliest message, again and again', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(5));
      for (const round of ['first', 'second']) {
        const reader = await broker.createReader({ topic, from: 'Earliest' });
        expect(payloads(await take(reader, 5)), round).to.deep.equal(texts(5));
        await reader.close();
      }
    });

    it('reads on after a message', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const ids = await publish(broker, topic, texts(5));
      const reader = await broker.createReader({ topic, from: { after: defined(ids[2], 'id') } });
      expect(payloads(await take(reader, 2))).to.deep.equal(['m3', 'm4']);
      await reader.close();
    });

    it('reads from a time', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, ['old']);
      const between = Date.now() + 2;
      await eventually(() => Date.now() > between + 2, 'the clock has moved on');
      await publish(broker, topic, ['new']);
      const reader = await broker.createReader({ topic, from: { timeMs: between } });
      expect(payloads(await take(reader, 1))).to.deep.equal(['new']);
      await reader.close();
    });
  },
};

const ReaderWaitsForWhatComes: Suite = {
  define(stage) {
    it('resolves next once a message is published', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, ['old']);
      const reader = await broker.createReader({ topic, from: 'Latest' });
      const next = reader.next();
      await publish(broker, topic, ['fresh', 'fresher']);
      expect((await within(next, 'the fresh message')).payload.toString()).to.equal('fresh');
      expect(payloads(await take(reader, 1))).to.deep.equal(['fresher']);
      await reader.close();
    });
  },
};

export const READERS: Readonly<Record<string, Suite>> = { ReaderReadsFromPosition, ReaderWaitsForWhatComes };
