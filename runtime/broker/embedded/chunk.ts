/**
 * Messages are stored in chunks: what was sent to a topic within one group commit becomes one value of the store (or a
 * few, of about CHUNK_BYTES), which costs far less than one value a message. Layout, big-endian:
 *
 *     chunk  = version u8, count u32, bytes of the topic before this chunk u48, last publish time u48, record*
 *     record = length u32 of what follows, flags u8, publish time u48, [key length u16, key], [length u32, properties
 *              as JSON], payload
 */
import { messageId } from '../message-id.ts';
import type { Message } from '../port.ts';

export const CHUNK_VERSION = 1;
export const HEADER_BYTES = 17;
export const RECORD_HEADER_BYTES = 11;
export const HAS_KEY = 1;
export const HAS_PROPERTIES = 2;
export const NO_PROPERTIES: Readonly<Record<string, string>> = Object.freeze({});

/** Names the topic in the messages that are decoded from its chunks. */
export interface ChunkOwner {
  readonly name: string;
  readonly ledger: number;
}

/** What a chunk holds of a message; `start` and `end` are those of its payload. */
export interface Draft extends Pick<Message, 'key' | 'properties' | 'publishTimeMs'> {
  readonly start: number;
  readonly end: number;
}

export interface ChunkHeader {
  readonly count: number;
  readonly bytesBefore: number;
  readonly lastPublishTimeMs: number;
}

/** A chunk in memory. Its messages are decoded when somebody reads them: many are read by nobody, or much later. */
export class Chunk {
  readonly base: number;
  /** Offset after the last message. */
  readonly end: number;
  readonly bytes: Buffer;
  readonly #owner: ChunkOwner;
  /** Where the records begin, once somebody asked. */
  #starts: readonly number[] | undefined;
  /** Of a chunk just written: what it was made of, and the messages that somebody has read. */
  #fresh: { readonly drafts: readonly Draft[]; readonly messages: (Message | undefined)[] } | undefined;

  /** `drafts`: what the chunk was just made of. */
  constructor(owner: ChunkOwner, base: number, bytes: Buffer, drafts?: readonly Draft[]) {
    const { count } = chunkHeader(bytes);
    this.base = base;
    this.end = base + count;
    this.bytes = bytes;
    this.#owner = owner;
    this.#fresh = drafts && { drafts, messages: [] };
  }

  get lastPublishTimeMs(): number {
    return chunkHeader(this.bytes).lastPublishTimeMs;
  }

  /** Throws where `offset` is not in [base, end). */
  messageAt(offset: number): Message {
    const index = offset - this.base;
    const known = this.#fresh?.messages[index];
    if (known) return known;
    const draft = this.#fresh?.drafts[index] ?? draftOf(this.bytes, this.#startOf(index));
    const { key, properties, publishTimeMs, start, end } = draft;
    const { name: topic, ledger } = this.#owner;
    const payload = this.bytes.subarray(start, end);
    const id = messageId(ledger, offset);
    const message = { id, topic, payload, key, properties, publishTimeMs, redeliveryCount: 0 };
    if (this.#fresh) this.#fresh.messages[index] = message;
    return message;
  }

  /** Those who keep up have read it: from now on it is only bytes. */
  settle(): void {
    this.#fresh = undefined;
  }

  #startOf(index: number): number {
    const start = (this.#starts ??= startsOf(this.bytes, this.end - this.base))[index];
    if (start === undefined) throw new RangeError(`the chunk at ${this.base} has no message ${index}`);
    return start;
  }
}

export function chunkHeader(bytes: Buffer): ChunkHeader {
  const version = bytes[0];
  if (version !== CHUNK_VERSION)
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

function draftOf(bytes: Buffer, recordStart: number): Draft {
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
  }
  return { key, properties, publishTimeMs, start, end };
}
