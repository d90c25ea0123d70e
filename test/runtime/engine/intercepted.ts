import type { Broker, OutgoingMessage, Producer } from '../../../runtime/broker/port.ts';
import { sendEach } from '../../../runtime/broker/remote/send-each.ts';

/** A broker whose sends to one topic, or (undefined) to every one, pass through `intercept`, which may fail or delay them. */
export function intercepted(
  broker: Broker,
  topic: string | undefined,
  intercept: (message: OutgoingMessage, send: Producer['send']) => ReturnType<Producer['send']>,
): Broker {
  return {
    driver: broker.driver,
    capabilities: broker.capabilities,
    admin: broker.admin,
    subscribe: (options) => broker.subscribe(options),
    createReader: (options) => broker.createReader(options),
    close: () => broker.close(),
    createProducer: async (options): Promise<Producer> => {
      const producer = await broker.createProducer(options);
      if (topic !== undefined && options.topic !== topic) return producer;
      const send: Producer['send'] = (message) => intercept(message, (passed) => producer.send(passed));
      return {
        topic: producer.topic,
        name: producer.name,
        send,
        sendAll: (messages) => sendEach({ send }, messages),
        close: () => producer.close(),
      };
    },
  };
}
