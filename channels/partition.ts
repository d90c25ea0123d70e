/**
 * MurmurHash3 x86 32-bit over UTF-8, seed 0, made non-negative as Pulsar's Java client does
 * (Murmur3_32Hash: `& Integer.MAX_VALUE`). Client libraries differ in their default hash, so Parlance always chooses
 * the partition itself. https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur3(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

export function murmur3(bytes: Buffer): number {
  const blocks = bytes.length >>> 2;
  let hash = 0;
  for (let block = 0; block < blocks; block++) {
    hash ^= scramble(bytes.readInt32LE(block * 4));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= blocks * 4; at--) tail = (tail << 8) | bytes.readUInt8(at);
  hash ^= scramble(tail) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
