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
  encode: (json) => Buffer.from(json, 'utf8'),
  decode: (bytes) => bytes.toString('utf8'),
};
