import { crc32 } from 'node:zlib';

/** CRC-32 of an event, which ClickHouse computes too, so that not every event need leave it. `data`: JSON, as it was published. */
export function fingerprintOf(type: string, conversation: string, data: string): number {
  return crc32(`${type}\n${conversation}\n${data}`);
}

/** The same of columns, in ClickHouse's words. */
export const FINGERPRINT_SQL = "CRC32(concat(type, '\\n', conversation, '\\n', data))";
