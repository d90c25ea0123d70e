import { expect } from 'chai';
import fc from 'fast-check';
import { messageId } from '../../../../runtime/broker/message-id.ts';
import { decodeMessageId, encodeMessageId } from '../../../../runtime/broker/remote/message-id-wire.ts';

const position = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('message ids on the wire', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(
        position,
        position,
        fc.integer({ min: -1, max: 1000 }),
        fc.integer({ min: -1, max: 500 }),
        (...id) => {
          const [ledger, entry, batchIndex, partition] = id;
          const written = messageId(ledger, entry, batchIndex);
          expect(decodeMessageId(encodeMessageId(written, partition))).to.equal(written);
        },
      ),
    );
  });

  // From a real broker (Pulsar 4.2.4): ledger 7, entry 9, partition 0, batch size 0.
  it('read what Pulsar writes', () => {
    expect(decodeMessageId(Buffer.from('CAcQCTAA', 'base64'))).to.equal('7:9');
  });

  it('pass over fields that are lists or messages', () => {
    const withAckSet = Buffer.concat([encodeMessageId(messageId(7, 9, 2), 0), Buffer.from([0x2a, 2, 1, 1, 0x30, 4])]);
    expect(decodeMessageId(withAckSet)).to.equal('7:9:2');
  });

  it('are undefined for the (-1, -1) of a dropped duplicate', () => {
    const minusOne = [...Array<number>(9).fill(0xff), 1];
    expect(decodeMessageId(Buffer.from([0x08, ...minusOne, 0x10, ...minusOne]))).to.equal(undefined);
  });

  it('are refused where they break off', () => {
    expect(() => decodeMessageId(Buffer.from([0x08, 0x87]))).to.throw(/breaks off/);
  });
});
