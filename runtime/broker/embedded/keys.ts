/** Binary keys of the store: big-endian, so that their bytes order as their numbers. */

/** 48 bits: at a million messages a second they last nine years, and a double holds them exactly. */
const NUMBER_BYTES = 6;

export const MAX_OFFSET: number = 2 ** 48 - 1;

/** Of a message or chunk: its topic's ledger, then its offset. */
export function offsetKey(ledger: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(2 * NUMBER_BYTES);
  key.writeUIntBE(ledger, 0, NUMBER_BYTES);
  key.writeUIntBE(offset, NUMBER_BYTES, NUMBER_BYTES);
  return key;
}

export function offsetOf(key: Buffer): number {
  return key.readUIntBE(NUMBER_BYTES, NUMBER_BYTES);
}

/** Sorts before every key of the ledger. */
export function ledgerPrefix(ledger: number): Buffer {
  const key = Buffer.allocUnsafe(NUMBER_BYTES);
  key.writeUIntBE(ledger, 0, NUMBER_BYTES);
  return key;
}

/** Of a subscription or producer name in a topic. */
export function nameKey(ledger: number, name: string): Buffer {
  return Buffer.concat([ledgerPrefix(ledger), Buffer.from(name, 'utf8')]);
}

export function nameOf(key: Buffer): string {
  return key.toString('utf8', NUMBER_BYTES);
}
