import { createHash } from 'node:crypto';
import type { Answer } from './failure.ts';
import { MAX_CACHED_ANSWERS, MAX_CACHED_BYTES } from './limits.ts';
import type { PreparedRequest } from './question.ts';

interface Entry {
  readonly answer: Answer;
  readonly receivedAtMs: number;
}

/** A tenant's answers for use again; in memory, those used longest ago go first. */
export class AnswerCache {
  /** In order of use. */
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number = MAX_CACHED_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** An answer that is not older than `maxAgeMs`. */
  find(key: string, maxAgeMs: number, nowMs: number): Answer | undefined {
    const entry = this.#entries.get(key);
    if (!entry || nowMs - entry.receivedAtMs >= maxAgeMs) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  keep(key: string, answer: Answer, nowMs: number): void {
    this.#drop(key);
    this.#entries.set(key, { answer, receivedAtMs: nowMs });
    this.#bytes += answer.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_CACHED_ANSWERS && this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.answer.bytes ?? 0;
    this.#entries.delete(key);
  }
}

/** Undefined where the answer may not be used again. A hash: headers may hold secrets. */
export function cacheKeyOf({ method, url, headers }: PreparedRequest): string | undefined {
  if (method !== 'GET') return undefined;
  const parts = [url.href, ...Object.entries(headers).sort()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
