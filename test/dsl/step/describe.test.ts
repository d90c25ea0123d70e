import { expect } from 'chai';
import { MAX_VALUES_BYTES } from '../../../dsl/limits.ts';
import { given, machineOf } from '../given-when-then.ts';

const NOBODY = 'probe:r1.1.scripted';

const greeting = machineOf(`
conversation: greeting
locales: [en, es]
start: [{ match: hello }]
steps:
  - say:
      text:
        en: 'Hello by \${contact.connector}.'
        es: 'Hola por \${contact.connector}.'
      sms: { text: { en: Hello in short., es: Hola en breve. } }
  - end: greeted
`);

describe('what a test says of somebody who does not exist', () => {
  it('is known of them from then on', () => {
    const scene = given([greeting], { address: NOBODY });
    scene.receive('probe.person-described', { locale: 'es', zone: 'Europe/Madrid', attributes: { plan: 'gold' } });
    expect(scene.state).to.include({ locale: 'es', zone: 'Europe/Madrid' });
    expect(scene.state?.attributes).to.deep.equal({ plan: 'gold' });
    expect(scene.reply('hello').said()).to.deep.equal(['Hola por probe.']);
  });

  it('does not undo what became known since, however often it comes', () => {
    const scene = given([greeting], { address: NOBODY });
    const event = scene.eventOf('probe.person-described', { locale: 'es' });
    scene.apply({ kind: 'event', event });
    scene.receive('probe.person-described', { locale: 'en' });
    scene.apply({ kind: 'event', event: { ...event, source: '/again' } });
    expect(scene.state?.locale).to.equal('en');
  });

  it('comes to no more than definitions may keep of anybody', () => {
    const scene = given([greeting], { address: NOBODY });
    for (let part = 0; part < 20; part += 1) {
      scene.receive('probe.person-described', {
        attributes: { [`a${part.toString()}`]: 'x'.repeat(MAX_VALUES_BYTES / 8) },
      });
    }
    expect(Object.keys(scene.state?.attributes ?? {})).to.deep.equal(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });

  it('changes nothing of anybody else', () => {
    const scene = given([greeting], { address: 'tel:+12125550123' });
    expect(scene.receive('probe.person-described', { locale: 'es' }).state).to.equal(undefined);
  });
});

describe('somebody who does not exist', () => {
  for (const [address, text] of [
    ['probe:r1.1.scripted.as-sms', 'Hello in short.'],
    ['probe:r1.1.as-email.by-hand', 'Hello by email.'],
    ['probe:r1.1.as-fax', 'Hello by probe.'],
  ] as const) {
    it(`reads what a connector would say where their address names it: ${address}`, () => {
      const scene = given([greeting], { address });
      expect(scene.reply('hello').said()).to.deep.equal([text]);
    });
  }

  it('is told by the platform’s own words as over that connector', () => {
    const words = (address: string): string => given([greeting], { address }).reply('STOP').said().join();
    expect(words('probe:r1.1.as-sms')).to.equal(words('tel:+12125550123'));
  });
});

describe('somebody real', () => {
  it('reads nothing else, whatever their address is called', () => {
    const scene = given([greeting], { address: 'webchat:a.as-sms' });
    expect(scene.reply('hello').said()).to.deep.equal(['Hello by webchat.']);
  });
});
