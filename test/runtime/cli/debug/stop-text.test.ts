import { expect } from 'chai';
import type { MachineHash } from '../../../../channels/brands.ts';
import type { Stop } from '../../../../runtime/history/stops.ts';
import { stopText } from '../../../../runtime/cli/debug/stop-text.ts';

const MACHINE = 'sha256:5f70bf18' as MachineHash;
const SOURCE = 'conversation: reminder\nsteps:\n  - ask: Coming?\n    name: remind\n  - say: Good.\n';

const STOP: Stop = {
  ...{ number: 2, now: Date.UTC(2026, 2, 6, 14), place: 'step 7 of partition 0 (epoch 1)', problem: undefined },
  input: { kind: 'timer', id: 'k-1/t1', isFatal: false },
  waiting: { machine: MACHINE, state: 'remind', for: 'reply', position: { line: 3, column: 5 } },
  changes: [{ path: 'wait.node', before: '0', after: '1' }],
  emissions: [
    { to: 'conversations', type: 'conversation.advanced', data: { from: 'a', to: 'remind', reason: 'timer' } },
  ],
};

describe('a step of a conversation, for people', () => {
  const told = (stop: Stop, color = false): string =>
    stopText(stop, {
      of: 3,
      sources: new Map([[MACHINE, SOURCE]]),
      earlier: { ...STOP, now: STOP.now - 90_000 },
      color,
    });

  it('says what came, what it changed, what was said, and where in the file it waits', () => {
    expect(told(STOP).split('\n')).to.eql([
      '2 of 3   2026-03-06T14:00:00.000Z, 90 s later',
      'step 7 of partition 0 (epoch 1)',
      '',
      '← deadline k-1/t1',
      '',
      '- wait.node = 0',
      '+ wait.node = 1',
      '',
      '→ conversation.advanced  a → remind (timer)',
      '',
      'it is in remind, and waits for reply',
      '     1 | conversation: reminder',
      '     2 | steps:',
      '>    3 |   - ask: Coming?',
      '     4 |     name: remind',
      '     5 |   - say: Good.',
    ]);
  });

  it('says when things are, were or fall due as people write it, and leaves variables as they are', () => {
    const changes = [
      { path: 'wait.since', before: '1772805600000', after: '1772809200000' },
      { path: 'timers[1].due', before: undefined, after: '1772892000000' },
      { path: 'frames[0].interrupted.wait.since', before: '1772805600000', after: undefined },
      { path: 'frames[0].vars.due', before: undefined, after: '1772892000000' },
      { path: 'wait.withinMs', before: undefined, after: '1772892000000' },
    ];
    expect(
      told({ ...STOP, changes })
        .split('\n')
        .filter((line) => /^[+-] /.test(line)),
    ).to.eql([
      '- wait.since = 2026-03-06T14:00:00.000Z',
      '+ wait.since = 2026-03-06T15:00:00.000Z',
      '+ timers[1].due = 2026-03-07T14:00:00.000Z',
      '- frames[0].interrupted.wait.since = 2026-03-06T14:00:00.000Z',
      '+ frames[0].vars.due = 1772892000000',
      '+ wait.withinMs = 1772892000000',
    ]);
  });

  it('says where it is not as recorded, and has colours only where asked', () => {
    expect(told({ ...STOP, problem: 'the step throws: a bug' })).to.contain('NOT AS RECORDED: the step throws: a bug');
    expect(told(STOP)).not.to.contain('\u001B');
    expect(told(STOP, true)).to.contain('\u001B[32m+ wait.node = 1\u001B[0m');
  });
});
