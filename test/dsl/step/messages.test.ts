import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const SHOP = `
conversation: shop
locales: [en, es]
start:
  - match: shop
  - event: com.example.ready
    contact: event.data.to
    inputs: { name: "\${event.data.name}", picture: "\${event.data.picture}" }
inputs:
  name: { type: text, default: Ana & Bo }
  picture: { type: text, default: "https://shop.example/a.png" }
texts:
  greeting: { text: { en: "Hello \${inputs.name}!", es: "¡Hola \${inputs.name}!" } }
  ready:
    text: Your order is ready.
    media: [{ url: "https://shop.example/map.png", alt: { en: A map, es: Un mapa } }]
    sms: { text: Order ready }
steps:
  - say: { use: greeting }
  - say:
      use: ready
      email: { subject: "Ready, \${inputs.name}", html: "<p>For \${inputs.name}</p>" }
      template: { name: order_ready, with: { who: "\${inputs.name}", count: "\${1 + 1}" } }
  - say:
      text: See
      media:
        - url: "\${inputs.picture}"
        - url: "https://shop.example/p?n=\${inputs.name}"
`;

const requested = (address: string) => {
  const scene = given([machineOf(SHOP)], { address });
  scene.external('com.example.ready', { to: address, name: 'Ana & Bo', picture: 'https://shop.example/a.png' });
  return scene.emissions.filter(({ type }) => type === 'message.requested').map(({ data }) => data as object);
};

describe('messages', () => {
  it('say what a text of the file says, in the language of the conversation', () => {
    expect(
      given([machineOf(SHOP)], { locale: 'es' })
        .reply('shop')
        .said()[0],
    ).to.equal('¡Hola Ana & Bo!');
  });

  it('carry media, a template, and what the connector has of its own', () => {
    const [, byChat] = requested('webchat:ana');
    expect(byChat).to.deep.include({
      text: 'Your order is ready.',
      media: [{ url: 'https://shop.example/map.png', alt: 'A map' }],
      template: { name: 'order_ready', with: { who: 'Ana & Bo', count: 2 } },
    });
    expect(byChat).to.not.have.any.keys('subject', 'html');
    expect(requested('tel:+12125550123')[1]).to.include({ text: 'Order ready' });
  });

  it('give e-mail a subject, and escape what is filled into its HTML', () => {
    expect(requested('mailto:ana@example.com')[1]).to.include({
      text: 'Your order is ready.',
      subject: 'Ready, Ana & Bo',
      html: '<p>For Ana &amp; Bo</p>',
    });
  });

  it('take a whole address as it is and encode what is filled into a part of one', () => {
    expect(requested('webchat:ana')[2]).to.deep.include({
      media: [{ url: 'https://shop.example/a.png' }, { url: 'https://shop.example/p?n=Ana%20%26%20Bo' }],
    });
  });

  it('fail where an address from data is none of the web', () => {
    const scene = given([machineOf(SHOP)]);
    scene.external('com.example.ready', { to: 'webchat:ana', name: 'Bo', picture: 'javascript:alert(1)' });
    expect(scene.emissions.at(-1)).to.deep.include({ type: 'conversation.failed' });
    expect(scene.emissions.at(-1)?.data).to.include({ code: 'media-address-invalid' });
  });
});

describe('languages and their regions', () => {
  const greeting = (locales: string, text: string) =>
    machineOf(`
conversation: greeting
locales: [${locales}]
start:
  - match: { ${locales.split(', ')[0] ?? ''}: [hello, howdy] }
steps:
  - ask: { text: { ${text} } }
    within: 1h
    replies:
      - { match: { ${locales.split(', ')[0] ?? ''}: colour }, label: { ${text} }, end: answered }
      - otherwise: { end: unclear }
    silence: [{ end: silent }]
`);
  const said = (machine: ReturnType<typeof greeting>, locale: string) =>
    given([machine], { locale }).reply('hello').said()[0];

  it('a person is spoken to in another region of their language, where nothing is nearer', () => {
    const machine = machineOf(`
conversation: greeting
locales: [en, pt-BR, es, es-MX]
start: [{ match: hello }]
steps:
  - say: { text: { en: Hello, pt-BR: Oi, es: Hola, es-MX: Qué onda } }
`);
    expect(said(machine, 'pt-PT')).to.equal('Oi');
    expect(said(machine, 'pt')).to.equal('Oi');
    expect(said(machine, 'es-AR')).to.equal('Hola');
    expect(said(machine, 'es-MX')).to.equal('Qué onda');
    expect(said(machine, 'fr')).to.equal('Hello');
  });

  it('a region takes the texts, labels and words of its language, where it has none of its own', () => {
    const machine = greeting('en, en-GB', 'en: Color');
    expect(said(machine, 'en-GB')).to.match(/^Color/);
    expect(given([machine], { locale: 'en-GB' }).reply('howdy').reply('color').happened().join()).to.match(/answered/);
    expect(said(greeting('en, en-GB', 'en: Color, en-GB: Colour'), 'en-GB')).to.match(/^Colour/);
  });

  it('a language that is not among the locales itself is written once for all its regions', () => {
    const machine = machineOf(`
conversation: greeting
locales: [en-US, en-GB]
start: [{ match: { en: hello } }]
steps:
  - say: { text: { en: Hello, en-GB: Good day } }
`);
    expect(said(machine, 'en-US')).to.equal('Hello');
    expect(said(machine, 'en-GB')).to.equal('Good day');
  });
});
