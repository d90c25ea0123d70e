import { ParlanceError } from '../../channels/error.ts';
import { sleep, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 15_000;

/** What may pass by itself. Anything else is a mistake that waiting does not mend. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'broker-unreachable',
  'broker-disconnected',
  'store-unreachable',
  'producer-busy',
]);

/** Tries until it succeeds, with growing pauses; says once that it waits, and once that it waits no more. */
export async function untilReachable<Result>(
  what: string,
  attempt: () => Promise<Result>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Result> {
  let waiting = false;
  for (let backoffMs = BACKOFF_FIRST_MS; ; backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
    try {
      const result = await attempt();
      if (waiting) log.info({}, `${what} answers again`);
      return result;
    } catch (error) {
      if (!(error instanceof ParlanceError) || !TRANSIENT.has(error.code as string)) throw error;
      if (!waiting) log.warn({ err: error }, `${what} cannot be reached: waiting for it`);
      waiting = true;
      await sleep(clock, backoffMs);
    }
  }
}
