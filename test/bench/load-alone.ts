import type { TenantName } from '../../channels/brands.ts';
import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import { messageId } from '../../runtime/broker/message-id.ts';
import type { Message, OutgoingMessage, Producer, Reader } from '../../runtime/broker/port.ts';
import { Load, type LoadOptions } from './load.ts';

const PEOPLE = 256;
const WARM_UP_MS = 500;
const MEASURE_MS = 1000;

/** What the load itself takes of the processor for a message and its reply, in µs: with a broker that answers at once. */
export async function loadMicrosPerMessage(partitions: number): Promise<number> {
  const broker = new AnsweringBroker();
  const load = await Load.open({ broker, tenant: 'alone' as TenantName, partitions, receipts: false });
  try {
    await load.run('warm-up', PEOPLE, WARM_UP_MS);
    const before = process.cpuUsage();
    const { published } = await load.run('alone', PEOPLE, MEASURE_MS);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / published;
  } finally {
    await load.close();
  }
}

/** Keeps nothing: what is sent comes back to the reader of the topic as the reply to it. */
class AnsweringBroker implements LoadBroker {
  readonly #waiting = new Map<string, (message: Message) => void>();
  readonly #replies = new Map<string, Message[]>();
  #count = 0;

  createProducer({ topic }: { readonly topic: string }): Promise<Producer> {
    const send = (message: OutgoingMessage): ReturnType<Producer['send']> => {
      const id = messageId(1, this.#count++);
      setImmediate(() => {
        this.#reply(topic, { ...replyTo(message), id, topic });
      });
      return Promise.resolve(id);
    };
    const sendAll = (messages: readonly OutgoingMessage[]): Promise<void> =>
      Promise.all(messages.map(send)).then(() => undefined);
    return Promise.resolve({ topic, name: '', send, sendAll, close: () => Promise.resolve() });
  }

  createReader({ topic }: { readonly topic: string }): Promise<Reader> {
    const next = (): Promise<Message> => {
      const reply = this.#replies.get(topic)?.shift();
      if (reply) return Promise.resolve(reply);
      return new Promise((resolve) => this.#waiting.set(topic, resolve));
    };
    return Promise.resolve({ topic, next, close: () => Promise.resolve() });
  }

  #reply(topic: string, message: Message): void {
    const resolve = this.#waiting.get(topic);
    if (resolve) {
      this.#waiting.delete(topic);
      resolve(message);
      return;
    }
    const replies = this.#replies.get(topic);
    if (replies) replies.push(message);
    else this.#replies.set(topic, [message]);
  }
}

type LoadBroker = LoadOptions['broker'];

function replyTo({ payload, key, properties }: OutgoingMessage): Omit<Message, 'id' | 'topic'> {
  const answered = { ...properties, [EVENT_PROPERTIES.type]: 'message.requested' };
  return { payload, key, properties: answered, publishTimeMs: 0, redeliveryCount: 0 };
}
