import { setTimeout as pause } from 'node:timers/promises';
import { BrokerError, type BrokerErrorCode } from '../../../runtime/broker/errors.ts';
import type {
  AccessMode,
  Broker,
  ConsumerOptions,
  Message,
  Producer,
  SubscriptionType,
} from '../../../runtime/broker/port.ts';
import type {
  Addon,
  AddonClient,
  AddonConsumer,
  AddonConsumerConfig,
  AddonMessage,
  AddonOutgoingMessage,
  AddonProducer,
  AddonProducerConfig,
} from '../../../runtime/broker/pulsar/addon.ts';
import { decodeMessageId, encodeMessageId } from '../../../runtime/broker/remote/message-id-wire.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';

/** Pulsar's default maxMessageSize. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

/**
 * A module with the interface of `pulsar-client` 1.18 and its traps, over a broker in this process: errors are texts, a
 * duplicate's id is (-1, -1), misspelled modes are taken for the default, a missing key is an empty text, properties are
 * those of an array, a producer goes on after a failed send, sends resolve in any order, and a read ends only with the
 * consumer.
 */
export function standInAddon(broker: Broker, maxMessageBytes: number = MAX_MESSAGE_BYTES): Addon {
  return {
    Client: class implements AddonClient {
      async createProducer(config: AddonProducerConfig): Promise<AddonProducer> {
        const { topic, producerName: name } = config;
        const accessMode = ACCESS_MODES.find((mode) => mode === config.accessMode) ?? 'Shared';
        const opening = broker.createProducer({ topic, accessMode, ...(name === undefined ? {} : { name }) });
        return new StandInProducer(await texts('Failed to create producer', opening), maxMessageBytes);
      }

      subscribe(config: AddonConsumerConfig): Promise<AddonConsumer> {
        return texts('Failed to create consumer', StandInConsumer.open(broker, config));
      }

      close(): Promise<unknown> {
        return Promise.resolve(null);
      }
    },
    MessageId: { deserialize: (bytes) => new StandInMessageId(bytes) },
    AuthenticationToken: Object,
  };
}

const ACCESS_MODES: readonly AccessMode[] = ['Shared', 'Exclusive', 'ExclusiveWithFencing'];

const TYPES: Readonly<Record<string, SubscriptionType>> = {
  Exclusive: 'Exclusive',
  Shared: 'Shared',
  KeyShared: 'Key_Shared',
  Failover: 'Failover',
};

const RESULTS: Readonly<Partial<Record<BrokerErrorCode, string>>> = {
  'producer-busy': 'ResultProducerBusy',
  'producer-fenced': 'ResultProducerFenced',
  'consumer-busy': 'ResultConsumerBusy',
  'topic-missing': 'ResultTopicNotFound',
  'message-too-large': 'ResultMessageTooBig',
  'broker-closed': 'ResultAlreadyClosed',
};

/** What the client rejects with: a text that names the call and a result. */
function failure(call: string, result: string): Error {
  return new Error(`${call}: ${result}`);
}

async function texts<Value>(call: string, answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    const result = error instanceof BrokerError ? RESULTS[error.code] : undefined;
    throw failure(call, result ?? 'ResultUnknownError');
  }
}

/** (-1, -1) as protobuf writes it. */
const NO_POSITION = Buffer.concat([1, 2].map((field) => Buffer.from([field << 3, ...Array<number>(9).fill(0xff), 1])));

class StandInMessageId {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static of(id: MessageId | undefined): StandInMessageId {
    return new StandInMessageId(id === undefined ? NO_POSITION : encodeMessageId(id, 0));
  }

  serialize(): Buffer {
    return this.#bytes;
  }

  get id(): MessageId {
    const id = decodeMessageId(this.#bytes);
    if (id === undefined) throw new Error('the stand-in was given a message id without position');
    return id;
  }
}

class StandInProducer implements AddonProducer {
  readonly #producer: Producer;
  readonly #maxMessageBytes: number;
  #sent = 0;

  constructor(producer: Producer, maxMessageBytes: number) {
    this.#producer = producer;
    this.#maxMessageBytes = maxMessageBytes;
  }

  async send({ data, partitionKey, ...rest }: AddonOutgoingMessage): Promise<StandInMessageId> {
    // One message alone is refused, and the next is taken: the client is not fail-stop.
    if (data.length > this.#maxMessageBytes)
      throw failure('Failed to send message', RESULTS['message-too-large'] ?? '');
    const key = partitionKey === undefined ? {} : { key: partitionKey };
    const overtaken = this.#sent++ % 3 === 0;
    const id = await texts('Failed to send message', this.#producer.send({ payload: data, ...key, ...rest }));
    if (overtaken) await pause(1);
    return StandInMessageId.of(id);
  }

  async close(): Promise<unknown> {
    await this.#producer.close();
    return null;
  }

  getProducerName(): string {
    return this.#producer.name;
  }
}

/** Where messages come from: a consumer, or a reader where the consumer reads a compacted topic. */
interface Source {
  receive(): Promise<Message>;
  acknowledge(id: MessageId): Promise<void>;
  acknowledgeCumulative(id: MessageId): Promise<void>;
  negativeAcknowledge(id: MessageId): void;
  close(): Promise<void>;
}

class StandInConsumer implements AddonConsumer {
  readonly #source: Source;
  #receiving = false;

  constructor(source: Source) {
    this.#source = source;
  }

  static async open(broker: Broker, config: AddonConsumerConfig): Promise<StandInConsumer> {
    const { topic, subscription, deadLetterPolicy: letters } = config;
    const options: ConsumerOptions = {
      topic,
      subscription,
      type: TYPES[config.subscriptionType] ?? 'Exclusive',
      initialPosition: config.subscriptionInitialPosition === 'Earliest' ? 'Earliest' : 'Latest',
      receiverQueueSize: config.receiverQueueSize,
      negativeAckRedeliveryDelayMs: config.nAckRedeliverTimeoutMs,
      ...(letters
        ? { deadLetter: { topic: letters.deadLetterTopic, maxRedeliverCount: letters.maxRedeliverCount } }
        : {}),
    };
    return new StandInConsumer(
      config.readCompacted === true ? await compacted(broker, topic) : await broker.subscribe(options),
    );
  }

  async receive(...timeout: readonly unknown[]): Promise<AddonMessage> {
    if (timeout.length > 0) throw new Error('receive(timeout) occupies a thread of the pool: never call it');
    if (this.#receiving) throw new Error('a second receive is outstanding');
    this.#receiving = true;
    try {
      return addonMessage(await texts('Failed to receive message', this.#source.receive()));
    } finally {
      this.#receiving = false;
    }
  }

  acknowledgeId(id: { serialize(): Buffer }): Promise<unknown> {
    return texts('Failed to acknowledge id', this.#source.acknowledge(new StandInMessageId(id.serialize()).id));
  }

  acknowledgeCumulativeId(id: { serialize(): Buffer }): Promise<unknown> {
    const answer = this.#source.acknowledgeCumulative(new StandInMessageId(id.serialize()).id);
    return texts('Failed to acknowledge cumulatively by id', answer);
  }

  negativeAcknowledgeId(id: { serialize(): Buffer }): void {
    this.#source.negativeAcknowledge(new StandInMessageId(id.serialize()).id);
  }

  async close(): Promise<unknown> {
    await this.#source.close();
    return null;
  }
}

async function compacted(broker: Broker, topic: string): Promise<Source> {
  const reader = await broker.createReader({ topic, from: 'Earliest', readCompacted: true });
  return {
    receive: () => reader.next(),
    acknowledge: () => Promise.resolve(),
    acknowledgeCumulative: () => Promise.resolve(),
    negativeAcknowledge: () => undefined,
    close: () => reader.close(),
  };
}

function addonMessage(message: Message): AddonMessage {
  return {
    getData: () => message.payload,
    getProperties: () => Object.assign(new Array(1), message.properties),
    getMessageId: () => StandInMessageId.of(message.id),
    getPublishTimestamp: () => message.publishTimeMs,
    getRedeliveryCount: () => message.redeliveryCount,
    getPartitionKey: () => message.key ?? '',
  };
}
