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

describe('inputs and variables that nothing uses', () => {
  const vars = 'vars: { mood: text }\n';
  const ask = (into: string) => `  - { ask: Well?, ${into}within: 1h, silence: [{ end: silent }] }\n`;
  const snippet = (says: string, inputs = 'inputs: { who: text }') =>
    definition(
      '  - { call: greet, with: { who: Ana }, outcomes: { completed: next } }\n',
      `snippets:\n  greet:\n    ${inputs}\n    steps:\n      - say: '${says}'\n`,
    );

  it('are told: a variable that is neither set nor read', () => {
    expect(told(definition(SAY, vars))).to.deep.equal(['warning never-used 3']);
  });

  it('are used where a reply or a step gives the variable a value: people see it', () => {
    expect(told(definition(ask('into: mood, '), vars))).to.deep.equal([]);
    expect(told(definition('  - set: { mood: good }\n', vars))).to.deep.equal([]);
  });

  it('are used where anything reads them: texts, checks, events that are waited for, whole maps', () => {
    const size = 'vars: { size: { default: 1 } }\n';
    expect(told(definition(SAY.replace('Hi.', "'${vars.size}'"), size))).to.deep.equal([]);
    expect(told(definition(SAY.replace('Hi.', '"${vars[\'size\']}"'), size))).to.deep.equal([]);
    expect(told(definition("  - emit: { type: com.example.x, data: { all: '${vars}' } }\n", size))).to.deep.equal([]);
    const anytime =
      'anytime: [{ event: com.example.x, key: event.data.id, equals: contact.address, when: event.data.n > double(vars.size), then: resume }]\n';
    expect(told(definition(ask(''), size + anytime))).to.deep.equal([]);
  });

  it('are told of an input that no start gives and nothing reads', () => {
    const inputs = 'inputs: { title: { optional: true } }\n';
    const event = (given: string) => `[{ event: com.example.x, contact: event.data.phone${given} }]`;
    expect(told(definition(SAY, inputs))).to.deep.equal(['warning never-used 3']);
    expect(told(definition(SAY, inputs, event('')))).to.deep.equal(['warning never-used 3']);
  });

  it('leave alone what a start gives: conversation.started tells it', () => {
    const inputs = 'inputs: { title: { optional: true } }\n';
    const event = "[{ event: com.example.x, contact: event.data.phone, inputs: { title: '${event.data.title}' } }]";
    expect(told(definition(SAY, inputs, event))).to.deep.equal([]);
    expect(told(definition(SAY, inputs, '[{ broadcast: true }]'))).to.deep.equal([]);
  });

  it('are told of snippets, also of those of a shared file', () => {
    expect(told(snippet('Hello ${inputs.who}.'))).to.deep.equal([]);
    expect(told(snippet('Hello.'))).to.deep.equal(['warning never-used 5']);
    expect(
      told('shared: parts\nsnippets:\n  greet:\n    vars: { who: text }\n    steps:\n      - say: Hi.\n'),
    ).to.deep.equal(['warning never-used 4']);
  });

  it('are told of a data source that asks for more than it sends', () => {
    const fetching = (path: string) =>
      definition(
        '  - { fetch: shop, with: { id: a1 }, failed: { end: down } }\n',
        `data:\n  shop: { inputs: { id: text }, get: "https://shop.example/${path}", returns: { open: boolean } }\n`,
      );
    expect(told(fetching('${inputs.id}'))).to.deep.equal([]);
    expect(told(fetching(''))).to.deep.equal(['warning never-used 4']);
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
