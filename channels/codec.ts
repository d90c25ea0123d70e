/**
 * The one seam that events and the engine's state pass through on their way to any log, and back. Encryption per
 * contact (so that a contact can be erased) is another codec here, not another format elsewhere.
 */
export interface EventCodec {
  /** `contact`: whose data it is, where it is one person's. */
  encode(json: string, contact?: string): Buffer;
  /** What `encode` gave says itself how to decode it. Throws where it can not be decoded. */
  decode(bytes: Buffer): string;
}

/** UTF-8, nothing hidden. */
export const PLAIN_CODEC: EventCodec = {
  encode: (json) => inBlock(json),
  decode: (bytes) => bytes.toString('utf8'),
};

/**
 * Texts are encoded one after the other into blocks of this size, which are never written twice: a memory block for
 * each, or for every few as Node's own pool has it, would be most of the cost of encoding. Bytes.
 */
const BLOCK_BYTES = 256 * 1024;

/** A longer text gets a block of its own: what is kept of a shared one keeps all of it. UTF-16 units. */
const SHARED_UNITS_MAX = 8 * 1024;

const MAX_UTF8_BYTES_PER_UNIT = 3;

let block = Buffer.alloc(0);
let used = 0;

function inBlock(text: string): Buffer {
  if (text.length > SHARED_UNITS_MAX) return Buffer.from(text, 'utf8');
  if (used + text.length * MAX_UTF8_BYTES_PER_UNIT > block.length) {
    block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    used = 0;
  }
  const start = used;
  used += block.write(text, start, 'utf8');
  return block.subarray(start, used);
}
