import { expect } from 'chai';
import fc from 'fast-check';
import { murmur3, partitionOf } from '../../channels/partition.ts';

describe('murmur3', () => {
  /** MurmurHash3_x86_32 with seed 0, as published with other implementations. */
  const vectors: readonly [string, number][] = [
    ['', 0],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ];
  for (const [text, hash] of vectors) {
    it(`hashes "${text}" to the published value`, () => {
      expect(murmur3(Buffer.from(text)) >>> 0).to.equal(hash);
    });
  }

  it('hashes bytes that are no text, with each length of the tail', () => {
    const bytes: readonly [number[], number][] = [
      [[0xff, 0xff, 0xff, 0xff], 0x76293b50],
      [[0x21, 0x43, 0x65, 0x87], 0xf55b516b],
      [[0x21, 0x43, 0x65], 0x7e4a8634],
      [[0x21, 0x43], 0xa0f7b07a],
      [[0x21], 0x72661cf4],
      [[0, 0, 0, 0], 0x2362f9de],
      [[0, 0, 0], 0x85f0b427],
      [[0, 0], 0x30f4c306],
      [[0], 0x514e28b7],
    ];
    for (const [input, hash] of bytes) expect(murmur3(Buffer.from(input)) >>> 0, input.join(' ')).to.equal(hash);
  });
});

describe('partitionOf', () => {
  it('gives one of the partitions, always the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1024 }), (key, partitions) => {
        const partition = partitionOf(key, partitions);
        expect(partition).to.be.within(0, partitions - 1);
        expect(partitionOf(key, partitions)).to.equal(partition);
      }),
    );
  });

  it('spreads contacts evenly', () => {
    const sizes = new Array<number>(8).fill(0);
    for (let contact = 0; contact < 8000; contact++) {
      const partition = partitionOf(`c-${contact}`, 8);
      sizes[partition] = (sizes[partition] ?? 0) + 1;
    }
    for (const size of sizes) expect(size, sizes.join(' ')).to.be.within(850, 1150);
  });
});
