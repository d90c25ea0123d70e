import type { Clock } from '../clock.ts';
import type { Message, Reader } from './port.ts';

/** A topic whose messages are deleted gives none: no driver says so. */
const PATIENCE_MS = 10_000;

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
