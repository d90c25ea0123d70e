import type { Clock } from '../clock.ts';
import type { Message, Reader } from './port.ts';

/** What is there comes at once, as a rule. */
const PATIENCE_MS = 10_000;

/**
 * Undefined where none comes for so long: a topic whose messages are deleted gives none, and no driver says so, but neither
 * does a busy broker. The reader is of no more use then: its call stays outstanding.
 */
export async function nextWithin(
  reader: Reader,
  clock: Clock,
  patienceMs: number = PATIENCE_MS,
): Promise<Message | undefined> {
  const next = reader.next();
  // Rejects when the reader is closed, which nobody waits for then.
  next.catch(() => undefined);
  let cancel = (): void => undefined;
  const patience = new Promise<undefined>((resolve) => {
    cancel = clock.after(patienceMs, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([next, patience]);
  } finally {
    cancel();
  }
}
