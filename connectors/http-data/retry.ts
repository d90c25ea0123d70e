import type { Failure } from './failure.ts';
import { DEFAULT_RETRIES, FIRST_BACKOFF_MS, MAX_RETRIES, MAX_RETRY_AFTER_MS, MOST_BACKOFF_MS } from './limits.ts';
import type { HttpQuestion } from './question.ts';

/** Asking twice is the same as asking once: RFC 9110, section 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** What may change something twice is repeated only where the author said so. */
export function retriesOf({ method, retries }: HttpQuestion): number {
  return Math.min(retries ?? (IDEMPOTENT.has(method) ? DEFAULT_RETRIES : 0), MAX_RETRIES);
}

/**
 * Milliseconds before the next attempt; undefined where there is to be none. `attempts`: made so far. `random`: in
 * [0, 1). Drawn from the whole interval, so that questions that failed together do not come again together.
 */
export function pauseBefore(
  failure: Failure,
  attempts: number,
  retries: number,
  random: () => number,
): number | undefined {
  if (failure.permanent || attempts > retries) return undefined;
  const backoffMs = random() * Math.min(MOST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1));
  const { retryAfterMs: asked = 0 } = failure;
  return asked > MAX_RETRY_AFTER_MS ? undefined : Math.max(asked, backoffMs);
}

/** `Retry-After`, in seconds or as a date, in milliseconds from now; undefined where it says nothing usable. */
export function retryAfterMs(header: string | readonly string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
