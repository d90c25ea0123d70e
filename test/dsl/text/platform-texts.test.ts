import { expect } from 'chai';
import { smsLength } from '../../../channels/sms/segments.ts';
import { platformText } from '../../../dsl/text/platform-texts.ts';

/** As long as one may be. */
const NAME = 'Riverside Clinic & Care Center';
const ANSWERS = ['stop', 'start', 'help', 'help-out'] as const;

describe('what the platform says by itself', () => {
  for (const locale of ['en', 'es', 'de', 'fr']) {
    for (const answer of ANSWERS) {
      it(`fits one SMS: ${answer} in ${locale}`, () => {
        for (const connector of ['sms', 'email', 'webchat']) {
          const text = platformText(answer, { locale, connector, company: NAME });
          expect(smsLength(text), text).to.deep.include({ encoding: 'GSM-7', segments: 1 });
          expect(text).to.include(NAME);
          expect(text).to.match(/START|STOP/);
        }
      });
    }
  }

  it('speaks the language of a region, and English where it knows none', () => {
    const about = { connector: 'sms' };
    expect(platformText('help', { ...about, locale: 'es-MX' })).to.match(/^Recibe nuestros mensajes por SMS/);
    expect(platformText('help', { ...about, locale: 'pl' })).to.match(/^You get our messages by SMS/);
  });
});
