import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Broker } from '../../runtime/broker/port.ts';
import { createWebSocketBroker } from '../../runtime/broker/websocket/broker.ts';
import { newPartition, payloads, rejectsWith, sendEach, take, text, texts } from '../contract/scene.ts';
import { requirePart } from '../require-part.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from './libraries.ts';
import { type RunningPulsar, startPulsar } from './start.ts';

describe('a real Pulsar broker that is killed', function () {
  this.timeout(15 * 60_000);
  let folder: string;
  let pulsar: RunningPulsar;
  const cleanup: (() => Promise<void>)[] = [];

  before(async function () {
    requirePart(this, 'a real Pulsar broker (Java 17 and Maven)', pulsarAvailable(), HOW_TO_GET_JAVA);
    folder = await mkdtemp(join(tmpdir(), 'parlance-killed-'));
    cleanup.push(() => rm(folder, { recursive: true, force: true }));
    pulsar = await startPulsar({ folder });
    cleanup.unshift(() => pulsar.stop());
  });

  after(async () => {
    for (const step of cleanup) await step();
  });

  function connect(): Broker {
    return createWebSocketBroker({ serviceUrl: pulsar.wsUrl, adminUrl: pulsar.webUrl });
  }

  it('ends what was open, and has every message and position that it confirmed when it is back', async () => {
    const broker = connect();
    const topic = await newPartition(broker);
    const producer = await broker.createProducer({ topic, name: 'owner' });
    const consumer = await broker.subscribe({ topic, subscription: 'store', type: 'Exclusive' });
    const ids = await sendEach(producer, texts(20));
    expect(payloads(await take(consumer, 20))).to.deep.equal(texts(20));
    const waiting = consumer.receive();

    const { ports } = pulsar;
    await Promise.all([
      rejectsWith(waiting, 'broker-disconnected'),
      (async () => {
        await pulsar.stop();
        await rejectsWith(producer.send(text('lost')), 'broker-disconnected');
        await rejectsWith(producer.send(text('lost, too')), 'broker-disconnected');
        await rejectsWith(consumer.receive(), 'broker-disconnected');
        await rejectsWith(broker.admin.ping(), 'broker-unreachable');
        await rejectsWith(broker.createProducer({ topic }), 'broker-unreachable');
      })(),
    ]);
    await Promise.all([producer.close(), consumer.close()]);

    pulsar = await startPulsar({ folder, ports });
    expect(await broker.admin.lastMessageId(topic)).to.equal(ids[19]);
    const reopened = await broker.createProducer({ topic, name: 'owner' });
    await reopened.send(text('after'));
    const reader = await broker.createReader({ topic, from: 'Earliest' });
    const all = await take(reader, 21);
    expect(payloads(all)).to.deep.equal([...texts(20), 'after']);
    expect(all.slice(0, 20).map((message) => message.id)).to.deep.equal(ids);
    await broker.close();
  });
});
