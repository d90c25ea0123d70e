import { expect } from 'chai';
import fc from 'fast-check';
import {
  AddressError,
  contactKeyOf,
  isContactKey,
  isProbeContact,
  isScriptedContact,
  parseAddress,
  schemeOf,
} from '../../channels/contact-key.ts';

const phone = fc.stringMatching(/^\+[1-9]\d{5,14}$/);
const mail = fc.emailAddress();

describe('parseAddress', () => {
  const same: readonly [string, string][] = [
    ['+1 (212) 555-0123', 'tel:+12125550123'],
    ['tel:+1-212-555.0123', 'tel:+12125550123'],
    [' Ana@Example.ORG ', 'mailto:ana@example.org'],
    ['mailto:ana@example.org', 'mailto:ana@example.org'],
    ['MAILTO:Ana@example.org', 'mailto:ana@example.org'],
    ['+ana@example.org', 'mailto:+ana@example.org'],
    ['webchat:Xy_9-~', 'webchat:Xy_9-~'],
  ];
  for (const [text, address] of same) {
    it(`reads "${text}" as ${address}`, () => {
      expect(parseAddress(text)).to.equal(address);
    });
  }

  for (const text of ['', '2125550123', 'tel:12', 'tel:+0123456', 'ana@', 'a b@c', 'webchat:', 'webchat:a b', 'ana']) {
    it(`refuses "${text}"`, () => {
      expect(() => parseAddress(text)).to.throw(AddressError);
    });
  }

  it('changes nothing that is already in its form', () => {
    fc.assert(
      fc.property(fc.oneof(phone, mail), (text) => {
        const address = parseAddress(text);
        expect(parseAddress(address)).to.equal(address);
      }),
    );
  });

  it('names the scheme, which chooses the connector', () => {
    expect(schemeOf(parseAddress('+12125550123'))).to.equal('tel');
    expect(schemeOf(parseAddress('webchat:a'))).to.equal('webchat');
  });
});

describe('contactKeyOf', () => {
  it('gives the same key however the address is written', () => {
    fc.assert(
      fc.property(phone, (text) => {
        const spaced = text.replaceAll(/(\d{3})/g, '$1 ');
        expect(contactKeyOf(parseAddress(`tel:${spaced}`))).to.equal(contactKeyOf(parseAddress(text)));
      }),
    );
  });

  it('gives other people other keys, which do not show the address', () => {
    fc.assert(
      fc.property(phone, phone, (one, other) => {
        fc.pre(one !== other);
        const key = contactKeyOf(parseAddress(one));
        expect(key).to.match(/^c-[0-9a-f]{32}$/);
        expect(key).not.to.equal(contactKeyOf(parseAddress(other)));
      }),
    );
  });

  it('tells by the key who does not exist, and for whom a test answers', () => {
    const keys = ['+12125550123', 'probe:r1.1', 'probe:r1.1.scripted', 'probe:r1.1.scripted.by-hand'].map((text) =>
      contactKeyOf(parseAddress(text)),
    );
    expect(keys.map(isContactKey)).to.deep.equal([true, true, true, true]);
    expect(keys.map(isProbeContact)).to.deep.equal([false, true, true, true]);
    expect(keys.map(isScriptedContact)).to.deep.equal([false, false, true, true]);
    expect(isScriptedContact(contactKeyOf(parseAddress('mailto:ana@x.scripted')))).to.equal(false);
  });
});
