import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';

const told = (text: string): readonly string[] => {
  const compiled = compileText(text, { file: 'x.yaml' });
  const found = 'machine' in compiled ? compiled.warnings : compiled.diagnostics;
  return found.map(({ code, severity, line }) => `${severity} ${code} ${line.toString()}`);
};
const definition = (steps: string, rest = '', start = '[{ match: hi }]') =>
  `conversation: x\nstart: ${start}\n${rest}steps:\n${steps}`;
const SAY = '  - say: Hi.\n';

describe('what nothing uses', () => {
  it('is checked all the same: a broken expression in it is told', () => {
    const data = (url: string) => `data:\n  shop: { get: "${url}", returns: { open: boolean } }\n`;
    expect(told(definition(SAY, data('https://shop.example/${vars.nowhere}')))).to.deep.equal([
      'error expression-unknown 4',
    ]);
    expect(told(definition(SAY, data('https://shop.example/')))).to.deep.equal(['warning never-used 4']);
  });

  it('keeps nothing from running: the machine is made, with warnings', () => {
    expect(compileText(definition(SAY, 'texts: { hello: Hello. }\n'), { file: 'x.yaml' })).to.have.property('machine');
  });

  it('is not told of a shared file, which others use', () => {
    expect(told('shared: parts\ntexts: { hello: Hello. }\n')).to.deep.equal([]);
  });
});

describe('cases and starts that are never taken', () => {
  const branch = (first: string, second = "contact.zone == 'UTC'") =>
    definition(
      `  - branch:\n      - { when: "${first}", goto: next }\n      - { when: "${second}", goto: next }\n      - otherwise: next\n`,
    );

  it('are told after a case that always holds, also where it says so at length', () => {
    expect(told(branch('true'))).to.deep.equal(['warning never-reached 6', 'warning never-reached 7']);
    expect(told(branch('1 < 2 || false'))).to.have.length(2);
    expect(told(branch('contact.zone.size() > 3'))).to.deep.equal([]);
  });

  it('are told after a case with the same condition', () => {
    expect(told(branch("contact.zone == 'UTC'"))).to.deep.equal(['warning never-reached 6']);
  });

  it('are told of starts by one event, by broadcasts and by any message', () => {
    const event = 'event: com.shop.paid, contact: event.data.phone';
    const starts = (...all: string[]) => told(definition(SAY, '', `[${all.map((one) => `{ ${one} }`).join(', ')}]`));
    expect(starts(event, event)).to.deep.equal(['warning never-reached 2']);
    expect(starts(`${event}, when: event.data.big`, event)).to.deep.equal([]);
    expect(starts(event, event.replace('paid', 'sent'))).to.deep.equal([]);
    expect(starts('broadcast: true', 'broadcast: true')).to.deep.equal(['warning never-reached 2']);
    expect(starts('any: true', 'any: true')).to.deep.equal(['warning never-reached 2']);
  });
});
