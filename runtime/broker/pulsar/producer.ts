import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { AccessMode, OutgoingMessage, Producer, ProducerOptions } from '../port.ts';
import { FailStopSends } from '../remote/fail-stop-sends.ts';
import { decodeMessageId } from '../remote/message-id-wire.ts';
import { sendEach } from '../remote/send-each.ts';
import type { AddonOutgoingMessage, AddonProducer } from './addon.ts';
import { clientError } from './client-error.ts';
import type { NativeClient } from './native-client.ts';

const ACCESS_MODES: readonly AccessMode[] = ['Shared', 'Exclusive', 'ExclusiveWithFencing'];

/** More than the driver keeps in flight: the client's own queue never fills. */
const MAX_PENDING_MESSAGES = 2000;

/**
 * What is sent close together is stored as one entry: a fraction of the processor time a message, for the broker and for
 * whoever reads it. A batch hides all but its first sequence id from the broker's deduplication, so that a message that is
 * given one travels alone.
 */
const BATCHING = { batchingEnabled: true, batchingMaxPublishDelayMs: 1, batchingMaxMessages: 1000 };

export async function createNativeProducer({ client }: NativeClient, options: ProducerOptions): Promise<Producer> {
  const { topic, name, accessMode = 'Shared' } = options;
  if (!ACCESS_MODES.includes(accessMode)) {
    // The client would silently take it for Shared.
    const modes = ACCESS_MODES.join(', ');
    throw new BrokerError('broker-refused', `"${accessMode as string}" is no access mode: expected ${modes}`);
  }
  try {
    const producer = await client.createProducer({
      topic,
      accessMode,
      ...(name === undefined ? {} : { producerName: name }),
      // A send that the client gave up on could be followed by one that is stored: without a time-out, the client
      // repeats what is in flight, in order, until it is stored or the producer is over.
      sendTimeoutMs: 0,
      maxPendingMessages: MAX_PENDING_MESSAGES,
      blockIfQueueFull: false,
      ...BATCHING,
    });
    return new NativeProducer(topic, producer);
  } catch (thrown) {
    const error = clientError(thrown, `opening a producer of ${topic}`);
    // Refused while another holds the topic exclusively; not yet an owner, it cannot have been superseded.
    throw error.code === 'producer-fenced' ? new BrokerError('producer-busy', error.message, { cause: thrown }) : error;
  }
}

class NativeProducer implements Producer {
  readonly topic: string;
  readonly name: string;
  readonly #producer: AddonProducer;
  readonly #sends: FailStopSends;
  #closing: Promise<void> | undefined;

  constructor(topic: string, producer: AddonProducer) {
    this.topic = topic;
    this.name = producer.getProducerName();
    this.#producer = producer;
    this.#sends = new FailStopSends(() => {
      void this.#end();
    });
  }

  send(message: OutgoingMessage): Promise<MessageId | undefined> {
    return this.#sends.send(message, (context) => {
      const outgoing = outgoingMessage(message);
      return {
        bytes: message.payload.length,
        travelsAlone: message.sequenceId !== undefined,
        transmit: () => {
          this.#transmit(context, outgoing);
        },
      };
    });
  }

  sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    return sendEach(this, messages);
  }

  #transmit(context: string, message: AddonOutgoingMessage): void {
    this.#producer.send(message).then(
      (id) => {
        this.#sends.succeed(context, decodeMessageId(id.serialize()));
      },
      (thrown: unknown) => {
        this.#sends.fail(clientError(thrown, `sending to ${this.topic}`));
      },
    );
  }

  close(): Promise<void> {
    this.#sends.close(this.topic);
    return this.#end();
  }

  /** Closes the client's producer; one that was fenced or lost says so again, which matters no more. */
  #end(): Promise<void> {
    this.#closing ??= this.#producer.close().then(
      () => undefined,
      () => undefined,
    );
    return this.#closing;
  }
}

/** With a copy of the payload: a send may wait for its turn, and the caller may use its buffer again. */
function outgoingMessage({ payload, key, properties, sequenceId }: OutgoingMessage): AddonOutgoingMessage {
  return {
    data: Buffer.from(payload),
    ...(key === undefined ? {} : { partitionKey: key }),
    ...(properties === undefined ? {} : { properties }),
    ...(sequenceId === undefined ? {} : { sequenceId }),
  };
}
