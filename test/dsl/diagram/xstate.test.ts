import { expect } from 'chai';
import { createMachine, type AnyStateNode } from 'xstate';
import { xstateOf } from '../../../dsl/diagram/xstate/xstate.ts';
import { allShipped } from '../conversations/shipped.ts';
import { Exported } from './exported.ts';
import { longMachine } from './long.ts';

const HOUR_MS = 3_600_000;

const BOOKING = `
conversation: booking
start: [{ match: book }]
vars: { n: { type: integer, default: 0 } }
steps:
  - step: day
    ask: Which day?
    within: 2h
    replies:
      - { match: monday, call: hour, outcomes: { none: { end: no-hour }, otherwise: next } }
      - otherwise: { again: 1, exhausted: { end: lost } }
    silence:
      - { say: Still there?, within: 1h }
      - end: silent
  - delay: { for: 1d }
  - branch: [{ when: vars.n > 2, end: many }, { otherwise: next }]
  - repeat:
      most: 2
      steps: [{ say: Again. }]
      exhausted: { say: Booked., end: booked }
anytime:
  - { match: directions, say: 12 Main St, then: resume }
  - { match: never, end: refused }
snippets:
  hour:
    steps:
      - ask: Which hour?
        within: 1h
        silence: [{ end: none }]
`;

/** Every transition of a machine finds its target: XState looks for them only when they are taken. */
function transitionsOf(node: AnyStateNode): number {
  const own = [...node.transitions.values()].flat().length + (node.always?.length ?? 0);
  return Object.values(node.states).reduce((sum, child) => sum + transitionsOf(child as AnyStateNode), own);
}

describe('a machine for XState', () => {
  const run = (holds?: ReadonlySet<string>) => new Exported(BOOKING, holds);

  it('is plain JSON that XState loads, all targets found', () => {
    for (const machine of [longMachine(), ...allShipped()]) {
      const config = xstateOf(machine);
      expect(JSON.parse(JSON.stringify(config)), machine.name).to.deep.equal(config);
      expect(transitionsOf(createMachine(config).root), machine.name).to.be.greaterThan(0);
    }
  });

  it('asks, takes a reply, calls a snippet and goes on by its outcome', () => {
    const machine = run().reply('monday');
    expect(machine.said).to.deep.equal(['Which day?', 'Which hour?']);
    expect(machine.reply('nine').advance(24 * HOUR_MS).ended).to.equal('end booked');
    expect(machine.said.slice(2)).to.deep.equal(['Again.', 'Again.', 'Booked.']);
    expect(run().reply('monday').advance(HOUR_MS).ended).to.equal('end no-hour');
  });

  it('asks again, then gives up', () => {
    const machine = run().reply('what');
    expect(machine.said).to.deep.equal(['Which day?', 'Which day?']);
    expect(machine.reply('what').ended).to.equal('end lost');
  });

  it('waits through every stage of silence', () => {
    const machine = run().advance(2 * HOUR_MS);
    expect(machine.said).to.deep.equal(['Which day?', 'Still there?']);
    expect(machine.ended).to.equal(undefined);
    expect(machine.advance(HOUR_MS).ended).to.equal('end silent');
  });

  it('is interrupted and resumes where it was, without asking again, also inside a call', () => {
    const machine = run().reply('directions').reply('monday').reply('directions').reply('nine');
    expect(machine.said).to.deep.equal(['Which day?', '12 Main St', 'Which hour?', '12 Main St']);
    expect(machine.reply('never').ended).to.equal('end refused');
  });

  it('decides by the expressions that whoever runs it evaluates', () => {
    const machine = run(new Set(['vars.n > 2']))
      .reply('monday')
      .reply('nine')
      .advance(24 * HOUR_MS);
    expect(machine.ended).to.equal('end many');
  });
});
