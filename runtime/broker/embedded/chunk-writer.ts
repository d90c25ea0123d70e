import type { OutgoingMessage } from '../port.ts';
import {
  Chunk,
  CHUNK_VERSION,
  HAS_KEY,
  HAS_KNOWN_PROPERTIES,
  HAS_PROPERTIES,
  HEADER_BYTES,
  RECORD_HEADER_BYTES,
  type ChunkOwner,
} from './chunk.ts';
import { knownBytesMax, writeKnown } from './known-properties.ts';

/** A chunk is sealed once it is this long: 8 pages, so that the store finds room for it in its freed pages. */
export const CHUNK_BYTES: number = 32 * 1024;

const MAX_UTF8_BYTES_PER_UNIT = 3;

/** Encodes at once what is appended, so that the caller may reuse its buffers. Reusable after `seal`. */
export class ChunkWriter {
  #buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
  #length = HEADER_BYTES;
  #count = 0;
  #lastPublishTimeMs = 0;

  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#length;
  }

  append({ payload, key, properties }: OutgoingMessage, publishTimeMs: number): void {
    const present = properties && hasAny(properties) ? properties : undefined;
    const knownMax = present && knownBytesMax(present);
    const json = present && knownMax === undefined ? JSON.stringify(present) : undefined;
    const units = (key?.length ?? 0) + (json?.length ?? 0);
    this.#reserve(RECORD_HEADER_BYTES + 6 + units * MAX_UTF8_BYTES_PER_UNIT + (knownMax ?? 0) + payload.length);
    const start = this.#length;
    let flags = 0;
    let at = start + RECORD_HEADER_BYTES;
    if (key !== undefined) {
      flags |= HAS_KEY;
      const bytes = this.#buffer.write(key, at + 2, 'utf8');
      this.#buffer.writeUInt16BE(bytes, at);
      at += 2 + bytes;
    }
    if (json !== undefined) {
      flags |= HAS_PROPERTIES;
      const bytes = this.#buffer.write(json, at + 4, 'utf8');
      this.#buffer.writeUInt32BE(bytes, at);
      at += 4 + bytes;
    } else if (present) {
      flags |= HAS_KNOWN_PROPERTIES;
      at = writeKnown(present, this.#buffer, at);
    }
    payload.copy(this.#buffer, at);
    const end = at + payload.length;
    this.#buffer.writeUInt32BE(end - start - 4, start);
    this.#buffer[start + 4] = flags;
    this.#buffer.writeUIntBE(publishTimeMs, start + 5, 6);
    this.#count += 1;
    this.#lastPublishTimeMs = publishTimeMs;
    this.#length = end;
  }

  /** `bytesBefore`: what the topic's earlier chunks add up to, so that sizes are known without reading them. */
  seal(owner: ChunkOwner, base: number, bytesBefore: number): Chunk {
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    this.#buffer.copy(bytes, 0, 0, this.#length);
    bytes[0] = CHUNK_VERSION;
    bytes.writeUInt32BE(this.#count, 1);
    bytes.writeUIntBE(bytesBefore, 5, 6);
    bytes.writeUIntBE(this.#lastPublishTimeMs, 11, 6);
    const chunk = new Chunk(owner, base, bytes);
    this.#count = 0;
    this.#length = HEADER_BYTES;
    if (this.#buffer.length > 2 * CHUNK_BYTES) this.#buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
    return chunk;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

function hasAny(properties: Readonly<Record<string, string>>): boolean {
  for (const _name in properties) return true;
  return false;
}
