import type { Clock } from '../../clock.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import { nextWithin } from '../../broker/next-within.ts';
import type { Broker, Message } from '../../broker/port.ts';

/** Read, folded and asked of the store at once. */
const STRETCH = { messages: 20_000, bytes: 32 * 1024 * 1024 };

/** What the broker says that it has must come, however busy it is. */
const PATIENCE_MS = 60_000;

/** By its own account the broker has more messages, and it gives none. */
export class SilentTopicError extends Error {
  constructor() {
    super(`the broker has given nothing for ${PATIENCE_MS / 1000} s`);
  }
}

export interface Kept {
  readonly topic: string;
  /** Last message of the topic: there it ends, and not where nothing comes for a while. */
  readonly last: MessageId;
  /** What comes after it is not asked for. */
  readonly upTo: MessageId;
}

/** What the broker still has of a topic, in order and in parts. Throws SilentTopicError. */
export async function* keptMessages(
  broker: Broker,
  clock: Clock,
  { topic, last, upTo }: Kept,
): AsyncGenerator<readonly Message[]> {
  const end = compareMessageIds(last, upTo) < 0 ? last : upTo;
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  try {
    let stretch: Message[] = [];
    let bytes = 0;
    for (;;) {
      const message = await nextWithin(reader, clock, PATIENCE_MS);
      const isWanted = message !== undefined && compareMessageIds(message.id, upTo) <= 0;
      if (isWanted) {
        stretch.push(message);
        bytes += message.payload.length;
      }
      const isOver = !isWanted || compareMessageIds(message.id, end) >= 0;
      if (stretch.length > 0 && (isOver || stretch.length >= STRETCH.messages || bytes >= STRETCH.bytes)) {
        yield stretch;
        stretch = [];
        bytes = 0;
      }
      // Everything may have been deleted meanwhile.
      if (message === undefined && (await broker.admin.lastMessageId(topic)) !== undefined)
        throw new SilentTopicError();
      if (isOver) return;
    }
  } finally {
    await reader.close();
  }
}

/** The first message after a position, of a topic whose last one is later. Rejects with SilentTopicError. */
export async function firstAfter(
  broker: Broker,
  clock: Clock,
  topic: string,
  after: MessageId | undefined,
): Promise<Message> {
  const reader = await broker.createReader({ topic, from: after === undefined ? 'Earliest' : { after } });
  try {
    const message = await nextWithin(reader, clock, PATIENCE_MS);
    if (!message) throw new SilentTopicError();
    return message;
  } finally {
    await reader.close();
  }
}
