/** Ends the sessions that nobody uses any more, and forgets what was said in them. */
import type { Address } from '../../channels/brands.ts';
import type { Talk } from './talk.ts';

/** Where some of it fails, or `stopping` is aborted, the next time does the rest. */
export async function removeEnded({ host, sessions, mailboxes, rooms }: Talk, stopping: AbortSignal): Promise<void> {
  rooms.sweep();
  const nowMs = host.now();
  const isEmpty = (address: Address): boolean => mailboxes.last(address) === 0;
  try {
    // Whoever has the page open uses their session, however long ago they opened it.
    const open = rooms.all().filter(({ sockets }) => sockets.size > 0);
    await Promise.all(open.map(({ address }) => sessions.touch(address, nowMs)));
    for await (const address of sessions.ended(nowMs, isEmpty, stopping)) {
      await rooms.inOrder(address, async () => {
        if (await sessions.removeEnded(address, nowMs, isEmpty)) await mailboxes.remove(address);
      });
    }
  } catch (error) {
    host.log.warn({ err: error }, 'could not remove ended chat sessions; tried again in an hour');
  }
}
