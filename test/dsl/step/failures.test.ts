import { expect } from 'chai';
import { MAX_NODES_PER_INPUT, MAX_OPEN_CONVERSATIONS } from '../../../dsl/limits.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { route } from '../../../dsl/step/route.ts';
import { given, machineOf, type Scene } from '../given-when-then.ts';

const definition = (steps: string, rest = '') =>
  machineOf(`conversation: test\nstart:\n  - match: go\n${rest}steps:\n${steps}`);

const failureOf = (scene: Scene) => {
  const last = scene.emissions.at(-1);
  expect(last?.type).to.equal('conversation.failed');
  expect(scene.state?.conversations).to.deep.equal([]);
  return (last?.data as { code: string }).code;
};

describe('failures', () => {
  it('ends a conversation whose expression fails, after what came before it', () => {
    const machine = definition(
      '  - say: Before.\n  - say: It is ${vars.list[7]}.\n',
      'vars:\n  list: { list: text, default: [] }\n',
    );
    const scene = given([machine]).reply('go');
    expect(scene.emissions.map(({ type }) => type)).to.include('message.requested');
    expect(failureOf(scene)).to.equal('expression-failed');
  });

  it('ends a loop that never waits', () => {
    const scene = given([
      definition('  - step: a\n    set: { n: "${vars.n + 1}" }\n    goto: a\n', 'vars:\n  n: { default: 0 }\n'),
    ]).reply('go');
    expect(failureOf(scene)).to.equal('visits-exceeded');
    expect(scene.emissions.length).to.be.lessThan(MAX_NODES_PER_INPUT);
  });

  it('ends a conversation whose text grows beyond what anybody reads', () => {
    const steps =
      '  - step: a\n    set: { t: "${vars.t + vars.t}" }\n    branch:\n      - when: vars.t.size() < 5000\n        goto: a\n      - otherwise: next\n  - say: ${vars.t}\n';
    expect(failureOf(given([definition(steps, 'vars:\n  t: { default: ab }\n')]).reply('go'))).to.equal(
      'text-too-long',
    );
  });

  it('ends a conversation whose variables outgrow the state', () => {
    const steps = '  - step: a\n    set: { t: "${vars.t + vars.t}" }\n    goto: a\n';
    expect(failureOf(given([definition(steps, 'vars:\n  t: { default: ab }\n')]).reply('go'))).to.equal(
      'values-too-large',
    );
  });

  it('throws where the machine of a conversation is missing, so that the engine parks it', () => {
    const machine = definition('  - ask: Yes?\n    within: 1h\n    silence: [{ end: silent }]\n');
    const scene = given([machine]).reply('go');
    const orphan = given([]);
    orphan.state = scene.state;
    expect(() => orphan.reply('yes')).to.throw(/which this worker does not have/);
  });

  it('opens no more than its share of conversations per contact', () => {
    const machine = machineOf(
      'conversation: many\nstart:\n  - event: com.example.many\n    contact: event.data.to\nsteps:\n  - ask: Yes?\n    within: 1h\n    silence: [{ end: silent }]\n',
    );
    const scene = given([machine]);
    for (let index = 0; index <= MAX_OPEN_CONVERSATIONS; index++)
      scene.external('com.example.many', { to: 'webchat:ana' });
    expect(scene.state?.conversations).to.have.length(MAX_OPEN_CONVERSATIONS);
    expect(scene.emissions.at(-1)?.type).to.equal('external.rejected');
  });

  it('rejects an event whose data the definition can not use', () => {
    const machine = machineOf(
      'conversation: strict\nstart:\n  - event: com.example.strict\n    contact: event.data.to\n    inputs: { n: "${event.data.n}" }\ninputs:\n  n: integer\nsteps:\n  - say: ${inputs.n}\n',
    );
    const scene = given([machine]).external('com.example.strict', { to: 'webchat:ana', n: 1.5 });
    expect(scene.happened()).to.deep.equal([
      'emits external.rejected {"event":"e1","type":"com.example.strict","reason":"inputs.n is 1.5, not a whole number","definition":"strict"}',
    ]);
    expect(given([machine]).external('com.example.strict', { to: 'webchat:ana', n: 3 }).said()).to.deep.equal(['3']);
  });

  it('routes by filter, and tells why an event can not be routed', () => {
    const machine = machineOf(
      'conversation: routed\nstart:\n  - event: com.example.routed\n    when: event.data.n > 2\n    contact: event.data.to\nsteps:\n  - say: Hi\n',
    );
    const machines = machinesOf([machine]);
    const scene = given([machine]);
    const routed = (data: unknown) =>
      route(machines, scene.eventOf('com.example.routed', data)).map(({ kind }) => kind);
    expect(routed({ n: 3, to: '+12125550123' })).to.deep.equal(['target']);
    expect(routed({ n: 2, to: '+12125550123' })).to.deep.equal([]);
    expect(routed({ n: 3, to: 'nobody' })).to.deep.equal(['rejected']);
    expect(routed({ n: 3 })).to.deep.equal(['rejected']);
    expect(routed(null)).to.deep.equal(['rejected']);
    expect(route(machines, scene.eventOf('com.example.other', {}))).to.deep.equal([]);
  });
});
