import { expect } from 'chai';
import type { EventId } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runSuiteLive } from '../../../runtime/black-box/suite.ts';
import { RefusedError, TargetError, type Target } from '../../../runtime/black-box/target.ts';
import { suiteProgress } from '../../../runtime/cli/black-box/progress.ts';
import { systemClock } from '../../../runtime/clock.ts';
import type { SuiteFile } from '../../../runtime/project/suite.ts';

const MACHINE = machineOf(`
conversation: parcel
start:
  - event: com.shop.parcel.out
    contact: event.data.contact
  - match: parcel
steps:
  - say: It comes today.
  - end: told
`);

const QUIET = `
conversation: quiet
start: [{ match: quiet }]
steps:
  - emit: { type: com.shop.quiet, data: { by: person } }
  - end: told
`;
const QUIET_SCENARIOS = `
scenarios: quiet
cases:
  - case: nothing is said
    steps:
      - reply: quiet
      - no-message: true
`;

function fileOf(): SuiteFile {
  const text = `
scenarios: parcel
cases:
  - case: by an event
    steps:
      - event: { type: com.shop.parcel.out, data: { contact: 'webchat:ana' } }
      - says: It comes today.
  - case: by a word
    steps:
      - reply: parcel
      - says: It comes today.
`;
  const parsed = parseScenarios(text, { file: 'parcel.test.yaml' });
  if (!('file' in parsed)) throw new Error(JSON.stringify(parsed));
  return { scenarios: parsed.file, machines: [MACHINE], machine: MACHINE, definition: 'parcel.yaml' };
}

/** A platform on which nothing follows from anything. */
function silentTarget(send: Target['send']): Target {
  const done = (): Promise<void> => Promise.resolve();
  const nothing = (): Promise<readonly never[]> => Promise.resolve([]);
  return {
    ...{ send, write: done, report: done, state: done, inForce: () => Promise.resolve(undefined) },
    ...{
      settled: done,
      events: nothing,
      rejections: nothing,
      abilities: () => Promise.resolve({ timePasses: false, describesPeople: false }),
    },
    vars: () => Promise.resolve({ vars: undefined }),
  };
}

const OPTIONS = {
  timeoutMs: 0,
  quietMs: 0,
  longestWaitMs: 0,
  isAskingData: false,
  timePasses: false,
  describesPeople: true,
  clock: systemClock,
};

describe('a suite on a running platform', () => {
  it('tells of an event that the platform refuses, and of the other scenarios as well', async () => {
    const target = silentTarget(() => Promise.reject(new RefusedError('event-malformed', 'data.weight is missing')));
    const [file] = await runSuiteLive(target, [fileOf()], OPTIONS);
    const results = (file?.cases ?? []).map((one) => ('result' in one ? one.result : undefined));
    expect(results.map((result) => result?.differences)).to.deep.equal([
      [{ kind: 'missing', line: 6, what: 'com.shop.parcel.out' }],
      [{ kind: 'missing', line: 11, what: 'message.requested "It comes today."' }],
    ]);
    expect(results[0]?.rejections).to.deep.equal(['data.weight is missing']);
  });

  it('does not take a platform that does nothing for one that says nothing', async () => {
    const quiet = machineOf(QUIET);
    const parsed = parseScenarios(QUIET_SCENARIOS, { file: 'quiet.test.yaml' });
    if (!('file' in parsed)) throw new Error(JSON.stringify(parsed));
    const file = { scenarios: parsed.file, machines: [quiet], machine: quiet, definition: 'quiet.yaml' };
    const target = silentTarget(() => Promise.resolve());
    const received = { id: 'm1', type: 'message.received', source: '/probe', time: '2026-03-02T09:00:00Z', data: {} };
    const events = (): Promise<readonly Event[]> =>
      Promise.resolve([{ ...received, specversion: '1.0' as const, id: received.id as EventId }]);
    const [told] = await runSuiteLive({ ...target, events }, [file], OPTIONS);
    const [one] = told?.cases ?? [];
    expect(one?.outcome === 'failed' && one.result.differences).to.deep.equal([
      { kind: 'missing', line: 6, what: 'conversation.started' },
    ]);
  });

  it('shows on a terminal how far it is, and takes that away at its end', async () => {
    const target = silentTarget(() => Promise.reject(new RefusedError('event-malformed', 'data.weight is missing')));
    const shown: string[] = [];
    const progress = suiteProgress(2, { isTTY: true, columns: 80, write: (text) => shown.push(text) });
    await runSuiteLive(target, [fileOf()], { ...OPTIONS, ended: progress.ended });
    progress.end();
    const lines = shown.map((text) => text.replace('\r\u001b[K', ''));
    expect(lines).to.have.lengthOf(4);
    expect([lines[0], lines[3]]).to.deep.equal(['0 of 2 scenarios', '']);
    expect(lines[2]).to.match(/^2 of 2 scenarios, 2 failed · by /);
  });

  it('shows nothing where standard error is no terminal', () => {
    const shown: string[] = [];
    const progress = suiteProgress(2, { isTTY: false, columns: 80, write: (text) => shown.push(text) });
    progress.end();
    expect(shown).to.deep.equal([]);
  });

  it('ends where the platform is not there', async () => {
    const target = silentTarget(() => Promise.reject(new TargetError('platform-unreachable', 'it does not answer')));
    const ended = await runSuiteLive(target, [fileOf()], OPTIONS).catch((error: unknown) => error);
    expect(ended).to.include({ code: 'platform-unreachable' });
  });
});
