import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';

const HEAD = `conversation: shipping
start:
  - event: com.shop.placed
    contact: event.data.customer
    inputs: { order: "\${event.data.order}" }
inputs: { order: text }
vars: { carrier: text, tries: { type: integer, default: 0 } }
`;
const HEAD_LINES = HEAD.split('\n').length - 1;

/** `code:line` of errors in what follows the head, of which not all use what the head declares. */
const problems = (text: string): readonly string[] => {
  const compiled = compileText(`${HEAD}${text}`, { file: 'shipping.yaml' });
  if ('machine' in compiled) return [];
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  return errors.map(({ code, line }) => `${code}:${(line - HEAD_LINES).toString()}`);
};

const EVENT = 'event: com.shop.shipped, key: event.data.order, equals: inputs.order';
const END = '\n    within: 2d\n    silence: [{ end: late }]\n';
const listen = (entries: string, kind = 'any', after = ''): readonly string[] =>
  problems(`steps:\n  - listen:\n      ${kind}:\n${entries}${END}${after}`);

describe('listen, as the checker sees it', () => {
  it('needs one of any and all', () => {
    expect(problems(`steps:\n  - listen: {}${END}`)).to.deep.equal(['missing-key:2']);
    expect(problems(`steps:\n  - listen:\n      any: [{ ${EVENT} }]\n      all: [{ ${EVENT} }]${END}`)).to.deep.equal([
      'keys-exclusive:4',
    ]);
  });

  it('needs a time, and one silence that leaves', () => {
    const silent = (entries: string): readonly string[] =>
      problems(`steps:\n  - listen: { any: [{ ${EVENT} }] }\n    within: 2d\n    silence: ${entries}\n`);
    expect(problems(`steps:\n  - listen: { any: [{ ${EVENT} }] }\n`)).to.deep.equal(['missing-key:2']);
    expect(silent('[{ end: late }]')).to.deep.equal([]);
    expect(silent('[{ say: Hm. }]')).to.deep.equal(['silence-open:4']);
    expect(silent('[{ say: Hm., within: 1d }]')).to.deep.equal(['keys-exclusive:4']);
    expect(silent('[{ end: late }, { end: later }]')).to.deep.equal(['never-reached:4']);
  });

  it('is told where time and silence stand, if they are written inside', () => {
    const inside = `steps:\n  - listen:\n      any: [{ ${EVENT} }]\n      within: 2d\n      silence: [{ end: late }]\n`;
    expect(problems(inside)).to.deep.equal(['unknown-key:4', 'unknown-key:5']);
    const half = `steps:\n  - listen:\n      any: [{ ${EVENT} }]\n      within: 2d\n    silence: [{ end: late }]\n`;
    expect(problems(half)).to.deep.equal(['unknown-key:4']);
  });

  it('is the only wait of its step, for time and silence belong to one', () => {
    const ask = '  - ask: Well?\n    within: 1d\n    silence: [{ end: late }]\n';
    expect(problems(`steps:\n${ask}    listen: { any: [{ ${EVENT} }] }\n`)).to.deep.equal(['keys-exclusive:5']);
    const handoff = '    handoff: desk\n    returned: next\n    nobody: next\n';
    expect(problems(`steps:\n  - listen: { any: [{ ${EVENT} }] }${END}${handoff}`)).to.deep.equal(['keys-exclusive:5']);
    expect(problems(`steps:\n  - say: Hm.${END}`)).to.deep.equal(['missing-key:3', 'missing-key:4']);
    expect(problems(`steps:\n  - ${handoff.trimStart()}    silence: [{ end: late }]\n`)).to.include('missing-key:5');
  });

  it('asks every entry of any for an exit where one has it, and allows none in all', () => {
    expect(listen(`        - { ${EVENT}, end: shipped }\n        - { ${EVENT}, say: Hm. }`)).to.deep.equal([
      'exit-missing:5',
    ]);
    expect(listen(`        - { ${EVENT}, end: shipped }`, 'all')).to.include('keys-exclusive:4');
  });

  it('knows the event in a condition and in what it leads to, and nowhere else', () => {
    const way = `        - { ${EVENT}, when: event.data.n > 1.0, say: "\${event.data.n.format()}" }`;
    expect(listen(way)).to.deep.equal([]);
    expect(listen(way, 'any', '  - say: "${event.id}"\n')).to.deep.equal(['expression-unknown:7']);
    const equals = '        - { event: com.shop.shipped, key: event.data.order, equals: event.data.order }';
    expect(listen(equals)).to.deep.equal(['expression-unknown:4']);
    const key = '        - { event: com.shop.shipped, key: inputs.order, equals: inputs.order }';
    expect(listen(key)).to.deep.equal(['expression-unknown:4']);
  });

  it('takes texts alone to tell events by, and events of one’s own', () => {
    const number = '        - { event: com.shop.shipped, key: event.data.order, equals: vars.tries }';
    expect(listen(number)).to.deep.equal(['expression-type:4']);
    const platform = '        - { event: message.received, key: event.id, equals: inputs.order }';
    expect(listen(platform)).to.deep.equal(['event-type-reserved:4']);
  });

  it('knows what all events have set once they have come, not where one is missing', () => {
    const all = `        - { ${EVENT}, set: { carrier: "\${event.data.carrier}" } }\n        - { ${EVENT} }`;
    expect(listen(all, 'all', '  - say: "${vars.carrier}"\n')).to.deep.equal([]);
    expect(listen(all, 'any', '  - say: "${vars.carrier}"\n')).to.deep.equal(['value-unset:8']);
    const other = `        - { ${EVENT}, set: { carrier: "\${event.data.carrier}" } }\n        - { ${EVENT}, say: "\${vars.carrier}" }`;
    expect(listen(other, 'all')).to.deep.equal(['value-unset:5']);
    expect(listen(`        - { ${EVENT}, when: vars.carrier == "DHL" }`)).to.deep.equal(['value-unset:4']);
  });
});

describe('anytime by event, as the checker sees it', () => {
  const anytime = (entry: string): readonly string[] =>
    problems(`steps:\n  - delay: { for: 1h }\nanytime:\n  - { ${entry}, then: resume }\n`);

  it('has either words or an event', () => {
    expect(anytime(`match: hi, ${EVENT}`)).to.deep.equal(['keys-exclusive:4']);
    expect(anytime('say: Hi.')).to.deep.equal(['missing-key:4']);
  });

  it('compares with what is known when the conversation begins', () => {
    expect(anytime(EVENT)).to.deep.equal([]);
    expect(anytime(EVENT.replace('inputs.order', 'vars.carrier'))).to.deep.equal(['expression-unknown:4']);
  });

  it('asks of the event what is known wherever the conversation may wait', () => {
    expect(anytime(`${EVENT}, when: vars.tries > 0`)).to.deep.equal([]);
    expect(anytime(`${EVENT}, when: vars.carrier == "DHL"`)).to.deep.equal(['value-unset:4']);
  });
});
