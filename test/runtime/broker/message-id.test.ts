import { expect } from 'chai';
import { isDirectlyAfter, messageId } from '../../../runtime/broker/message-id.ts';

describe('two positions of one producer', () => {
  const CASES: readonly [before: string, after: string, is: boolean][] = [
    ['7:3', '7:4', true],
    ['7:3', '7:4:0', true],
    ['7:3:0', '7:3:1', true],
    ['7:3:8', '7:4', true],
    ['7:3:8', '7:4:0', true],
    ['7:3', '7:5', false],
    ['7:3', '7:3', false],
    ['7:4', '7:3', false],
    ['7:3', '7:4:1', false],
    ['7:3:0', '7:3:2', false],
    ['7:3', '8:0', false],
  ];
  for (const [before, after, is] of CASES) {
    it(`${after} is ${is ? '' : 'not known to be '}directly after ${before}`, () => {
      expect(isDirectlyAfter(id(after), id(before))).to.equal(is);
    });
  }
});

function id(text: string): ReturnType<typeof messageId> {
  const [ledger = NaN, entry = NaN, index] = text.split(':').map(Number);
  return messageId(ledger, entry, index);
}
