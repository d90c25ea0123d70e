/**
 * Messages are stored in chunks: what was sent to a topic within one group commit becomes one value of the store (or a
 * few, of about CHUNK_BYTES), which costs far less than one value a message. Layout, big-endian:
 *
 *     chunk  = version u8, count u32, bytes of the topic before this chunk u48, last publish time u48, record*
 *     record = length u32 of what follows, flags u8, publish time u48, [key length u16, key], [length u32, properties
 *              as JSON | known properties], payload
 */
import { messageId } from '../message-id.ts';
import type { Message } from '../port.ts';
import { readKnown } from './known-properties.ts';

export const CHUNK_VERSION = 2;

/** It had no known properties. */
const OLDEST_VERSION = 1;

export const HEADER_BYTES = 17;
export const RECORD_HEADER_BYTES = 11;
export const HAS_KEY = 1;
export const HAS_PROPERTIES = 2;
export const HAS_KNOWN_PROPERTIES = 4;
const NO_PROPERTIES: Message['properties'] = Object.freeze({});

/** Names the topic in the messages that are decoded from its chunks. */
export interface ChunkOwner {
  readonly name: string;
  readonly ledger: number;
}

type Stored = Pick<Message, 'key' | 'properties' | 'publishTimeMs' | 'payload'>;

export interface ChunkHeader {
  readonly count: number;
  readonly bytesBefore: number;
  readonly lastPublishTimeMs: number;
}

/**
 * A chunk in memory. Its messages are decoded for each who reads them: many are read by nobody, and to keep them for the
 * next reader would cost the collector more than decoding them again.
 */
export class Chunk {
  readonly base: number;
  /** Offset after the last message. */
  readonly end: number;
  readonly bytes: Buffer;
  readonly #owner: ChunkOwner;
  /** Where the records begin, once somebody asked. */
  #starts: readonly number[] | undefined;
  constructor(owner: ChunkOwner, base: number, bytes: Buffer) {
    const { count } = chunkHeader(bytes);
    this.base = base;
    this.end = base + count;
    this.bytes = bytes;
    this.#owner = owner;
  }

  get lastPublishTimeMs(): number {
    return chunkHeader(this.bytes).lastPublishTimeMs;
  }

  /** Throws where `offset` is not in [base, end). */
  messageAt(offset: number): Message {
    const index = offset - this.base;
    const { name: topic, ledger } = this.#owner;
    const id = messageId(ledger, offset);
    const { payload, key, properties, publishTimeMs } = storedAt(this.bytes, this.#startOf(index));
    return { id, topic, payload, key, properties, publishTimeMs, redeliveryCount: 0 };
  }

  #startOf(index: number): number {
    const start = (this.#starts ??= startsOf(this.bytes, this.end - this.base))[index];
    if (start === undefined) throw new RangeError(`the chunk at ${this.base} has no message ${index}`);
    return start;
  }
}

export function chunkHeader(bytes: Buffer): ChunkHeader {
  const version = bytes[0];
  if (version === undefined || version < OLDEST_VERSION || version > CHUNK_VERSION)
    throw new Error(`a chunk of version ${String(version)} cannot be read by this version`);
  return {
    count: bytes.readUInt32BE(1),
    bytesBefore: bytes.readUIntBE(5, 6),
    lastPublishTimeMs: bytes.readUIntBE(11, 6),
  };
}

function startsOf(bytes: Buffer, count: number): readonly number[] {
  const starts: number[] = [];
  for (let at = HEADER_BYTES; starts.length < count; at += 4 + bytes.readUInt32BE(at)) starts.push(at);
  return starts;
}

function storedAt(bytes: Buffer, recordStart: number): Stored {
  const end = recordStart + 4 + bytes.readUInt32BE(recordStart);
  const flags = bytes.readUInt8(recordStart + 4);
  const publishTimeMs = bytes.readUIntBE(recordStart + 5, 6);
  let start = recordStart + RECORD_HEADER_BYTES;
  let key: string | undefined;
  let properties = NO_PROPERTIES;
  if (flags & HAS_KEY) {
    const length = bytes.readUInt16BE(start);
    key = bytes.toString('utf8', start + 2, start + 2 + length);
    start += 2 + length;
  }
  if (flags & HAS_PROPERTIES) {
    const length = bytes.readUInt32BE(start);
    properties = JSON.parse(bytes.toString('utf8', start + 4, start + 4 + length)) as Record<string, string>;
    start += 4 + length;
  } else if (flags & HAS_KNOWN_PROPERTIES) {
    ({ properties, end: start } = readKnown(bytes, start));
  }
  return { key, properties, publishTimeMs, payload: bytes.subarray(start, end) };
}
