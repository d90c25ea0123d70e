import { expect } from 'chai';
import type { Broker } from '../../../runtime/broker/port.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { intercepted } from '../engine/intercepted.ts';
import { brokerWithTenant, channel } from '../store/tenant-under-test.ts';
import { WatchedBroker } from './watched-broker.ts';

describe('a watched broker', () => {
  const folder = temporaryFolder();
  const topic = channel('messaging');
  const message = { payload: Buffer.from('{}') };
  let broker: Broker;
  before(async () => {
    broker = await brokerWithTenant(folder.path);
  });
  after(async () => {
    await broker.close();
    folder.remove();
  });

  it('is quiet once all is answered, and every reader has come to the end and asked for more', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const watched = new WatchedBroker(intercepted(broker, undefined, (one, send) => released.then(() => send(one))));
    const quiet = (): Promise<boolean> => watched.isQuiet();
    expect(await quiet(), 'nothing was asked').to.equal(true);

    const producer = await watched.broker.createProducer({ topic });
    const sent = producer.send(message);
    expect(await quiet(), 'a message is on its way').to.equal(false);
    release();
    await sent;
    expect(await quiet(), 'it is there').to.equal(true);

    const reader = await watched.broker.createReader({ topic, from: 'Earliest' });
    expect(await quiet(), 'nobody has asked for the first message').to.equal(false);
    await reader.next();
    expect(await quiet(), 'it may be at work').to.equal(false);
    const second = reader.next();
    expect(await quiet(), 'it has been taken').to.equal(true);
    await producer.send(message);
    await second;
    expect(await quiet(), 'another one has come').to.equal(false);
    await reader.close();
    expect(await quiet(), 'nobody reads any more').to.equal(true);
    await producer.close();
  });
});
