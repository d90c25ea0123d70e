import type { TenantName } from '../../channels/brands.ts';
import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import { ParlanceError } from '../../channels/error.ts';
import { deadLetterTopic, partitionTopic } from '../../channels/topics.ts';
import type { MessageId } from '../broker/message-id.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Broker, Message, OutgoingMessage, Producer } from '../broker/port.ts';
import type { Publisher } from './publisher.ts';
import { REDRIVEN_FOR } from './redriven.ts';

/** Properties that a dead letter has beside the message's own: where it was, for whom, and why. */
const ORIGIN = {
  topic: 'dl_topic',
  messageId: 'dl_message_id',
  subscription: 'dl_subscription',
  code: 'dl_code',
  reason: 'dl_reason',
} as const;

/** Longest reason kept: properties travel with every delivery. */
const MAX_REASON_CHARACTERS = 1000;

/** A message that could not be processed, whole, with its origin. */
export function deadLetterOf(message: Message, subscription: string, error: unknown): OutgoingMessage {
  const { code, reason } = causeOf(error);
  return {
    payload: message.payload,
    ...(message.key === undefined ? {} : { key: message.key }),
    properties: {
      ...message.properties,
      [ORIGIN.topic]: message.topic,
      [ORIGIN.messageId]: message.id,
      [ORIGIN.subscription]: subscription,
      [ORIGIN.code]: code,
      [ORIGIN.reason]: reason,
    },
  };
}

/** Where a dead letter was, for whom, and why it was put aside. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly messageId: string;
  readonly subscription: string;
  readonly code: string;
  readonly reason: string;
}

/** Undefined for a message that is no dead letter. */
export function originOf({ properties }: Pick<Message, 'properties'>): DeadLetterOrigin | undefined {
  const topic = properties[ORIGIN.topic];
  if (topic === undefined) return undefined;
  const of = (name: keyof typeof ORIGIN): string => properties[ORIGIN[name]] ?? '';
  return {
    topic,
    messageId: of('messageId'),
    subscription: of('subscription'),
    code: of('code'),
    reason: of('reason'),
  };
}

/** What to send, and where, to try a dead letter again: the message as it first was, and for whom. */
export function redriveOf(
  deadLetter: Message,
): { readonly topic: string; readonly message: OutgoingMessage } | undefined {
  const origin = originOf(deadLetter);
  if (!origin) return undefined;
  const names: readonly string[] = Object.values(ORIGIN);
  const own = Object.entries(deadLetter.properties).filter(([name]) => !names.includes(name));
  const properties = { ...Object.fromEntries(own), [REDRIVEN_FOR]: origin.subscription };
  const key = deadLetter.key === undefined ? {} : { key: deadLetter.key };
  return { topic: origin.topic, message: { payload: deadLetter.payload, ...key, properties } };
}

/** A tenant's dead letter topic, to write to. */
export interface DeadLetterTopic {
  /**
   * Resolves, with its position there, once the message is durable. Rejects with BrokerError; the next call tries anew.
   * A message that is put aside again after a crash is there twice: its origin tells that it is the same.
   */
  put(message: Message, subscription: string, error: unknown): Promise<MessageId | undefined>;
  /** Messages put here, and those that were too large for it, since it was opened. */
  readonly count: number;
  close(): Promise<void>;
}

/** Opens its producer when the first message comes. */
export function openDeadLetterTopic(broker: Broker, tenant: TenantName): DeadLetterTopic {
  const topic = partitionTopic(deadLetterTopic(tenant), 0);
  let opening: Promise<Producer> | undefined;
  let count = 0;
  const putBesideOthers = async (letter: OutgoingMessage): Promise<MessageId | undefined> => {
    opening ??= broker.createProducer({ topic });
    const present = opening;
    try {
      return await (await present).send(letter);
    } catch (failure) {
      // Fail-stop: the next one opens another producer.
      if (opening === present) opening = undefined;
      present.then((producer) => producer.close()).catch(() => undefined);
      throw failure;
    }
  };
  const putAlone = async (letter: OutgoingMessage): Promise<MessageId | undefined> => {
    const producer = await broker.createProducer({ topic });
    try {
      return await producer.send(letter);
    } finally {
      await producer.close();
    }
  };
  return {
    get count() {
      return count;
    },
    put: async (message, subscription, error) => {
      const letter = deadLetterOf(message, subscription, error);
      try {
        const id = await putBesideOthers(letter).catch((failure: unknown) => {
          // A failed send fails those beside it as it did: this one may be small.
          if (isTooLarge(failure)) return putAlone(letter);
          throw failure;
        });
        count += 1;
        return id;
      } catch (failure) {
        if (isTooLarge(failure)) count += 1;
        throw failure;
      }
    },
    close: async () => {
      await opening?.then(
        (producer) => producer.close(),
        () => undefined,
      );
    },
  };
}

/** With its origin added it fits nowhere, ever. */
export function isTooLarge(failure: unknown): boolean {
  return failure instanceof BrokerError && failure.code === 'message-too-large';
}

/**
 * Resolves once the message is durable on the dead letter topic, and `event.dead-lettered` tells of it; of one that is too
 * large for it, once the event tells where it still is.
 */
export type DeadLetterHandler = (message: Message, subscription: string, error: unknown) => Promise<void>;

export interface DeadLetters {
  readonly put: DeadLetterHandler;
  /** As of the topic. */
  readonly count: number;
  close(): Promise<void>;
}

/** `publisher`: of the same tenant. */
export function createDeadLetters(broker: Broker, tenant: TenantName, publisher: Publisher): DeadLetters {
  const topic = openDeadLetterTopic(broker, tenant);
  return {
    get count() {
      return topic.count;
    },
    put: async (message, subscription, error) => {
      const position = await topic.put(message, subscription, error).catch((failure: unknown) => {
        if (isTooLarge(failure)) return undefined;
        throw failure;
      });
      await publisher.publish('operations', {
        type: 'event.dead-lettered',
        // The same message put aside twice is told under one id.
        id: `dead-letter/${message.topic}/${message.id}/${subscription}`,
        data: deadLetterData(message, subscription, error, position),
      });
    },
    close: () => topic.close(),
  };
}

/** Data of `event.dead-lettered`; `deadLetter`: where the message is on the dead letter topic. */
export function deadLetterData(
  message: Message,
  subscription: string,
  error: unknown,
  deadLetter: MessageId | undefined,
): Readonly<Record<string, unknown>> {
  const type = message.properties[EVENT_PROPERTIES.type];
  const event = message.properties[EVENT_PROPERTIES.id];
  return {
    topic: message.topic,
    messageId: message.id,
    subscription,
    ...causeOf(error),
    redeliveries: message.redeliveryCount,
    ...(type ? { type } : {}),
    ...(event ? { event } : {}),
    ...(deadLetter === undefined ? {} : { deadLetter }),
  };
}

function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: error instanceof ParlanceError ? (error as ParlanceError).code : 'input-failed',
    // The catalogue wants one.
    reason: reason === '' ? 'no reason given' : reason.slice(0, MAX_REASON_CHARACTERS),
  };
}
