import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import type { Session } from '../../../dsl/scenario/write.ts';
import { compareContact } from '../../../runtime/what-if/compare-contact.ts';
import { ReplacedDefinitions } from '../../../runtime/what-if/replaced.ts';
import { sessionOf } from '../../../runtime/what-if/scenario.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { Recorder } from './recorder.ts';

const QUICK = `
conversation: quick
start: [{ match: [go] }]
steps:
  - step: first
    ask: First?
    within: 1d
    replies: [{ match: [next], goto: second }, { otherwise: { end: unclear } }]
    silence: [{ end: silent }]
  - step: second
    ask: Second?
    within: 1s
    replies: [{ match: [done], goto: thanks }, { otherwise: { end: unclear } }]
    silence: [{ end: too-late }]
  - step: thanks
    say: Thanks.
  - end: done
`;

/** What the written scenario does, for replies after so many milliseconds each. */
function written(...afterMs: readonly [number, number]): readonly string[] {
  const recorder = new Recorder([machineOf(QUICK)]).reply('go');
  for (const [index, ms] of afterMs.entries()) recorder.advance(ms).reply(['next', 'done'][index] ?? '');
  const { record } = recorder.advance(5_000);
  const changed = machineOf(QUICK.replace('say: Thanks.', 'say: Thank you.'));
  const [compared] = compareContact(record, {
    ...{ definitions: record.definitions, company: '', replaced: new ReplacedDefinitions([changed]) },
    from: Date.parse('2026-03-02T00:00:00Z') as Millis,
    to: Date.parse('2026-03-20T00:00:00Z') as Millis,
  });
  const session = compared?.is === 'compared' ? sessionOf(record, compared, [changed]) : undefined;
  return session ? linesOf(session) : [];
}

function linesOf({ played }: Session): readonly string[] {
  return played.flatMap(({ action, events }) => [
    action.do === 'advance' ? `advance ${action.text}` : action.do,
    ...events.flatMap(({ type, data }) =>
      type === 'conversation.completed' ? `ends ${(data as { readonly outcome: string }).outcome}` : [],
    ),
  ]);
}

describe('what-if: a written scenario', () => {
  it('has whole seconds, where no deadline falls otherwise', () => {
    expect(written(61_250, 300)).to.deep.equal(['reply', 'advance 1m1s', 'reply', 'reply', 'ends done']);
  });

  it('has milliseconds, where a deadline would pass between two replies that came in time', () => {
    // To the second, one that came after 0.9 s would come after 1 s.
    expect(written(1_200, 900)).to.deep.equal([
      'reply',
      'advance 1.203s',
      'reply',
      'advance 0.903s',
      'reply',
      'ends done',
      'advance 0.303s',
    ]);
  });
});
