import { expect } from 'chai';
import fc from 'fast-check';
import { messageId, type MessageId } from '../../../../runtime/broker/message-id.ts';
import { compareStretch, type Difference, type StoredRow } from '../../../../runtime/store/check/compare.ts';
import { identityOf, type ExpectedRow } from '../../../../runtime/store/check/expectation.ts';

const NO_ROW = { events: [], steps: [], definitions: [], deadLetters: [] };

/** What happened to a message's row. `passed over`: the message has none, as it should be. */
const FATES = ['kept', 'lost', 'doubled', 'altered', 'passed over', 'passed over, stored', 'nowhere'] as const;

type Fate = (typeof FATES)[number];

const EXPECTED: Readonly<Record<Fate, Difference['kind'] | undefined>> = {
  ...{ kept: undefined, lost: 'missing', doubled: 'doubled', altered: 'different', 'passed over': undefined },
  ...{ 'passed over, stored': 'unasked', nowhere: 'stray' },
};

function at(place: number): MessageId {
  // Over ledgers, entries and batches.
  return messageId(Math.floor(place / 12), Math.floor((place % 12) / 3), place % 3);
}

function rowOf(position: MessageId, sequence: number): StoredRow {
  return { table: 'events', position, identity: identityOf('events', { source: '/s', sequence, id: `e${sequence}` }) };
}

function scene(fates: readonly Fate[]): Parameters<typeof compareStretch> {
  const positions: MessageId[] = [];
  const expected = new Map<string, ExpectedRow>();
  const stored: StoredRow[] = [];
  for (const [place, fate] of fates.entries()) {
    const position = at(place);
    const row = rowOf(position, place);
    if (fate !== 'nowhere') positions.push(position);
    if (fate !== 'nowhere' && !fate.startsWith('passed over')) {
      expected.set(position, { table: 'events', identity: row.identity, row: NO_ROW });
    }
    if (fate === 'altered') stored.push(rowOf(position, place + 1));
    else if (fate !== 'lost' && fate !== 'passed over') stored.push(...(fate === 'doubled' ? [row, row] : [row]));
  }
  return [{ positions, expected }, stored];
}

describe('The comparison of messages with rows', () => {
  it('names each row that is lost, doubled, altered, too much or from nowhere, and nothing else', () => {
    const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 60 });
    fc.assert(
      fc.property(fates, fc.boolean(), (happened, isReversed) => {
        const [expectation, stored] = scene(happened);
        const differences = compareStretch(expectation, isReversed ? stored.toReversed() : stored);
        const found = new Map(differences.map(({ kind, position }) => [position, kind]));
        expect(found.size, 'one finding a place').to.equal(differences.length);
        for (const [place, fate] of happened.entries()) {
          expect(found.get(at(place)), `${fate} at ${at(place)}`).to.equal(EXPECTED[fate]);
        }
      }),
    );
  });

  it('tells a message that was put aside from one that is stored', () => {
    const [expectation] = scene(['kept']);
    const aside: StoredRow = { table: 'dead_letters', position: at(0), identity: '[]' };
    expect(compareStretch(expectation, [aside])).to.deep.equal([
      { kind: 'different', position: at(0), identity: rowOf(at(0), 0).identity, stored: '[]' },
    ]);
  });
});
