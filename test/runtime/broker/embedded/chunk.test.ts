import { expect } from 'chai';
import fc from 'fast-check';
import { ChunkWriter } from '../../../../runtime/broker/embedded/chunk-writer.ts';
import { Chunk, chunkHeader } from '../../../../runtime/broker/embedded/chunk.ts';

const OWNER = { name: 'persistent://acme/messaging/events-partition-0', ledger: 7 };

const text = fc.string({ unit: 'binary', maxLength: 50 });
const message = fc.record(
  {
    payload: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    key: text,
    properties: fc.dictionary(text, text, { noNullPrototype: true }),
  },
  { requiredKeys: ['payload'] },
);
const time = fc.nat(2 ** 41);

describe('chunk of messages', () => {
  it('is read back as it was written, and as it is kept in memory', () => {
    const writer = new ChunkWriter();
    fc.assert(
      fc.property(fc.array(fc.tuple(message, time), { minLength: 1, maxLength: 40 }), fc.nat(), (messages, base) => {
        for (const [each, publishTimeMs] of messages) writer.append(each, publishTimeMs);
        const kept = writer.seal(OWNER, base, 12_345);
        const read = new Chunk(OWNER, base, Buffer.from(kept.bytes));
        expect([read.base, read.end]).to.deep.equal([base, base + messages.length]);
        for (const [index, [sent, publishTimeMs]] of messages.entries()) {
          const got = read.messageAt(base + index);
          expect(kept.messageAt(base + index)).to.deep.equal(got);
          expect(got.payload.equals(sent.payload), 'payload').to.equal(true);
          expect(got.key).to.equal(sent.key);
          expect(got.properties).to.deep.equal(sent.properties ?? {});
          expect(got.publishTimeMs).to.equal(publishTimeMs);
          expect(got.id).to.equal(`7:${base + index}`);
        }
        const first = kept.messageAt(base);
        kept.settle();
        expect(kept.messageAt(base), 'once it is only bytes').to.deep.equal(first);
        expect(() => kept.messageAt(kept.end)).to.throw(RangeError);
        expect(chunkHeader(kept.bytes)).to.deep.equal({
          count: messages.length,
          bytesBefore: 12_345,
          lastPublishTimeMs: messages.at(-1)?.[1],
        });
      }),
      { numRuns: 200 },
    );
  });

  it('of an unknown version is refused', () => {
    expect(() => chunkHeader(Buffer.alloc(20, 9))).to.throw('version 9');
  });
});
