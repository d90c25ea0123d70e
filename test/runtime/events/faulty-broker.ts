import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker, Consumer, Producer } from '../../../runtime/broker/port.ts';

/** A real broker whose connection a test can break. */
export interface FaultyBroker extends Broker {
  /** The next send fails, its producer with it, as the port demands. Nothing of it is stored. */
  failNextSend(): void;
  /** Pending receives break off, and nothing can be opened until `restore`. */
  breakOff(): Promise<void>;
  restore(): void;
  /** Attempts to subscribe while it was broken. */
  readonly attempts: number;
}

export function faulty(broker: Broker): FaultyBroker {
  let failing = false;
  let broken = false;
  let attempts = 0;
  const consumers = new Set<Consumer>();

  const openProducer: Broker['createProducer'] = async (options) => {
    const producer = await broker.createProducer(options);
    let failure: BrokerError | undefined;
    const send: Producer['send'] = async (message) => {
      if (failing) {
        failing = false;
        failure = new BrokerError('broker-disconnected', 'the test broke the connection');
      }
      if (failure) throw failure;
      return await producer.send(message);
    };
    return { topic: producer.topic, name: producer.name, send, close: () => producer.close() };
  };

  return {
    driver: broker.driver,
    capabilities: broker.capabilities,
    admin: broker.admin,
    createProducer: openProducer,
    subscribe: async (options) => {
      if (broken) {
        attempts += 1;
        throw new BrokerError('broker-unreachable', 'the test broke the connection');
      }
      const consumer = await broker.subscribe(options);
      consumers.add(consumer);
      return consumer;
    },
    createReader: (options) => broker.createReader(options),
    close: () => broker.close(),
    failNextSend: () => {
      failing = true;
    },
    breakOff: async () => {
      broken = true;
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      consumers.clear();
    },
    restore: () => {
      broken = false;
    },
    get attempts() {
      return attempts;
    },
  };
}
