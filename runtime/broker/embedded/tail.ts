import type { Chunk } from './chunk.ts';
import type { TailCache } from './tail-cache.ts';

/** The newest chunks of one topic, in memory, without a gap up to its end. */
export class Tail {
  readonly #cache: TailCache;
  #chunks: Chunk[] = [];

  constructor(cache: TailCache) {
    this.#cache = cache;
  }

  push(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#cache.add(chunk, () => {
      if (this.#chunks[0] === chunk) this.#chunks.shift();
    });
  }

  /** The chunk that holds `offset`, if it is still in memory. */
  find(offset: number): Chunk | undefined {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle];
      if (!chunk) return undefined;
      if (offset < chunk.base) high = middle - 1;
      else if (offset >= chunk.end) low = middle + 1;
      else return chunk;
    }
    return undefined;
  }

  dropBelow(offset: number): void {
    this.#chunks = this.#chunks.filter((chunk) => chunk.base >= offset);
  }
}
