/**
 * Messages are stored in chunks: what was sent to a topic within one group commit becomes one value of the store (or a
 * few, of about CHUNK_BYTES), which costs far less than one value a message. Layout, big-endian:
 *
 *     chunk  = version u8, count u32, bytes of the topic before this chunk u48, last publish time u48, record*
 *     record = length u32 of what follows, flags u8, publish time u48, [key length u16, key], [length u32, properties
 *              as JSON], payload
 */
import { messageId } from '../message-id.ts';
import type { Message, OutgoingMessage } from '../port.ts';

/** A chunk is sealed once it is this long: 8 pages, so that the store finds room for it in its freed pages. */
export const CHUNK_BYTES: number = 32 * 1024;

const VERSION = 1;
const HEADER_BYTES = 17;
const RECORD_HEADER_BYTES = 11;
const HAS_KEY = 1;
const HAS_PROPERTIES = 2;
const MAX_UTF8_BYTES_PER_UNIT = 3;
const NO_PROPERTIES: Readonly<Record<string, string>> = Object.freeze({});

/** Names the topic in the messages that are decoded from its chunks. */
export interface ChunkOwner {
  readonly name: string;
  readonly ledger: number;
}

/** A chunk in memory. `messages[i]` has the offset `base + i`. */
export interface Chunk {
  readonly base: number;
  /** Offset after the last message. */
  readonly end: number;
  readonly bytes: Buffer;
  readonly messages: readonly Message[];
}

interface Draft {
  readonly key: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly publishTimeMs: number;
  readonly start: number;
  readonly end: number;
}

/** Encodes at once what is appended, so that the caller may reuse its buffers. Reusable after `seal`. */
export class ChunkWriter {
  #buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
  #length = HEADER_BYTES;
  #drafts: Draft[] = [];

  get count(): number {
    return this.#drafts.length;
  }

  get length(): number {
    return this.#length;
  }

  append(message: OutgoingMessage, publishTimeMs: number): void {
    const { payload, key, properties } = message;
    const json = properties && Object.keys(properties).length > 0 ? JSON.stringify(properties) : undefined;
    const units = (key?.length ?? 0) + (json?.length ?? 0);
    this.#reserve(RECORD_HEADER_BYTES + 6 + units * MAX_UTF8_BYTES_PER_UNIT + payload.length);
    const start = this.#length;
    let at = start + RECORD_HEADER_BYTES;
    if (key !== undefined) {
      const bytes = this.#buffer.write(key, at + 2, 'utf8');
      this.#buffer.writeUInt16BE(bytes, at);
      at += 2 + bytes;
    }
    if (json !== undefined) {
      const bytes = this.#buffer.write(json, at + 4, 'utf8');
      this.#buffer.writeUInt32BE(bytes, at);
      at += 4 + bytes;
    }
    payload.copy(this.#buffer, at);
    const end = at + payload.length;
    this.#buffer.writeUInt32BE(end - start - 4, start);
    this.#buffer[start + 4] = (key === undefined ? 0 : HAS_KEY) | (json === undefined ? 0 : HAS_PROPERTIES);
    this.#buffer.writeUIntBE(publishTimeMs, start + 5, 6);
    this.#drafts.push({
      key,
      properties: json === undefined ? NO_PROPERTIES : { ...properties },
      publishTimeMs,
      start: at,
      end,
    });
    this.#length = end;
  }

  /** `bytesBefore`: what the topic's earlier chunks add up to, so that sizes are known without reading them. */
  seal(owner: ChunkOwner, base: number, bytesBefore: number): Chunk {
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    this.#buffer.copy(bytes, 0, 0, this.#length);
    const count = this.#drafts.length;
    bytes[0] = VERSION;
    bytes.writeUInt32BE(count, 1);
    bytes.writeUIntBE(bytesBefore, 5, 6);
    bytes.writeUIntBE(this.#drafts[count - 1]?.publishTimeMs ?? 0, 11, 6);
    const messages = this.#drafts.map(({ key, properties, publishTimeMs, start, end }, index) =>
      toMessage(owner, base + index, key, properties, publishTimeMs, bytes.subarray(start, end)),
    );
    this.#drafts = [];
    this.#length = HEADER_BYTES;
    if (this.#buffer.length > 2 * CHUNK_BYTES) this.#buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
    return { base, end: base + count, bytes, messages };
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

export interface ChunkHeader {
  readonly count: number;
  readonly bytesBefore: number;
  readonly lastPublishTimeMs: number;
}

export function chunkHeader(bytes: Buffer): ChunkHeader {
  const version = bytes[0];
  if (version !== VERSION) throw new Error(`a chunk of version ${String(version)} cannot be read by this version`);
  return {
    count: bytes.readUInt32BE(1),
    bytesBefore: bytes.readUIntBE(5, 6),
    lastPublishTimeMs: bytes.readUIntBE(11, 6),
  };
}

export function decodeChunk(owner: ChunkOwner, base: number, bytes: Buffer): Chunk {
  const { count } = chunkHeader(bytes);
  const messages: Message[] = [];
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    const end = at + 4 + bytes.readUInt32BE(at);
    messages.push(decodeRecord(owner, base + index, bytes, at, end));
    at = end;
  }
  return { base, end: base + count, bytes, messages };
}

function decodeRecord(owner: ChunkOwner, offset: number, bytes: Buffer, start: number, end: number): Message {
  const flags = bytes.readUInt8(start + 4);
  const publishTimeMs = bytes.readUIntBE(start + 5, 6);
  let at = start + RECORD_HEADER_BYTES;
  let key: string | undefined;
  let properties = NO_PROPERTIES;
  if (flags & HAS_KEY) {
    const length = bytes.readUInt16BE(at);
    key = bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
  }
  if (flags & HAS_PROPERTIES) {
    const length = bytes.readUInt32BE(at);
    properties = JSON.parse(bytes.toString('utf8', at + 4, at + 4 + length)) as Record<string, string>;
    at += 4 + length;
  }
  return toMessage(owner, offset, key, properties, publishTimeMs, bytes.subarray(at, end));
}

function toMessage(
  owner: ChunkOwner,
  offset: number,
  key: string | undefined,
  properties: Readonly<Record<string, string>>,
  publishTimeMs: number,
  payload: Buffer,
): Message {
  const id = messageId(owner.ledger, offset);
  return { id, topic: owner.name, payload, key, properties, publishTimeMs, redeliveryCount: 0 };
}
