/** How what a platform has stored is waited for. */
import type { Event } from '../../channels/event.ts';
import type { Counts } from '../../dsl/scenario/live/plan.ts';
import { sleep, type Clock } from '../clock.ts';
import type { Dialogue } from './dialogue.ts';
import { isBehind } from './target.ts';

/** Between two looks that found nothing new: the store's mark has waited for everything in between. */
export const LOOK_PAUSE_MS = 50;

export interface Patience {
  /** How long an expectation is waited for. */
  readonly timeoutMs: number;
  /** How long nothing new may come until what is not there is taken for absent. */
  readonly quietMs: number;
  readonly clock: Clock;
  /** Aborted: what is under way is given up. */
  readonly signal?: AbortSignal;
}

/** A store that is far behind is asked again. */
export async function lookBefore(deadline: number, dialogue: Dialogue, clock: Clock): Promise<void> {
  for (;;) {
    try {
      await dialogue.look();
      return;
    } catch (error) {
      if (!isBehind(error) || clock.now() >= deadline) throw error;
      await sleep(clock, LOOK_PAUSE_MS);
    }
  }
}

export function happenedAll(events: readonly Event[], predicted: Counts): boolean {
  return [...predicted].every(
    ([type, count]) =>
      // Those that start nothing are of nobody.
      type === 'external.rejected' || events.filter((event) => event.type === type).length >= count,
  );
}
