import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { batchesOf } from '../../../runtime/history/record-batches.ts';

describe('recorded rows: batches', () => {
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
