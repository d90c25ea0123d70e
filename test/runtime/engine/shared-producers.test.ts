import { expect } from 'chai';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { SharedProducers } from '../../../runtime/engine/shared-producers.ts';
import { newPartition, payloads, rejectsWith, take, text } from '../../contract/scene.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('producers that loops share', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: Broker;
  let topic: string;
  let opened: Producer[];
  let shared: SharedProducers;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = await createEmbeddedBroker({ folder: folder.path });
    topic = await newPartition(broker);
    opened = [];
    shared = new SharedProducers({
      createProducer: async (options) => {
        const producer = await broker.createProducer(options);
        opened.push(producer);
        return producer;
      },
    });
  });

  afterEach(async () => {
    await broker.close();
    folder.remove();
  });

  it('are one per topic, and keep the order in which they were called', async () => {
    const [first, second] = await Promise.all([shared.createProducer({ topic }), shared.createProducer({ topic })]);
    await Promise.all([first.send(text('a')), second.send(text('b')), first.send(text('c'))]);
    expect(opened, 'producers of the broker').to.have.length(1);
    const reader = await broker.createReader({ topic, from: 'Earliest' });
    expect(payloads(await take(reader, 3))).to.deep.equal(['a', 'b', 'c']);
  });

  it('stay open until the last that uses them has closed', async () => {
    const first = await shared.createProducer({ topic });
    const second = await shared.createProducer({ topic });
    await first.close();
    await first.close();
    await second.send(text('still'));
    await second.close();
    await rejectsWith(second.send(text('too late')), 'broker-closed');
    await (await shared.createProducer({ topic })).send(text('opened anew'));
    expect(opened).to.have.length(2);
  });

  it('fail for all, and are then replaced', async () => {
    const first = await shared.createProducer({ topic });
    const second = await shared.createProducer({ topic });
    await rejectsWith(first.send({ payload: Buffer.alloc(6 * 1024 * 1024) }), 'message-too-large');
    await rejectsWith(second.send(text('hidden by the failed one')), 'message-too-large');
    const third = await shared.createProducer({ topic });
    await third.send(text('anew'));
    await Promise.all([first.close(), second.close()]);
    await third.send(text('and on'));
    const reader = await broker.createReader({ topic, from: 'Earliest' });
    expect(payloads(await take(reader, 2))).to.deep.equal(['anew', 'and on']);
  });
});
