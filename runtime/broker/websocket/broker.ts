import { PulsarAdmin } from '../admin/pulsar-admin.ts';
import type {
  Broker,
  BrokerAdmin,
  Capabilities,
  Consumer,
  ConsumerOptions,
  Producer,
  ProducerOptions,
  Reader,
  ReaderOptions,
} from '../port.ts';
import { OpenResources } from '../remote/open-resources.ts';
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
export function createWebSocketBroker(options: WebSocketBrokerOptions): Broker {
  return new WebSocketBroker(options);
}

class WebSocketBroker implements Broker {
  readonly driver = 'websocket';
  readonly capabilities: Capabilities = { fencing: false, dedup: false, compaction: false };
  readonly admin: BrokerAdmin;
  readonly #connection: Connection;
  readonly #opened = new OpenResources();

  constructor({ serviceUrl, adminUrl, token }: WebSocketBrokerOptions) {
    const admin = new PulsarAdmin({ adminUrl, token });
    this.admin = admin;
    this.#connection = { serviceUrl, token, admin };
  }

  createProducer(options: ProducerOptions): Promise<Producer> {
    return this.#opened.add(() => createWebSocketProducer(this.#connection, options));
  }

  subscribe(options: ConsumerOptions): Promise<Consumer> {
    return this.#opened.add(() => createWebSocketConsumer(this.#connection, options));
  }

  createReader(options: ReaderOptions): Promise<Reader> {
    return this.#opened.add(() => createWebSocketReader(this.#connection, options));
  }

  async close(): Promise<void> {
    await this.#opened.close();
    await this.#connection.admin.close();
  }
}
