import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Millis } from '../../../channels/brands.ts';
import { runSuiteLive, type LiveCase } from '../../../runtime/black-box/suite.ts';
import { loadSuite } from '../../../runtime/project/suite.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { VirtualPlatform } from './virtual-platform.ts';

/** All that are shipped. */
const CONVERSATIONS = fileURLToPath(new URL('../../../conversations', import.meta.url));
/** Of these, some that take days, by delays, reply clocks and quiet hours. */
const OF_DAYS = ['payment-reminder', 'flu-shot-invitation', 'appointment-rebooking'].map((name) =>
  join(CONVERSATIONS, name),
);
const NOW = Date.parse('2026-11-28T22:00:00Z') as Millis;
const MINUTE_MS = 60_000;

/** Two days in one `advance`, of which each needs what the one before has led to. */
const ASKS_TWICE = `
conversation: patient
start: [{ match: hello }]
steps:
  - ask: Are you there?
    within: 1d
    silence: [{ goto: next }]
  - ask: Are you there now?
    within: 1d
    silence: [{ end: silent }]
`;
const SILENT = `
scenarios: patient
cases:
  - case: two days pass
    steps:
      - reply: hello
      - says: Are you there?
      - advance: 2d
      - says: Are you there now?
      - ends: silent
`;

type SuiteFile = Awaited<ReturnType<typeof loadSuite>>['files'][number];
type Scenario = SuiteFile['scenarios']['scenarios'][number];

async function casesOf(file: SuiteFile, scenario: Scenario, platform: VirtualPlatform): Promise<readonly LiveCase[]> {
  const only = { ...file, scenarios: { ...file.scenarios, scenarios: [scenario] } };
  const [played] = await runSuiteLive(platform, [only], {
    ...{
      timeoutMs: 30_000,
      quietMs: 2_000,
      longestWaitMs: 0,
      isAskingData: false,
      timePasses: true,
      describesPeople: true,
    },
    clock: platform,
  });
  return played?.cases ?? [];
}

describe('scenarios of days, on a platform on which only the time of its test people passes', function () {
  this.timeout(30_000);
  const told: { readonly title: string; readonly one: LiveCase; readonly elapsedMs: number }[] = [];

  before(async () => {
    const { files } = await loadSuite([CONVERSATIONS]);
    for (const file of files) {
      for (const scenario of file.scenarios.scenarios) {
        const platform = new VirtualPlatform(file.machines, NOW);
        const title = `${file.machine.name}: ${scenario.title}`;
        for (const one of await casesOf(file, scenario, platform))
          told.push({ title, one, elapsedMs: platform.now() - NOW });
      }
    }
  });

  it('go as the authors say, whatever time it is for everybody else', () => {
    const failed = told.filter(({ one }) => one.outcome === 'failed');
    expect(failed.map(({ title, one }) => [title, 'result' in one && one.result.differences])).to.deep.equal([]);
    const passed = told.filter(({ one }) => one.outcome === 'passed').map(({ title }) => title);
    expect(passed).to.include('payment-reminder: four reminders, a week apart, and nothing happens');
    // With `vars`, and with `at`.
    expect(passed).to.include('feedback-survey: a visit that was not good, with a word about it (score: 2)');
    expect(passed).to.include('flu-shot-invitation: he thinks about it and says nothing more');
  });

  it('run but for the one in which somebody writes an e-mail address, which theirs is none of', () => {
    const skipped = told.flatMap(({ title, one }) => (one.outcome === 'skipped' ? [{ title, ...one }] : []));
    expect(skipped.map(({ title }) => title)).to.deep.equal(['event-rsvp: she comes with two guests']);
    expect(skipped[0]?.refusals.map(({ reason }) => reason).join()).to.match(
      /^with somebody who does not exist, line \d+ would not hold: not emitted.* is neither a phone number nor an e-mail address\)$/,
    );
  });

  it('go so where the carrier takes longer than it is quiet', async () => {
    const folder = temporaryFolder();
    try {
      writeFileSync(join(folder.path, 'patient.yaml'), ASKS_TWICE);
      writeFileSync(join(folder.path, 'patient.test.yaml'), SILENT);
      const late: unknown[] = [];
      const passed: string[] = [];
      for (const file of (await loadSuite([...OF_DAYS, folder.path])).files) {
        for (const scenario of file.scenarios.scenarios) {
          for (const one of await casesOf(file, scenario, new VirtualPlatform(file.machines, NOW, 15_000)))
            if (one.outcome === 'failed') late.push([scenario.title, 'result' in one && one.result.differences]);
            else if (one.outcome === 'passed') passed.push(scenario.title);
        }
      }
      expect(late).to.deep.equal([]);
      expect(passed).to.include('two days pass');
    } finally {
      folder.remove();
    }
  });

  it('take moments for everybody else', () => {
    for (const { title, elapsedMs } of told) expect(elapsedMs, title).to.be.below(5 * MINUTE_MS);
  });
});
