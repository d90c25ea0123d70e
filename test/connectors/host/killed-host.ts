/**
 * A process of its own that kills itself while a connector states that messages were sent: `killed-host.ts FOLDER MOMENT
 * COUNT`, at the COUNTth `message.sent`.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EVENT_PROPERTIES } from '../../../channels/encode.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker, Producer, ProducerOptions } from '../../../runtime/broker/port.ts';
import { sendEach } from '../../../runtime/broker/remote/send-each.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { createConnectors } from '../../../runtime/connectors/host.ts';
import { createPublisher } from '../../../runtime/events/publisher.ts';
import { PARTITIONS, silentLog, TENANT } from '../scene.ts';
import { oneCarrier } from './one-carrier.ts';

const [folder = '', moment = '', count = ''] = process.argv.slice(2);
let left = Number(count);

function killAt(here: string): void {
  if (here !== moment) return;
  left--;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
}

/** Counts statements on their way to the broker, and kills at the right one. */
function watched(broker: Broker): Broker {
  const createProducer = async (options: ProducerOptions): ReturnType<Broker['createProducer']> => {
    const producer = await broker.createProducer(options);
    const send: Producer['send'] = async (message) => {
      const isStatement = message.properties?.[EVENT_PROPERTIES.type] === 'message.sent';
      if (isStatement) killAt('before the broker has it');
      const id = await producer.send(message);
      if (isStatement) killAt('before it is confirmed');
      return id;
    };
    const sendAll: Producer['sendAll'] = (messages) => sendEach({ send }, messages);
    return { topic: producer.topic, name: producer.name, send, sendAll, close: () => producer.close() };
  };
  return new Proxy(broker, {
    get: (target, name) => (name === 'createProducer' ? createProducer : (Reflect.get(target, name) as unknown)),
  });
}

const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
const connectors = createConnectors(
  {
    broker,
    tenant: TENANT,
    partitions: PARTITIONS,
    folder: join(folder, 'connectors'),
    createPublisher: (source, statements) =>
      createPublisher(watched(broker), TENANT, PARTITIONS, {
        source,
        now: () => Date.now(),
        newId: randomUUID,
        statements,
      }),
    deadLetter: () => Promise.resolve(),
    clock: systemClock,
    log: silentLog,
  },
  {
    sms: oneCarrier(undefined, () => {
      killAt('before the request is completed');
    }),
  },
);
await connectors.start();
