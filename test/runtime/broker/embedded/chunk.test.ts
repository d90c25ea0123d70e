import { expect } from 'chai';
import fc from 'fast-check';
import { EVENT_PROPERTIES } from '../../../../channels/encode.ts';
import { ChunkWriter } from '../../../../runtime/broker/embedded/chunk-writer.ts';
import { Chunk, chunkHeader } from '../../../../runtime/broker/embedded/chunk.ts';

const OWNER = { name: 'persistent://acme/messaging/events-partition-0', ledger: 7 };

const text = fc.string({ unit: 'binary', maxLength: 50 });
/** As every event has them, which are stored without their names, or any others. */
const properties = fc.oneof(
  fc.dictionary(text, text, { noNullPrototype: true }),
  fc.dictionary(fc.constantFrom(...Object.values(EVENT_PROPERTIES)), text, { noNullPrototype: true }),
);
const message = fc.record(
  {
    payload: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    key: text,
    properties,
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

  it('holds values of properties of any length', () => {
    const writer = new ChunkWriter();
    const long = { ce_type: 'ü'.repeat(70_000), ce_id: '€' };
    writer.append({ payload: Buffer.from('p'), properties: long }, 1);
    expect(writer.seal(OWNER, 0, 0).messageAt(0).properties).to.deep.equal(long);
  });

  it('of the version before, which wrote all properties as JSON, is read', () => {
    const writer = new ChunkWriter();
    writer.append({ payload: Buffer.from('p'), key: 'k', properties: { any: 'value' } }, 1);
    const { bytes } = writer.seal(OWNER, 0, 0);
    bytes[0] = 1;
    expect(new Chunk(OWNER, 0, bytes).messageAt(0)).to.deep.include({ key: 'k', properties: { any: 'value' } });
  });

  it('of an unknown version is refused', () => {
    expect(() => chunkHeader(Buffer.alloc(20, 9))).to.throw('version 9');
  });
});
