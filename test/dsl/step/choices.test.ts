import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

/** A question that offers these choices: each with its words and its label, as YAML. */
function asking(...choices: readonly string[]) {
  return machineOf(`
conversation: ask
locales: [en, es]
start: [{ match: go }]
vars: { what: text, name: { default: Ana } }
steps:
  - ask: Which?
    into: what
    within: 1h
    replies:
${choices.map((choice) => `      - { ${choice} }`).join('\n')}
      - otherwise: { again: 3, exhausted: { end: lost } }
    silence: [{ end: silent }]
  - say: 'Took \${vars.what}.'
`);
}

describe('choices', () => {
  const numbers = asking(
    'match: { en: [once, one], es: [una vez, uno] }, value: first, label: { en: One time, es: Una }',
    'match: { en: [eleven], es: [once] }, value: second, label: { en: Eleven times, es: Once veces }',
  );
  const asked = (locale: string) => given([numbers], { locale }).reply('go');
  const offered = (locale: string) =>
    asked(locale).emissions.flatMap(({ type, data }) =>
      type === 'message.requested' ? (data as { choices: readonly { value: string }[] }).choices : [],
    );

  it('are taken by their number in every language, also where the words of one are those of another elsewhere', () => {
    for (const locale of ['en', 'es']) {
      expect(asked(locale).reply('1').said().at(-1), locale).to.equal('Took first.');
      expect(asked(locale).reply('2').said().at(-1), locale).to.equal('Took second.');
    }
  });

  it('answer a word of the person’s language that no other entry has in any', () => {
    expect(offered('en').map(({ value }) => value)).to.deep.equal(['one', 'eleven']);
    expect(offered('es').map(({ value }) => value)).to.deep.equal(['una vez', 'once']);
    for (const locale of ['en', 'es']) {
      const took = offered(locale).map(({ value }) => asked(locale).reply(value).said().at(-1));
      expect(took, locale).to.deep.equal(['Took first.', 'Took second.']);
    }
  });

  describe('with expressions in their labels', () => {
    const named = asking(
      "match: me, value: me, label: 'It is ${vars.name}!'",
      "match: other, value: other, label: '${vars.name} and Bo'",
    );
    const both = asking("match: me, label: '${vars.name}'", "match: other, label: '${vars.name}!'");
    const went = (machine: typeof named, ...replies: readonly string[]) =>
      replies
        .reduce((scene, text) => scene.reply(text), given([machine]).reply('go'))
        .said()
        .at(-1);

    it('are taken by the label as it was said, also after it was asked again', () => {
      expect(went(named, 'it is ana')).to.equal('Took me.');
      expect(went(named, 'what?', 'Ana and Bo')).to.equal('Took other.');
      expect(went(named, 'It is Bo')).to.equal('Which? [It is Ana!|Ana and Bo]');
    });

    it('are not taken by a label that two have', () => {
      expect(went(both, 'Ana')).to.equal('Which? [Ana|Ana!]');
      expect(went(both, '2')).to.equal('Took other.');
    });
  });
});
