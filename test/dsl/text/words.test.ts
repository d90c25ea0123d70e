import { expect } from 'chai';
import fc from 'fast-check';
import { parseDuration } from '../../../dsl/text/duration.ts';
import { fold } from '../../../dsl/text/fold.ts';
import { formatTime } from '../../../dsl/text/format-time.ts';
import { readReply } from '../../../dsl/text/read-reply.ts';

describe('words', () => {
  it('fold case, accents, punctuation and blanks', () => {
    for (const [text, folded] of [
      ['  Sure! ', 'sure'],
      ['¡SÍ!', 'si'],
      ['C.', 'c'],
      ['¿Cómo   llegar?', 'como llegar'],
      ['ＡＢＣ', 'abc'],
      ['👍', '👍'],
      ['👍🏽!', '👍🏽'],
      ['-3', '-3'],
      ["don't", 'don t'],
      ['...', ''],
      ['1️⃣', '1'],
      ['❤️', '❤'],
      ['STRASSE', 'strasse'],
      ['Straße', 'strasse'],
      ['Smørrebrød', 'smorrebrod'],
      ['Łódź', 'lodz'],
      ['Cœur, Æble', 'coeur aeble'],
      ['Ναί', 'ναι'],
      ['Ещё', 'еще'],
    ] as const) {
      expect(fold(text), text).to.equal(folded);
    }
  });

  it('keep the marks without which they are others', () => {
    for (const [one, other] of [
      ['हाँ', 'ह'],
      ['हाँ', 'हि'],
      ['かぎ', 'かき'],
      ['ใช่', 'ใช'],
    ] as const) {
      expect(fold(one), one).not.to.equal(fold(other));
    }
    expect(fold('हाँ!')).to.equal(fold(' हाँ'));
    expect(fold('ｶﾞ')).to.equal(fold('ガ'));
  });

  it('fold to something that folds to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).to.equal(fold(text));
      }),
    );
  });
});

describe('durations', () => {
  it('are numbers with units', () => {
    expect(parseDuration('90m')).to.equal(5_400_000);
    expect(parseDuration('1d12h')).to.equal(129_600_000);
    expect(parseDuration('1.5h')).to.equal(5_400_000);
    for (const text of ['', '5', '5 m', '5min', '-5m', 'P1D', '1e3s'])
      expect(parseDuration(text), text).to.equal(undefined);
  });
});

describe('replies as values', () => {
  it('read numbers with the decimal sign of the locale', () => {
    expect(readReply({ type: 'integer' }, ' 7 ', { locale: 'en' })).to.equal(7);
    expect(readReply({ type: 'integer' }, '7.5', { locale: 'en' })).to.equal(undefined);
    expect(readReply({ type: 'number' }, '7,5', { locale: 'es' })).to.equal(7.5);
    expect(readReply({ type: 'number' }, '7,5', { locale: 'en' })).to.equal(undefined);
    expect(readReply({ type: 'integer' }, '1e3', { locale: 'en' })).to.equal(undefined);
    expect(readReply({ type: 'integer' }, 'seven', { locale: 'en' })).to.equal(undefined);
  });
});

describe('times in texts', () => {
  const at = new Date('2026-03-08T14:05:09Z');
  const show = (pattern: string, locale = 'en', zone = 'America/New_York') => formatTime(at, pattern, locale, zone);

  it('are shown in a zone and a locale, after the night the clocks changed', () => {
    expect(show("EEEE 'at' HH:mm")).to.equal('Sunday at 10:05');
    expect(show("EEEE 'a las' HH:mm", 'es')).to.equal('domingo a las 10:05');
    expect(show('d MMMM yyyy')).to.equal('8 March 2026');
    expect(show("d 'de' MMMM", 'es')).to.equal('8 de marzo');
    expect(show('dd.MM.yy')).to.equal('08.03.26');
    expect(show('h:mm a')).to.equal('10:05 AM');
    expect(show('HH:mm:ss', 'en', 'UTC')).to.equal('14:05:09');
    expect(show('H', 'en', 'Asia/Tokyo')).to.equal('23');
    expect(show("''d''")).to.equal("'8'");
  });

  it('refuse letters that stand for nothing', () => {
    expect(() => show('HH o')).to.throw(RangeError, /"o" is no field/);
    expect(() => show("HH 'o")).to.throw(RangeError, /not closed/);
  });
});
