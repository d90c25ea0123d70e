import { expect } from 'chai';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { smsLength, smsSize } from '../../../channels/sms/segments.ts';
import { smsText } from '../../../channels/sms/text.ts';

describe('the length of an SMS', () => {
  const lengths: readonly (readonly [what: string, text: string, encoding: string, segments: number])[] = [
    ['160 characters of GSM-7', 'a'.repeat(160), 'GSM-7', 1],
    ['161', 'a'.repeat(161), 'GSM-7', 2],
    ['306, two full segments', 'a'.repeat(306), 'GSM-7', 2],
    ['307', 'a'.repeat(307), 'GSM-7', 3],
    ['80 characters that take two places each', '€'.repeat(80), 'GSM-7', 1],
    ['81 of them', '€'.repeat(81), 'GSM-7', 2],
    ['letters of GSM-7 beyond ASCII', 'ñèéùìòäöüßØÅ', 'GSM-7', 1],
    ['70 characters with one outside GSM-7', `á${'a'.repeat(69)}`, 'UCS-2', 1],
    ['71 with one outside', `á${'a'.repeat(70)}`, 'UCS-2', 2],
    ['an emoji counts as two', '😀'.repeat(35), 'UCS-2', 1],
    ['36 emoji', '😀'.repeat(36), 'UCS-2', 2],
    ['nothing', '', 'GSM-7', 1],
  ];
  for (const [what, text, encoding, segments] of lengths) {
    it(`of ${what}: ${segments} in ${encoding}`, () => {
      expect(smsLength(text)).to.include({ encoding, segments });
    });
  }

  it('is what the library counts, for texts of which it is not asked', () => {
    const characters = fc.constantFrom(
      ...Array.from('\n !"#$%&()*+,-./059:;<=>?@AZ_az£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà¡¤€{}[]~^|\\áç😀'),
      ...Array.from('íóêÿÞ×ŁőſЯёҁԯ–“„…\u00ad'),
    );
    const text = fc.array(characters, { maxLength: 700 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.nat(700).map((length) => 'ab @'.repeat(200).slice(0, length)),
          fc.nat(700).map((length) => 'Привет, José… '.repeat(50).slice(0, length)),
        ),
        (sms) => {
          const message = new SegmentedMessage(sms, 'auto', false);
          const segments = Math.max(1, message.segmentsCount);
          expect(smsLength(sms)).to.include({ encoding: message.encodingName, segments });
          expect(smsSize(sms)).to.deep.equal({ encoding: message.encodingName, segments });
        },
      ),
    );
  });

  it('is what the library counts for every character of the alphabets that it is not asked about', () => {
    const between = (first: number, last: number): string[] =>
      Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
    const wrong = [...between(0x00, 0x530), ...between(0x2000, 0x20cf)].filter((character) =>
      [character, `á${character.repeat(70)}`].some((sms) => {
        const { encodingName: encoding, segmentsCount: segments } = new SegmentedMessage(sms, 'auto', false);
        const size = smsSize(sms);
        return size.encoding !== encoding || size.segments !== segments;
      }),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('names each character outside GSM-7, its place, and what to write instead', () => {
    expect(smsLength('Hi “Ana”, José').outside).to.deep.equal([
      { character: '“', codePoints: 'U+201C', at: 3, instead: '"' },
      { character: '”', codePoints: 'U+201D', at: 7, instead: '"' },
      // é is in GSM-7, so José is not what costs.
    ]);
    expect(smsLength('😀 á').outside).to.deep.equal([
      { character: '😀', codePoints: 'U+1F600', at: 0 },
      { character: 'á', codePoints: 'U+00E1', at: 3 },
    ]);
  });

  it('includes numbered choices and the addresses of media', () => {
    const choices = [{ label: 'Confirm' }, { label: 'Rebook' }];
    expect(smsText({ text: 'Coming?', choices, media: [{ url: 'https://example.org/a.png' }] })).to.equal(
      'Coming?\n1 Confirm\n2 Rebook\nhttps://example.org/a.png',
    );
  });
});
