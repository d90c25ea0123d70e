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
import { OpenResources } from './open-resources.ts';

/** What drivers of a remote broker do differently. */
export interface RemoteDriver {
  readonly name: 'pulsar' | 'websocket';
  readonly capabilities: Capabilities;
  readonly admin: BrokerAdmin;
  createProducer(options: ProducerOptions): Promise<Producer>;
  subscribe(options: ConsumerOptions): Promise<Consumer>;
  createReader(options: ReaderOptions): Promise<Reader>;
  /** After everything that it opened is closed. */
  close(): Promise<void>;
}

export class RemoteBroker implements Broker {
  readonly driver: RemoteDriver['name'];
  readonly capabilities: Capabilities;
  readonly admin: BrokerAdmin;
  readonly #driver: RemoteDriver;
  readonly #opened = new OpenResources();

  constructor(driver: RemoteDriver) {
    this.#driver = driver;
    this.driver = driver.name;
    this.capabilities = driver.capabilities;
    this.admin = driver.admin;
  }

  createProducer(options: ProducerOptions): Promise<Producer> {
    return this.#opened.add(() => this.#driver.createProducer(options));
  }

  subscribe(options: ConsumerOptions): Promise<Consumer> {
    return this.#opened.add(() => this.#driver.subscribe(options));
  }

  createReader(options: ReaderOptions): Promise<Reader> {
    return this.#opened.add(() => this.#driver.createReader(options));
  }

  async close(): Promise<void> {
    await this.#opened.close();
    await this.#driver.close();
  }
}
