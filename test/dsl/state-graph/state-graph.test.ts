import { expect } from 'chai';
import { stateGraphOf } from '../../../dsl/state-graph/state-graph.ts';
import { shipped } from '../conversations/shipped.ts';
import { playShipped } from '../../runtime/store/played.ts';

describe('The state graph of a machine', function () {
  this.timeout(60_000);

  it('has the states in the order of the file, with what each waits for and how it may end', () => {
    const { states } = stateGraphOf(shipped('appointment-reminder'));
    const hours = 60 * 60 * 1000;
    expect(states.filter(({ isFirst }) => isFirst).map(({ state }) => state)).to.deep.equal(['step-1']);
    expect(
      states.map(({ state, waitsFor, longestWaitMs, outcomes }) => [state, waitsFor, longestWaitMs, outcomes]),
    ).to.deep.equal([
      ['step-1', ['delay'], undefined, []],
      ['remind', ['reply'], 12 * hours, ['not-understood', 'no-answer']],
      ['confirmed', [], undefined, ['confirmed']],
      ['rebook', ['reply'], 24 * hours, ['no-answer']],
      ['step-5', [], undefined, ['rebooking']],
    ]);
  });

  it('has the ways between them, by what they are taken', () => {
    const { transitions } = stateGraphOf(shipped('appointment-reminder'));
    expect(transitions.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`)).to.deep.equal([
      'step-1 → remind: delay',
      'step-1 → remind: next',
      'remind → confirmed: reply',
      'remind → rebook: reply',
      'rebook → step-5: reply',
    ]);
  });

  it('has every transition that is made in the scenarios of the shipped definitions', async () => {
    const { machines, events } = await playShipped();
    const known = new Set(
      machines.flatMap((machine) =>
        stateGraphOf(machine).transitions.map(({ from, to, reason }) => [machine.hash, from, to, reason].join()),
      ),
    );
    const running = new Map<string, string>();
    let seen = 0;
    for (const { type, correlationid = '', data } of events) {
      if (type === 'conversation.started') running.set(correlationid, (data as { machine: string }).machine);
      if (type !== 'conversation.advanced') continue;
      seen += 1;
      const { from, to, reason } = data as { from: string; to: string; reason: string };
      const made = [running.get(correlationid), from, to, reason].join();
      expect(known.has(made), made).to.equal(true);
    }
    expect(seen).to.be.greaterThan(100);
  });
});
