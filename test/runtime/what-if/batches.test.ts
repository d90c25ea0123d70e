import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { batchesOf } from '../../../runtime/what-if/batches.ts';
import { windowOf } from '../../../runtime/what-if/recorded-window.ts';

describe('what-if: batches of rows', () => {
  it('divide no contact, lose no byte, and are no larger than asked for by more than a contact', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (contacts, chunkBytes) => {
          const line = (contact: number, text: string): string =>
            `${JSON.stringify([`c-${contact.toString()}`, 0, [], [text]])}\n`;
          const whole = contacts.flatMap((texts, contact) => texts.map((text) => line(contact, text))).join('');
          const bytes = Buffer.from(whole);
          const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
            bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
          );
          const batches: string[] = [];
          for await (const batch of batchesOf(Readable.from(chunks), 100)) batches.push(batch.toString());
          expect(batches.join('')).to.equal(whole);
          const contactsOf = (batch: string): string[] => [
            ...new Set(
              batch
                .trim()
                .split('\n')
                .map((row) => String((JSON.parse(row) as unknown[])[0])),
            ),
          ];
          const all = batches.flatMap(contactsOf);
          expect(all).to.deep.equal([...new Set(all)]);
        },
      ),
    ));
});

describe('what-if: a window', () => {
  const now = Date.parse('2026-03-08T12:00:00Z');

  it('is so long before now, or from one instant to another', () => {
    expect(windowOf('last-7d', now)).to.deep.equal({ from: new Date('2026-03-01T12:00:00Z'), to: new Date(now) });
    expect(windowOf('last-24h', now)?.from).to.deep.equal(new Date('2026-03-07T12:00:00Z'));
    expect(windowOf('2026-03-01..2026-03-02T10:00+02:00', now)).to.deep.equal({
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-03-02T08:00:00Z'),
    });
  });

  it('is nothing else', () => {
    for (const text of ['yesterday', 'last-7', '2026-03-02..2026-03-01', '2026-03-01', '2026-02-31x..2026-03-02'])
      expect(windowOf(text, now), text).to.equal(undefined);
  });
});
