import { BrokerError } from '../errors.ts';
import type { Message } from '../port.ts';
import { decodeMessageId } from '../remote/message-id-wire.ts';

/** A message as the WebSocket API writes it. */
interface WireMessage {
  readonly messageId: string;
  readonly payload: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** ISO 8601 with milliseconds. */
  readonly publishTime: string;
  readonly redeliveryCount?: number;
  readonly key?: string;
}

export interface Delivery {
  readonly message: Message;
  /** The id in the broker's own form, for acknowledging. */
  readonly wireId: string;
}

/** `partitionTopic` is what the consumer asked for: the broker's frame does not name it. */
export function parseDelivery(text: string, partitionTopic: string): Delivery {
  const wire = JSON.parse(text) as WireMessage;
  const id = decodeMessageId(Buffer.from(wire.messageId, 'base64'));
  if (id === undefined)
    throw new BrokerError('broker-refused', `${partitionTopic} delivered a message without position`);
  const message: Message = {
    id,
    topic: partitionTopic,
    payload: Buffer.from(wire.payload, 'base64'),
    key: wire.key,
    properties: wire.properties ?? {},
    publishTimeMs: Date.parse(wire.publishTime),
    redeliveryCount: wire.redeliveryCount ?? 0,
  };
  return { message, wireId: wire.messageId };
}
