import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Producer, Reader, SeekTarget } from '../../../runtime/broker/port.ts';

interface Watched {
  readonly topic: string;
  /** Of the last message that was given out. */
  position: MessageId | undefined;
  /** It was asked for the next: everything before that has been taken. */
  isWaiting: boolean;
}

/**
 * A broker of which can be told whether whoever uses it has anything left to do: not while anything that was asked of it is
 * unanswered, and not while a reader has not come to the end of its topic and asked for more.
 */
export class WatchedBroker {
  readonly broker: Broker;
  readonly #inner: Broker;
  readonly #readers = new Set<Watched>();
  #unanswered = 0;
  #asked = 0;

  constructor(inner: Broker) {
    this.#inner = inner;
    this.broker = {
      ...{ driver: inner.driver, capabilities: inner.capabilities, admin: inner.admin },
      subscribe: (options) => this.#during(inner.subscribe(options)),
      createProducer: async (options) => this.#producer(await this.#during(inner.createProducer(options))),
      createReader: async (options) => this.#reader(await this.#during(inner.createReader(options)), options.from),
      close: () => inner.close(),
    };
  }

  /** Nothing is under way. Ask where no promise is about to go on: from a timer. */
  async isQuiet(): Promise<boolean> {
    const asked = this.#asked;
    const isBusy = (): boolean => this.#unanswered > 0 || [...this.#readers].some(({ isWaiting }) => !isWaiting);
    if (isBusy()) return false;
    for (const { topic, position } of this.#readers) {
      if ((await this.#inner.admin.lastMessageId(topic)) !== position) return false;
    }
    return !isBusy() && this.#asked === asked;
  }

  async #during<Answer>(answer: Promise<Answer>): Promise<Answer> {
    this.#asked += 1;
    this.#unanswered += 1;
    try {
      return await answer;
    } finally {
      this.#unanswered -= 1;
    }
  }

  #producer(inner: Producer): Producer {
    return {
      ...{ topic: inner.topic, name: inner.name },
      send: (message) => this.#during(inner.send(message)),
      sendAll: (messages) => this.#during(inner.sendAll(messages)),
      close: () => inner.close(),
    };
  }

  #reader(inner: Reader, from: SeekTarget): Reader {
    const position = typeof from === 'object' && 'after' in from ? from.after : undefined;
    const watched: Watched = { topic: inner.topic, position, isWaiting: false };
    this.#readers.add(watched);
    return {
      topic: inner.topic,
      next: async () => {
        this.#asked += 1;
        watched.isWaiting = true;
        const message = await inner.next();
        watched.isWaiting = false;
        watched.position = message.id;
        return message;
      },
      close: () => {
        this.#readers.delete(watched);
        return inner.close();
      },
    };
  }
}
