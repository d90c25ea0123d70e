import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { replyText } from '../../../connectors/email/reply-text.ts';

/** Each file: the mail, a line `=====`, what the person newly wrote. */
const folder = join(import.meta.dirname, 'replies');

describe('the newly written text of an e-mail', () => {
  for (const file of readdirSync(folder)) {
    it(`is found in ${file.replace('.txt', '').replaceAll('-', ' ')}`, () => {
      const [mail = '', expected = ''] = readFileSync(join(folder, file), 'utf8').split('\n=====\n');
      expect(replyText(mail)).to.equal(expected.trim());
      expect(replyText(mail.replaceAll('\n', '\r\n')), 'with CRLF').to.equal(expected.trim());
    });
  }

  it('is the whole text where nothing is quoted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('yes', 'C', 'on Monday', 'I wrote: no', 'De nada'), { minLength: 1 }),
        (lines) => {
          expect(replyText(lines.join('\n'))).to.equal(lines.join('\n'));
        },
      ),
    );
  });

  it('is found in hostile mails within the time that their length allows', () => {
    const hostile = ['On ', '-', '_ ', '> ', 'From: ', ' ', 'On x wrote', '\n\n', 'Am 1 schrieb '];
    for (const part of hostile) expect(() => replyText(part.repeat(200_000))).to.not.throw();
  });
});
