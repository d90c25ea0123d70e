import { BrokerError } from '../../runtime/broker/errors.ts';
import type { MessageId } from '../../runtime/broker/message-id.ts';
import type {
  Broker,
  BrokerAdmin,
  Capabilities,
  Consumer,
  ConsumerOptions,
  Follower,
  Led,
  Message,
  OutgoingMessage,
  Producer,
  ProducerOptions,
  Reader,
  ReaderOptions,
} from '../../runtime/broker/port.ts';
import { sendEach } from '../../runtime/broker/remote/send-each.ts';
import { Pipe, type Closable, type Connection, type Network } from './network.ts';
import type { Process } from './process.ts';
import type { Shape } from './shape.ts';

/** Messages that a driver may deliver again after it connected anew by itself. */
const AGAIN_MAX = 4;

/** Handed over together where there are so many. */
const TOGETHER_MAX = 5;

/** What becomes of the next send: it is refused, or stored and the answer lost. */
export type SendFault = 'refused' | 'unanswered';

/** The broker as one process sees it, over a driver that does not reconnect by itself. */
export class Link implements Broker {
  readonly driver = 'websocket';
  readonly capabilities: Capabilities;
  readonly admin: BrokerAdmin;
  /** Of the next acknowledgements, how many are lost. */
  acknowledgementsToLose = 0;
  readonly sendFaults: SendFault[] = [];
  readonly #network: Network;
  readonly #process: Process;
  readonly #life: number;
  readonly #isLeading: boolean;
  readonly #readers = new Set<{ again(): void }>();
  #connection: Connection;

  constructor(network: Network, process: Process, { isFencing, isLeading }: Shape) {
    this.#network = network;
    this.#process = process;
    this.#life = network.newLife();
    this.#isLeading = isLeading;
    this.capabilities = { fencing: isFencing, dedup: false, compaction: false };
    this.#connection = network.connect(process);
    this.admin = this.#adminOver();
  }

  createProducer(options: ProducerOptions): Promise<Producer> {
    const { topic, name, accessMode } = options;
    const isLocked = !this.capabilities.fencing && accessMode === 'Exclusive';
    const connection = this.#connected();
    return connection
      .call(`produce ${topic}`, async (broker) => {
        const release = isLocked ? this.#lock(connection, `${topic} ${name ?? ''}`) : undefined;
        const producer = await broker.createProducer(isLocked ? { topic } : options).catch((error: unknown) => {
          release?.();
          throw error;
        });
        const held = { close: () => producer.close().finally(release) };
        connection.hold(held);
        return { producer, held };
      })
      .then(({ producer, held }) => this.#producer(connection, producer, held, name ?? producer.name));
  }

  subscribe(options: ConsumerOptions): Promise<Consumer> {
    const connection = this.#connected();
    return connection
      .call(`subscribe ${options.topic}`, (broker) =>
        broker.subscribe(options).then((consumer) => {
          connection.hold(consumer);
          return consumer;
        }),
      )
      .then((consumer) => this.#consumer(connection, consumer));
  }

  createReader(options: ReaderOptions): Promise<Reader> {
    const connection = this.#connected();
    return connection
      .call(`read ${options.topic}`, (broker) =>
        broker.createReader(options).then((reader) => {
          connection.hold(reader);
          return reader;
        }),
      )
      .then((reader) => this.#reader(connection, reader));
  }

  close(): Promise<void> {
    this.#connection.cut(new BrokerError('broker-closed', 'closed'));
    return Promise.resolve();
  }

  /** Every reader gets the last few messages again, as from a driver that went back to be sure. */
  deliverAgain(): void {
    for (const reader of this.#readers) reader.again();
  }

  /** A name that one connection at a time holds: no fence, for what it sent may still come after it lost it. */
  #lock(connection: Connection, name: string): () => void {
    const { locks } = this.#network;
    if (locks.has(name)) throw new BrokerError('producer-busy', `${name} is connected already`);
    locks.set(name, connection);
    return () => {
      if (locks.get(name) === connection) locks.delete(name);
    };
  }

  #connected(): Connection {
    // Code of a process that has just been killed may still come here.
    const isOver = this.#connection.failure !== undefined && !this.#process.isDead;
    if (isOver) this.#connection = this.#network.connect(this.#process);
    return this.#connection;
  }

  #producer(connection: Connection, producer: Producer, held: Closable, name: string): Producer {
    const { topic } = producer;
    const [requests, answers] = [new Pipe(this.#network.scheduler), new Pipe(this.#network.scheduler)];
    let failure: BrokerError | undefined;
    const fail = (error: BrokerError): Promise<never> => {
      failure ??= error;
      return Promise.reject(error);
    };
    const store = <Stored>(
      ask: () => Promise<Stored>,
      idOf: (stored: Stored) => MessageId | undefined,
    ): Promise<Stored> => {
      if (failure) return fail(new BrokerError(failure.code, failure.message));
      const fault = this.sendFaults.shift();
      if (fault === 'refused') return fail(new BrokerError('producer-failed', 'the broker refused the message'));
      return ask().then(async (stored) => {
        const id = idOf(stored);
        if (id !== undefined) {
          this.#network.durableAtMs.set(`${topic} ${id}`, this.#network.scheduler.now());
          this.#network.authors.set(`${topic} ${id}`, this.#life);
        }
        if (fault === 'unanswered') await fail(new BrokerError('broker-disconnected', 'no answer came'));
        return stored;
      });
    };
    const send: Producer['send'] = (message) =>
      connection.call(
        `send ${topic}`,
        () =>
          store(
            () => producer.send(message),
            (id) => id,
          ),
        requests,
        answers,
      );
    const lead = producer.lead?.bind(producer);
    const leading = (message: OutgoingMessage, followers: readonly Follower[]): Promise<Led> => {
      const carried = followers.map(carriedAlong);
      const ask = (): Promise<Led> =>
        lead?.(message, carried) ?? Promise.reject(new BrokerError('capability-missing', 'nothing can follow'));
      return connection
        .call(`lead ${topic}`, () => store(ask, ({ id }) => id), requests, answers)
        .then(({ id, followed }) => {
          const told = connection.call(`follow ${topic}`, () => followed, undefined, answers);
          told.catch(() => undefined);
          return { id, followed: told };
        });
    };
    return {
      topic,
      name,
      send,
      sendAll: (messages) => sendEach({ send }, messages),
      ...(this.#isLeading && { lead: leading }),
      close: () => this.#closed(connection, held, requests),
    };
  }

  #consumer(connection: Connection, consumer: Consumer): Consumer {
    const { topic, subscription } = consumer;
    const buffered: Message[] = [];
    const requests = new Pipe(this.#network.scheduler);
    const call = <Answer>(label: string, ask: () => Promise<Answer>): Promise<Answer> =>
      connection.call(`${label} ${topic}`, ask, requests);
    const acknowledged = (acknowledge: () => Promise<void>): Promise<void> => {
      if (this.acknowledgementsToLose > 0) {
        this.acknowledgementsToLose -= 1;
        return connection.failure ? Promise.reject(connection.failure) : Promise.resolve();
      }
      return call('acknowledge', acknowledge);
    };
    return {
      topic,
      subscription,
      receive: () => {
        const next = buffered.shift();
        if (next && !connection.failure) return connection.wait('deliver', () => Promise.resolve(next));
        return connection.wait('deliver', () =>
          consumer.receive().then((message) => {
            buffered.push(...consumer.receiveBuffered(this.#network.random.below(TOGETHER_MAX)));
            return message;
          }),
        );
      },
      receiveBuffered: (max) => (connection.failure ? [] : buffered.splice(0, max)),
      acknowledge: (id) => acknowledged(() => consumer.acknowledge(id)),
      acknowledgeCumulative: (id) => acknowledged(() => consumer.acknowledgeCumulative(id)),
      negativeAcknowledge: (id) => {
        consumer.negativeAcknowledge(id);
      },
      seek: (to) =>
        call('seek', () => {
          buffered.splice(0);
          return consumer.seek(to);
        }),
      close: () => this.#closed(connection, consumer, requests),
      unsubscribe: () => call('unsubscribe', () => consumer.unsubscribe()),
    };
  }

  #reader(connection: Connection, reader: Reader): Reader {
    const { topic } = reader;
    const past: Message[] = [];
    const again: Message[] = [];
    const readers = this.#readers;
    const one = {
      again: () => {
        again.push(...past.slice(-this.#network.random.between(1, AGAIN_MAX)));
      },
    };
    readers.add(one);
    const next = async (): Promise<Message> => {
      const repeated = again.shift();
      if (repeated) return repeated;
      const message = await reader.next();
      past.push(message);
      if (past.length > AGAIN_MAX) past.shift();
      return message;
    };
    return {
      topic,
      next: () => connection.wait('read', next),
      close: () => {
        readers.delete(one);
        return this.#closed(connection, reader, undefined);
      },
    };
  }

  /** Closing what the broker does not hold any more is done at once. */
  #closed(connection: Connection, one: Closable, requests: Pipe | undefined): Promise<void> {
    const close = (): Promise<void> => {
      connection.release(one);
      return one.close();
    };
    return connection.call('close', close, requests).catch((error: unknown) => {
      if (!(error instanceof BrokerError)) throw error;
    });
  }

  #adminOver(): BrokerAdmin {
    const ask = <Answer>(label: string, question: (admin: BrokerAdmin) => Promise<Answer>): Promise<Answer> =>
      this.#connected().call(label, ({ admin }) => question(admin));
    return {
      createTenant: (tenant) => ask('tenant', (admin) => admin.createTenant(tenant)),
      tenants: () => ask('tenants', (admin) => admin.tenants()),
      createNamespace: (...of) => ask('namespace', (admin) => admin.createNamespace(...of)),
      createPartitionedTopic: (...of) => ask('topic', (admin) => admin.createPartitionedTopic(...of)),
      growPartitionedTopic: (...of) => ask('grow topic', (admin) => admin.growPartitionedTopic(...of)),
      partitions: (topic) => ask('partitions', (admin) => admin.partitions(topic)),
      grantPermission: (...of) => ask('grant', (admin) => admin.grantPermission(...of)),
      lastMessageId: (topic) => ask('last message', (admin) => admin.lastMessageId(topic)),
      holdsSince: (...of) => ask('holds since', (admin) => admin.holdsSince(...of)),
      createSubscription: (...of) => ask('subscription', (admin) => admin.createSubscription(...of)),
      stats: (topic) => ask('stats', (admin) => admin.stats(topic)),
      compact: (topic) => ask('compact', (admin) => admin.compact(topic)),
      ping: () => ask('ping', (admin) => admin.ping()),
    };
  }
}

/** As it travels. */
function carriedAlong(follower: Follower): Follower {
  const message = follower.message();
  return { topic: follower.topic, message: () => message };
}
