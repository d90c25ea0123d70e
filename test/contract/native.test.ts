import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import { BrokerError } from '../../runtime/broker/errors.ts';
import { messageId, messageIdParts, type MessageId } from '../../runtime/broker/message-id.ts';
import type { AccessMode, Broker } from '../../runtime/broker/port.ts';
import { createPulsarBroker } from '../../runtime/broker/pulsar/broker.ts';
import { nativeClientLoads } from '../pulsar/drivers.ts';
import { pulsarOfSuite } from '../pulsar/of-suite.ts';
import { batchPositions } from './batches.ts';
import { brokerContract } from './broker-contract.ts';
import type { OpenDriver } from './driver.ts';
import { backlogIs, defined, newPartition, payloads, rejectsWith, sendEach, take, text, texts } from './scene.ts';
import { standInAddon } from './stand-in/addon.ts';
import { standInAdmin } from './stand-in/admin.ts';

const DECLARES = {
  fencing: true,
  dedup: true,
  compaction: true,
  exclusiveProducers: true,
  refusesUnknownTopics: false,
  followers: false,
};

async function overStandIn(folder: string, maxMessageBytes?: number): Promise<Broker> {
  const embedded = await createEmbeddedBroker({ folder });
  return createPulsarBroker({
    serviceUrl: 'pulsar://stand-in',
    adminUrl: 'http://stand-in',
    load: () => Promise.resolve(standInAddon(embedded, maxMessageBytes)),
    admin: standInAdmin(embedded),
  });
}

if (nativeClientLoads) {
  describe('native driver on real Pulsar', () => {
    const pulsar = pulsarOfSuite();
    const openDriver: OpenDriver = () =>
      createPulsarBroker({ serviceUrl: pulsar().serviceUrl, adminUrl: pulsar().webUrl });

    brokerContract('native', DECLARES, openDriver);
    batchPositions(openDriver);
  });
} else {
  console.warn('  !! pulsar-client does not load here: the native driver runs over its stand-in (native-stand-in)');
}

function messageIdEntry(id: MessageId): readonly [ledger: number, entry: number] {
  const [ledger, entry] = messageIdParts(id);
  return [ledger, entry];
}

describe('native driver over a stand-in for the addon', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parlance-native-'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  if (!nativeClientLoads) brokerContract('native-stand-in', DECLARES, () => overStandIn(join(folder, 'contract')));

  describe('against the traps of the addon', () => {
    let broker: Broker;

    before(async () => {
      broker = await overStandIn(join(folder, 'traps'), 600 * 1024);
    });

    after(() => broker.close());

    it('stores nothing behind a message that the broker alone finds too large', async () => {
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      await producer.send(text('before'));
      const refused = producer.send({ payload: Buffer.alloc(700 * 1024) });
      const behind = producer.send(text('behind'));
      await Promise.all([rejectsWith(refused, 'message-too-large'), rejectsWith(behind, 'message-too-large')]);
      const next = await broker.createProducer({ topic });
      await next.send(text('after'));
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      expect(payloads(await take(reader, 2))).to.deep.equal(['before', 'after']);
      await reader.close();
      await next.close();
    });

    it('refuses an access mode that the addon would take for Shared', async () => {
      const accessMode = 'exclusiveWithFencing' as AccessMode;
      await rejectsWith(broker.createProducer({ topic: await newPartition(broker), accessMode }), 'broker-refused');
    });

    it('takes nothing of a batch for acknowledged that was not delivered', async () => {
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const ids = await sendEach(producer, texts(3));
      await producer.close();
      await broker.admin.createSubscription(topic, 'ahead', 'Earliest');
      const consumer = await broker.subscribe({ topic, subscription: 'ahead', type: 'Failover', receiverQueueSize: 1 });
      const inside = messageId(...messageIdEntry(defined(ids[2], 'id')), 1);
      await consumer.acknowledge(inside);
      await backlogIs(broker, topic, 'ahead', 3);
      await consumer.acknowledgeCumulative(inside);
      await backlogIs(broker, topic, 'ahead', 1);
      await consumer.close();
    });

    it('lets the broker delete what a reader has read', async () => {
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      await Promise.all(texts(1500).map((payload) => producer.send(text(payload))));
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      await take(reader, 1200);
      const [subscription = ''] = Object.keys((await broker.admin.stats(topic)).backlog);
      await backlogIs(broker, topic, subscription, 500);
      await reader.close();
    });

    it('leaves no subscription behind a reader', async () => {
      const topic = await newPartition(broker);
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      expect(Object.keys((await broker.admin.stats(topic)).backlog)).to.have.length(1);
      // Twice at a time, as whoever reads and whoever stops it may.
      await Promise.all([reader.close(), reader.close()]);
      expect((await broker.admin.stats(topic)).backlog).to.deep.equal({});
    });
  });

  it('ends a reader also where the broker is gone: what it leaves there is deleted by a later one', async () => {
    const embedded = await createEmbeddedBroker({ folder: join(folder, 'gone') });
    const broker = await createPulsarBroker({
      ...{ serviceUrl: 'pulsar://stand-in', adminUrl: 'http://stand-in' },
      load: () => Promise.resolve(standInAddon(embedded)),
      admin: {
        ...standInAdmin(embedded),
        deleteSubscription: () => Promise.reject(new BrokerError('broker-unreachable', 'the broker is gone')),
      },
    });
    try {
      const reader = await broker.createReader({ topic: await newPartition(broker), from: 'Earliest' });
      await reader.close();
      await rejectsWith(reader.next(), 'broker-closed');
    } finally {
      await broker.close();
    }
  });

  it('says in one line what to do where the addon is absent', async () => {
    const absent = createPulsarBroker({
      serviceUrl: 'pulsar://127.0.0.1:1',
      adminUrl: 'http://127.0.0.1:1',
      load: () => Promise.reject(new Error("Cannot find module '../lib/binding/pulsar.node'\nRequire stack:\n- x")),
    });
    await rejectsWith(absent, 'native-client-missing');
    await absent.catch((error: unknown) => {
      expect((error as Error).message).to.match(/^The native Pulsar client cannot be loaded .*ws:\/\/.*npm install/);
      expect((error as Error).message).to.not.include('\n');
    });
  });
});
