import type { Chunk } from './chunk.ts';

/** Newest messages kept in memory over all topics, so that consumers that keep up never read the disk. Bytes. */
const MAX_TAIL_BYTES = 32 * 1024 * 1024;

interface Held {
  readonly chunk: Chunk;
  /** Removes the chunk from its topic's tail. */
  readonly evict: () => void;
}

/** The oldest chunk goes first, whichever topic it belongs to: topics that nobody writes to hold nothing. */
export class TailCache {
  #held: Held[] = [];
  #first = 0;
  #bytes = 0;

  add(chunk: Chunk, evict: () => void): void {
    this.#held.push({ chunk, evict });
    this.#bytes += chunk.bytes.length;
    while (this.#bytes > MAX_TAIL_BYTES) this.#evictFirst();
  }

  #evictFirst(): void {
    const oldest = this.#held[this.#first++];
    if (!oldest) return;
    this.#bytes -= oldest.chunk.bytes.length;
    oldest.evict();
    if (this.#first > 1024) {
      this.#held = this.#held.slice(this.#first);
      this.#first = 0;
    }
  }
}
