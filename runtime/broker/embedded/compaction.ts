import { createHash } from 'node:crypto';
import type { Message } from '../port.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { Chunk } from './chunk.ts';
import type { GroupCommit } from './group-commit.ts';
import { ledgerPrefix, MAX_OFFSET, offsetKey, offsetOf } from './keys.ts';
import type { Store, Write } from './store.ts';
import type { Topic } from './topic.ts';

/** Messages compacted in one commit: bounds its size, and lets publishes in between. */
const MESSAGES_PER_COMMIT = 5000;

/** Of a key's SHA-256: keys may be longer than the store's, and 128 bits do not collide. */
const KEY_HASH_BYTES = 16;

/** A compacted message with its offset. */
interface Kept {
  readonly offset: number;
  readonly message: Message;
}

/**
 * Keeps the newest message of each key beside the log, up to the horizon; above it the log itself is read. Messages
 * without a key are not kept, an empty payload deletes its key: as in Pulsar.
 */
export class Compaction {
  readonly #topic: Topic;
  readonly #store: Store;
  readonly #group: GroupCommit;
  #horizon: number;
  #running: Promise<void> | undefined;

  constructor(topic: Topic, store: Store, group: GroupCommit) {
    this.#topic = topic;
    this.#store = store;
    this.#group = group;
    this.#horizon = store.get('newest', ledgerPrefix(topic.ledger))?.readUIntBE(0, 6) ?? 0;
  }

  /** Offset before which only the compacted messages are to be read; 0 if there was no compaction yet. */
  get horizon(): number {
    return this.#horizon;
  }

  firstKeptFrom(from: number): Kept | undefined {
    const [entry] = this.#store.range('compacted', {
      from: offsetKey(this.#topic.ledger, from),
      before: offsetKey(this.#topic.ledger, MAX_OFFSET),
      limit: 1,
    });
    if (!entry) return undefined;
    const offset = offsetOf(entry.key);
    return { offset, message: new Chunk(this.#topic, offset, entry.value).messageAt(offset) };
  }

  /** Compacts up to the newest message there is now; a run under way is waited for first. */
  async run(): Promise<void> {
    await this.#running;
    this.#running = this.#compactTo(this.#topic.next).finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #compactTo(end: number): Promise<void> {
    while (this.#horizon < end) {
      let offset = Math.max(this.#horizon, this.#topic.first);
      const newest = new Map<string, Kept>();
      for (let count = 0; offset < end && count < MESSAGES_PER_COMMIT;) {
        const chunk = this.#topic.chunkAt(offset);
        count += chunk.end - offset;
        offset = collectNewest(chunk, offset, newest);
      }
      await this.#group.write(this.#writes(newest, offset));
      this.#horizon = offset;
    }
  }

  #writes(newest: ReadonlyMap<string, Kept>, horizon: number): readonly Write[] {
    const { ledger } = this.#topic;
    const writes: Write[] = [];
    // Not one per topic: its buffer is larger than all else that a topic without traffic takes.
    const writer = new ChunkWriter();
    for (const [key, { offset, message }] of newest) {
      const newestKey = Buffer.concat([ledgerPrefix(ledger), hashOf(key)]);
      const superseded = this.#store.get('newest', newestKey);
      if (superseded) {
        writes.push({ table: 'compacted', key: offsetKey(ledger, superseded.readUIntBE(0, 6)), value: undefined });
      }
      if (message.payload.length > 0) {
        writes.push({
          table: 'compacted',
          key: offsetKey(ledger, offset),
          value: this.#encode(message, offset, writer),
        });
        writes.push({ table: 'newest', key: newestKey, value: offsetValue(offset) });
      } else if (superseded) writes.push({ table: 'newest', key: newestKey, value: undefined });
    }
    writes.push({ table: 'newest', key: ledgerPrefix(ledger), value: offsetValue(horizon) });
    return writes;
  }

  #encode(message: Message, offset: number, writer: ChunkWriter): Buffer {
    const { payload, key, properties, publishTimeMs } = message;
    writer.append({ payload, properties, ...(key !== undefined && { key }) }, publishTimeMs);
    return writer.seal(this.#topic, offset, 0).bytes;
  }
}

/** Returns the offset after the chunk. */
function collectNewest(chunk: Chunk, from: number, newest: Map<string, Kept>): number {
  for (let offset = from; offset < chunk.end; offset++) {
    const message = chunk.messageAt(offset);
    if (message.key !== undefined) newest.set(message.key, { offset, message });
  }
  return chunk.end;
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, KEY_HASH_BYTES);
}

function offsetValue(offset: number): Buffer {
  const value = Buffer.allocUnsafe(6);
  value.writeUIntBE(offset, 0, 6);
  return value;
}
