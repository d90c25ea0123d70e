import type { Clock } from '../../clock.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import { nextWithin } from '../../broker/next-within.ts';
import type { Broker, Message } from '../../broker/port.ts';

/** Read, folded and asked of the store at once. */
const STRETCH = { messages: 20_000, bytes: 32 * 1024 * 1024 };

/**
 * What the broker still has of a topic up to `last`, in order and in parts. Ends early where nothing comes any more:
 * then everything up to there is deleted.
 */
export async function* keptMessages(
  broker: Broker,
  clock: Clock,
  topic: string,
  last: MessageId,
): AsyncGenerator<readonly Message[]> {
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  try {
    let stretch: Message[] = [];
    let bytes = 0;
    for (;;) {
      const message = await nextWithin(reader, clock);
      const isOver = message === undefined || compareMessageIds(message.id, last) > 0;
      if (!isOver) {
        stretch.push(message);
        bytes += message.payload.length;
      }
      const isLast = isOver || message.id === last;
      if (stretch.length > 0 && (isLast || stretch.length >= STRETCH.messages || bytes >= STRETCH.bytes)) {
        yield stretch;
        stretch = [];
        bytes = 0;
      }
      if (isLast) return;
    }
  } finally {
    await reader.close();
  }
}
