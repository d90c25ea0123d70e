import type { Clock } from '../../clock.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import type { Broker, Message, Reader } from '../../broker/port.ts';

/** Read, folded and asked of the store at once. */
const STRETCH = { messages: 20_000, bytes: 32 * 1024 * 1024 };

/** A topic whose messages are deleted gives none: no driver says so. */
const PATIENCE_MS = 10_000;

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

/** Undefined where none comes. The reader is of no more use then: its call stays outstanding. */
export async function nextWithin(reader: Reader, clock: Clock): Promise<Message | undefined> {
  const next = reader.next();
  // Rejects when the reader is closed, which nobody waits for then.
  next.catch(() => undefined);
  let cancel = (): void => undefined;
  const patience = new Promise<undefined>((resolve) => {
    cancel = clock.after(PATIENCE_MS, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([next, patience]);
  } finally {
    cancel();
  }
}
