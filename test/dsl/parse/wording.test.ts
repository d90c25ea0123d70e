import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import { diagnose } from '../../../dsl/prove/diagnose.ts';

/** What an author reads of the steps. */
function told(steps: string, more = ''): readonly string[] {
  const text = `conversation: test\nstart: [{ match: hello }]\n${more}steps:\n${steps}`;
  const compiled = compileText(text, { file: 'test.yaml' });
  const problems = 'machine' in compiled ? diagnose({ file: 'test.yaml', text, ...compiled }) : compiled.diagnostics;
  return problems.map(({ message, suggestion = '' }) => `${message} | ${suggestion}`);
}

describe('what is told in the author’s terms', () => {
  it('a word that other tools read as true or false', () => {
    const vars = 'vars: { x: text }\n';
    expect(told('  - set: { x: no }\n', vars)).to.deep.equal([
      'some tools read no as false, others as the text | "no" for the text, false for the value',
    ]);
    expect(told('  - set: { x: On }\n', vars)).to.deep.equal([
      'some tools read On as true, others as the text | "On" for the text, true for the value',
    ]);
    expect(told('  - set: { x: 007 }\n', vars)).to.deep.equal([
      'YAML reads 007 as 7 | "007" for the text, 7 for the value',
    ]);
  });

  it('a text with a colon', () => {
    expect(told('  - say: Note: call us\n    end: done\n')).to.deep.equal([
      'a second ": " in this line: a text with one needs quotes, a further key a line of its own | \'Note: call us\'',
    ]);
  });

  it('lines of which the indentation or the colon is wrong', () => {
    expect(told('  - say: Hello.\n     end: done\n')[0]).to.not.match(/mapping|implicit/);
    expect(told('  - say: Hello.\n   - say: Bye.\n')[0]).to.not.match(/sequence|mapping|implicit/);
    expect(told('  - step: one\n    say\n    end: done\n')[0]).to.not.match(/mapping|implicit/);
  });

  it('the beginning of a loop that is only jumped into', () => {
    const steps = `
  - goto: inside
  - repeat:
      most: 3
      steps:
        - ask: Well?
          within: 1h
          silence: [{ end: silent }]
        - { step: inside, say: Two }
      exhausted: next
`;
    expect(told(steps)).to.deep.equal(['nothing leads to the beginning of "repeat" at "step-2" | ']);
  });

  it('what waits, inside what does not: where it stands instead', () => {
    const steps = '  - branch: [{ when: "true", fetch: shop, goto: next }, { otherwise: next }]\n';
    expect(told(steps)[0]).to.equal('"fetch" stands in a step of its own, not here in this version | ');
    const asked = 'ask: Which?, within: 1h, replies: [{ otherwise: next }], silence: [{ end: late }]';
    const question = '  - ask: Well?\n    within: 1h\n    silence: [{ end: late }]\n';
    expect(
      told(`${question}  - branch: [{ when: reply.text == "x", ${asked}, goto: next }, { otherwise: next }]\n`),
    ).to.deep.equal(['"ask" stands in a step of its own, not here in this version | ']);
    expect(told('  - branch: [{ when: "true", silence: [], goto: next }, { otherwise: next }]\n')[0]).to.include(
      'no key',
    );
  });

  it('what belongs to a wait, inside it: where it stands instead', () => {
    const event = '{ event: com.shop.paid, key: event.data.order, equals: contact.address }';
    const steps = `  - listen: { any: [${event}], within: 1d, silence: [{ end: late }] }\n`;
    expect(told(steps)).to.deep.equal([
      '"within" stands beside "listen", not inside it | ',
      '"silence" stands beside "listen", not inside it | ',
    ]);
    expect(told('  - say: Hm.\n    silence: [{ end: late }]\n')).to.include(
      '"silence" needs "ask" or "listen" beside it | ',
    );
    const inside = '  - ask: { text: Which?, within: 1h, replies: [{ otherwise: next }], silence: [{ end: late }] }\n';
    expect(told(inside)).to.deep.equal([
      '"within" stands beside "ask", not inside it | ',
      '"replies" stands beside "ask", not inside it | ',
      '"silence" stands beside "ask", not inside it | ',
    ]);
    expect(told('  - say: { text: Hm., within: 1h }\n')[0]).to.equal('"say" has no key "within" | ');
    expect(told('  - say: { text: Bye., end: done }\n')).to.deep.equal(['"end" stands beside "say", not inside it | ']);
  });

  it('languages beside the place where they stand', () => {
    expect(told('  - say: { en: Hi. }\n')[0]).to.equal('"en" stands under "text", not in "say" itself | ');
  });

  it('keys of an entry beside the list: where the list has them', () => {
    const event = '{ event: com.shop.paid, key: event.data.order, equals: contact.address }';
    const steps = `  - listen: ${event}\n    within: 1d\n    silence: [{ end: late }]\n`;
    expect(told(steps)).to.include('"event" stands in an entry of "any" or "all", not in "listen" itself | ');
    expect(told('  - when: 1 > 0\n    say: Hi.\n')[0]).to.equal(
      '"when" stands in an entry of "branch", not in this entry of "steps" itself | ',
    );
  });

  it('words of other languages: the word of this one', () => {
    expect(told('  - if: reply.text == "x"\n')[0]).to.equal('this entry of "steps" has no key "if" | branch');
    expect(told('  - wait: 2h\n')[0]).to.equal('this entry of "steps" has no key "wait" | delay');
  });

  it('days in a list, with its brackets or without', () => {
    expect(told('  - delay: { at: "09:00", days: [mon, wed-fri] }\n')).to.deep.equal([]);
    expect(told('  - delay: { at: "09:00", days: [mon, weekend] }\n')).to.deep.equal([
      '"mon,weekend" names no days | ',
    ]);
    expect(told('  - delay: { at: "09:00", days: mon,wed }\n')[0]).to.equal(
      'the comma before "wed" ended the text before it | ',
    );
  });
});
