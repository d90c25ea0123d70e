import { createHash } from 'node:crypto';
import type { EventId } from '../channels/brands.ts';

/** An id that follows from its cause, so that doing the same again repeats it: `derivedId('sent', request.id)`. */
export function derivedId(kind: string, ...causes: readonly string[]): EventId {
  const hash = createHash('sha256').update(JSON.stringify(causes)).digest('hex');
  return `${kind}-${hash.slice(0, 32)}` as EventId;
}
