import { PulsarAdmin } from '../admin/pulsar-admin.ts';
import type { Broker } from '../port.ts';
import { closingAll } from '../remote/closing-all.ts';
import type { Connection } from './connection.ts';
import { createWebSocketConsumer } from './consumer.ts';
import { createWebSocketProducer } from './producer.ts';
import { createWebSocketReader } from './reader.ts';

export interface WebSocketBrokerOptions {
  /** `ws://` or `wss://` and the broker's (or its WebSocket proxy's) web port. */
  readonly serviceUrl: string;
  /** `http://` or `https://`: the admin REST API. */
  readonly adminUrl: string;
  readonly token?: string | undefined;
}

/**
 * Apache Pulsar through its WebSocket API: no native code. Opens nothing by itself: an unreachable broker shows at the
 * first call, or at `admin.ping()`. A lost connection ends what it carried, with `broker-disconnected`; its owner
 * opens another.
 */
export function createWebSocketBroker({ serviceUrl, adminUrl, token }: WebSocketBrokerOptions): Broker {
  const admin = new PulsarAdmin({ adminUrl, token });
  const connection: Connection = { serviceUrl, token, admin };
  return closingAll({
    driver: 'websocket',
    capabilities: { fencing: false, dedup: false, compaction: false },
    admin,
    createProducer: (producer) => createWebSocketProducer(connection, producer),
    subscribe: (consumer) => createWebSocketConsumer(connection, consumer),
    createReader: (reader) => createWebSocketReader(connection, reader),
    close: () => admin.close(),
  });
}
