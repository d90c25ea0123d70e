import { expect } from 'chai';
import { costOfDefinition } from '../../../dsl/cost/cost.ts';
import { machineOf } from '../given-when-then.ts';

/** A text of this many segments. */
const text = (segments: number) => 'a'.repeat(segments * 153 - 10);

const costs = (steps: string, more = '') => {
  const machine = machineOf(`conversation: c\nstart: [{ match: go }]\n${more}\nsteps:\n${steps}`);
  const { ways } = costOfDefinition(machine);
  return Object.fromEntries(
    ways.map(({ outcome, min, expected, max, isOpen }) => [outcome, `${min}/${expected}/${max}${isOpen ? '+' : ''}`]),
  );
};

describe('the cost of the ways through a conversation', () => {
  it('adds reminders to silence and questions asked again to exhaustion, both to the dearest way', () => {
    expect(
      costs(`
  - ask: ${text(1)}
    within: 1h
    replies:
      - { match: fine, end: good }
      - otherwise: { say: ${text(3)}, again: 2, exhausted: { end: lost } }
    silence:
      - { say: ${text(2)}, within: 1h }
      - { within: 1h }
      - end: silent`),
    ).to.deep.equal({ good: '1/1/9', lost: '7/7/9', silent: '3/3/9' });
  });

  it('takes the cheapest and the dearest of several ways to one outcome', () => {
    expect(
      costs(`
  - branch:
      - { when: now > now, say: ${text(5)}, goto: next }
      - otherwise: { say: ${text(2)}, goto: next }
  - say: ${text(1)}`),
    ).to.deep.equal({ completed: '3/3/6' });
  });

  it('takes what is said to every event where all are waited for, and to one of them else', () => {
    const event = (type: string, segments: number) =>
      `{ event: com.shop.${type}, key: event.data.order, equals: contact.address, say: ${text(segments)} }`;
    const listen = (kind: string) =>
      costs(`
  - listen:
      ${kind}: [${event('paid', 2)}, ${event('packed', 3)}]
    within: 1d
    silence: [{ end: silent }]
  - say: ${text(1)}`);
    expect(listen('all')).to.deep.equal({ completed: '6/6/6', silent: '0/0/5' });
    expect(listen('any')).to.deep.equal({ completed: '3/3/4', silent: '0/0/0' });
  });

  it('counts as many rounds as a repeat may take', () => {
    expect(
      costs(`
  - repeat: { most: 4, while: now > now, steps: [{ say: ${text(2)} }], exhausted: { end: enough } }
  - say: ${text(1)}`),
    ).to.deep.equal({ completed: '1/1/9', enough: '8/8/8' });
  });

  it('goes one round of a circle that nothing bounds, and says that it may be more', () => {
    expect(
      costs(`
  - step: top
    ask: ${text(2)}
    within: 1h
    replies:
      - { match: more, goto: top }
      - { match: done, end: done }
      - otherwise: { goto: top }
    silence: [{ end: silent }]`),
    ).to.deep.equal({ done: '2/2/2+', silent: '2/2/2+' });
  });

  it('counts what is called', () => {
    expect(
      costs(
        `
  - call: part
    outcomes: { short: next, long: { say: ${text(1)}, goto: next } }`,
        `snippets:
  part:
    steps:
      - branch:
          - { when: now > now, end: short }
          - otherwise: { say: ${text(3)}, end: long }`,
      ),
    ).to.deep.equal({ completed: '0/0/4' });
  });

  it('counts in SMS what is said in SMS, and a placeholder as short, usual and long', () => {
    const say = `{ text: ${text(9)}, sms: { text: "${'a'.repeat(150)}\${contact.address}" } }`;
    expect(costs(`  - say: ${say}`)).to.deep.equal({ completed: '1/2/2' });
  });

  it('names what makes a text UCS-2, once', () => {
    const machine = machineOf('conversation: c\nstart: [{ match: go }]\nsteps: [{ say: “Hello”… “again” }]');
    const [only] = costOfDefinition(machine).texts;
    expect(only).to.deep.include({ encoding: 'UCS-2', line: 3, locale: 'en' });
    expect(only?.outside.map(({ character, instead }) => [character, instead])).to.deep.include.members([['“', '"']]);
    expect(only?.outside).to.have.length(3);
  });
});
