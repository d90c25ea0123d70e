import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import type { Millis } from '../../../channels/brands.ts';
import { runSuiteLive, type LiveCase } from '../../../runtime/black-box/suite.ts';
import { loadSuite } from '../../../runtime/project/suite.ts';
import { VirtualPlatform } from './virtual-platform.ts';

/** Those that take days, by delays, reply clocks and quiet hours. */
const CONVERSATIONS = ['payment-reminder', 'flu-shot-invitation', 'appointment-rebooking'].map((name) =>
  fileURLToPath(new URL(`../../../conversations/${name}`, import.meta.url)),
);
const NOW = Date.parse('2026-11-28T22:00:00Z') as Millis;
const MINUTE_MS = 60_000;

/** What keeps a scenario from running, with whatever clock. */
const NOT_FOR_PLATFORMS = [
  /^variables are in the state of the conversation/,
  /^only virtual time is exact to the moment$/,
  /^with somebody of whom nothing is known, line/,
  /^its event names \S+, who may be real$/,
  /^it would emit \S+ of an answer, who may be real$/,
  /^it would emit \S+, which starts with somebody who may be real$/,
  /^by its value \S+ an event would also find conversations of real people$/,
];

describe('scenarios of days, on a platform on which only the time of its test people passes', function () {
  this.timeout(30_000);
  const told: { readonly title: string; readonly one: LiveCase; readonly elapsedMs: number }[] = [];

  before(async () => {
    const { files } = await loadSuite(CONVERSATIONS);
    for (const file of files) {
      for (const scenario of file.scenarios.scenarios) {
        const platform = new VirtualPlatform(file.machines, NOW);
        const only = { ...file, scenarios: { ...file.scenarios, scenarios: [scenario] } };
        const [played] = await runSuiteLive(platform, [only], {
          ...{ timeoutMs: 30_000, quietMs: 2_000, longestWaitMs: 0, isAskingData: false, timePasses: true },
          clock: platform,
        });
        const title = `${file.machine.name}: ${scenario.title}`;
        for (const one of played?.cases ?? []) told.push({ title, one, elapsedMs: platform.now() - NOW });
      }
    }
  });

  it('go as the authors say, whatever time it is for everybody else', () => {
    const failed = told.filter(({ one }) => one.outcome === 'failed');
    expect(failed.map(({ title, one }) => [title, 'result' in one && one.result.differences])).to.deep.equal([]);
    const passed = told.filter(({ one }) => one.outcome === 'passed').map(({ title }) => title);
    expect(passed).to.include('payment-reminder: four reminders, a week apart, and nothing happens');
  });

  it('run but for what can run on no platform', () => {
    const reasons = told.flatMap(({ one }) => (one.outcome === 'skipped' ? one.refusals : []));
    for (const { reason } of reasons)
      expect(
        NOT_FOR_PLATFORMS.some((known) => known.test(reason)),
        reason,
      ).to.equal(true);
  });

  it('take moments for everybody else', () => {
    for (const { title, elapsedMs } of told) expect(elapsedMs, title).to.be.below(5 * MINUTE_MS);
  });
});
