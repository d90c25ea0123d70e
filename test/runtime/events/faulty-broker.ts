import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker, Consumer, Producer, Reader } from '../../../runtime/broker/port.ts';
import { sendEach } from '../../../runtime/broker/remote/send-each.ts';

/** A real broker whose connection a test can break. */
export interface FaultyBroker extends Broker {
  /** The next send fails, its producer with it, as the port demands. Nothing of it is stored. */
  failNextSend(): void;
  /** The next send is stored, and fails: its confirmation gets lost with the connection. */
  loseNextConfirmation(): void;
  /** Consumers and readers break off, and none can be opened until `restore`; of the topics that `concerns` names. */
  breakOff(concerns?: (topic: string) => boolean): Promise<void>;
  restore(): void;
  /** Attempts to open a consumer or a reader while it was broken. */
  readonly attempts: number;
}

export function faulty(broker: Broker): FaultyBroker {
  let failing = false;
  let losing = false;
  let isBroken: (topic: string) => boolean = () => false;
  let attempts = 0;
  const opened = new Set<Consumer | Reader>();

  const open = async <Opened extends Consumer | Reader>(
    topic: string,
    opening: () => Promise<Opened>,
  ): Promise<Opened> => {
    if (isBroken(topic)) {
      attempts += 1;
      throw new BrokerError('broker-unreachable', 'the test broke the connection');
    }
    const resource = await opening();
    opened.add(resource);
    return resource;
  };

  const openProducer: Broker['createProducer'] = async (options) => {
    const producer = await broker.createProducer(options);
    let failure: BrokerError | undefined;
    const send: Producer['send'] = async (message) => {
      if (failing) {
        failing = false;
        failure = new BrokerError('broker-disconnected', 'the test broke the connection');
      }
      if (losing) {
        losing = false;
        failure = new BrokerError('broker-disconnected', 'the test broke the connection');
        await producer.send(message);
      }
      if (failure) throw failure;
      return await producer.send(message);
    };
    const sendAll: Producer['sendAll'] = (messages) => sendEach({ send }, messages);
    return { topic: producer.topic, name: producer.name, send, sendAll, close: () => producer.close() };
  };

  return {
    driver: broker.driver,
    capabilities: broker.capabilities,
    admin: broker.admin,
    createProducer: openProducer,
    subscribe: (options) => open(options.topic, () => broker.subscribe(options)),
    createReader: (options) => open(options.topic, () => broker.createReader(options)),
    close: () => broker.close(),
    failNextSend: () => {
      failing = true;
    },
    loseNextConfirmation: () => {
      losing = true;
    },
    breakOff: async (concerns = () => true) => {
      isBroken = concerns;
      const broken = [...opened].filter(({ topic }) => concerns(topic));
      for (const resource of broken) opened.delete(resource);
      await Promise.all(broken.map((resource) => resource.close()));
    },
    restore: () => {
      isBroken = () => false;
    },
    get attempts() {
      return attempts;
    },
  };
}
