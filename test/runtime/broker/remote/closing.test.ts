import { expect } from 'chai';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import type { Broker, Reader } from '../../../../runtime/broker/port.ts';
import { closingAll } from '../../../../runtime/broker/remote/closing-all.ts';
import { createWebSocketBroker } from '../../../../runtime/broker/websocket/broker.ts';

describe('a remote broker', () => {
  it('may be closed twice, also at the same time', async () => {
    const broker = createWebSocketBroker({ serviceUrl: 'ws://127.0.0.1:9', adminUrl: 'http://127.0.0.1:9' });
    await Promise.all([broker.close(), broker.close()]);
    await broker.close();
  });

  it('closes its connection once everything on it is over, also where something of that fails', async () => {
    const over: string[] = [];
    const readerOf = (topic: string, closing: () => Promise<void>): Reader => ({
      ...{ topic, next: () => new Promise(() => undefined) },
      close: async () => {
        await closing();
        over.push(topic);
      },
    });
    const driver = createWebSocketBroker({ serviceUrl: 'ws://127.0.0.1:9', adminUrl: 'http://127.0.0.1:9' });
    const closings: Readonly<Record<string, () => Promise<void>>> = {
      away: () => Promise.reject(new BrokerError('broker-unreachable', 'the broker is away')),
      slow: () => new Promise((resolve) => setImmediate(resolve)),
    };
    const broker: Broker = closingAll({
      ...driver,
      createReader: ({ topic }) => Promise.resolve(readerOf(topic, closings[topic] ?? (() => Promise.resolve()))),
      close: async () => {
        await driver.close();
        over.push('the connection');
      },
    });
    for (const topic of ['away', 'slow']) await broker.createReader({ topic, from: 'Earliest' });
    const closed = await broker.close().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(over).to.deep.equal(['slow', 'the connection']);
    expect(closed).to.have.property('code', 'broker-unreachable');
  });
});
