import { createWebSocketBroker } from '../../../../runtime/broker/websocket/broker.ts';

describe('a remote broker', () => {
  it('may be closed twice, also at the same time', async () => {
    const broker = createWebSocketBroker({ serviceUrl: 'ws://127.0.0.1:9', adminUrl: 'http://127.0.0.1:9' });
    await Promise.all([broker.close(), broker.close()]);
    await broker.close();
  });
});
