/** Says what a scenario knows of its people, before anything is done: whoever does not exist is known by nothing else. */
import type { ContactKey } from '../../channels/brands.ts';
import { sleep } from '../clock.ts';
import type { Dialogue } from './dialogue.ts';
import { LOOK_PAUSE_MS, lookBefore, type Patience } from './looking.ts';

/** What the platform answers, where it takes it. */
export const KNOWN = 'contact.updated';

/** Until it is stored: an event of the customer's takes another way, and might be there first. False where it is not in time. */
export async function describePeople(dialogue: Dialogue, patience: Patience): Promise<boolean> {
  const { clock, timeoutMs, signal } = patience;
  const deadline = clock.now() + timeoutMs;
  const described: readonly ContactKey[] = await dialogue.describe();
  for (;;) {
    const known = new Set(dialogue.events().flatMap(({ type, subject }) => (type === KNOWN ? [subject] : [])));
    if (described.every((contact) => known.has(contact))) return true;
    if (clock.now() >= deadline || signal?.aborted === true) return false;
    await sleep(clock, LOOK_PAUSE_MS);
    await lookBefore(deadline, dialogue, clock);
  }
}
