import { expect } from 'chai';
import fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, TenantName } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { HttpTarget } from '../../runtime/black-box/http-target.ts';
import { runSuiteLive } from '../../runtime/black-box/suite.ts';
import { expectCommand } from '../../runtime/cli/commands/expect.ts';
import { recordCommand } from '../../runtime/cli/commands/record.ts';
import { stateCommand } from '../../runtime/cli/commands/state.ts';
import { runSuite } from '../../runtime/cli/scenarios/run-suite.ts';
import { systemClock } from '../../runtime/clock.ts';
import { loadSuite } from '../../runtime/project/suite.ts';
import { runCommand } from '../runtime/cli/run-command.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  DELIVERY,
  DELIVERY_SCENARIOS,
  EXPECTED,
  FAULTS,
  scenario,
  STEPS,
  visit,
  WORLD,
  WORLD_SCENARIOS,
} from './black-box-scenarios.ts';
import { PlatformProcess } from './platform-process.ts';

interface Told {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly files: readonly { readonly file: string; readonly scenarios: readonly ToldCase[] }[];
}

interface ToldCase {
  readonly title: string;
  readonly outcome: string;
  readonly reasons?: readonly { readonly line: number; readonly reason: string }[];
  readonly differences?: readonly Readonly<Record<string, unknown>>[];
  readonly remarks?: readonly string[];
}

describe('A running platform as a black box', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let platform: PlatformProcess;
  let told: Told & { readonly exitCode: unknown };

  before(async () => {
    for (const place of ['here', 'there']) mkdirSync(join(folder.path, place), { recursive: true });
    const write = (place: string, name: string, text: string): void => {
      mkdirSync(join(folder.path, place, name.split('.')[0] ?? ''), { recursive: true });
      writeFileSync(join(folder.path, place, name.split('.')[0] ?? '', name), text);
    };
    for (const name of [...Object.keys(FAULTS), 'same']) {
      const [from, to] = FAULTS[name] ?? ['', ''];
      write('here', `${name}.yaml`, visit(name, STEPS));
      write('here', `${name}.test.yaml`, scenario(name, EXPECTED));
      write('there', `${name}.yaml`, visit(name, STEPS.replace(from, to)));
    }
    for (const place of ['here', 'there']) write(place, 'delivery.yaml', DELIVERY);
    write('here', 'delivery.test.yaml', DELIVERY_SCENARIOS);
    for (const place of ['here', 'there']) write(place, 'world.yaml', WORLD);
    write('here', 'world.test.yaml', WORLD_SCENARIOS);
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: join(folder.path, 'there'),
        PARLANCE_PROBE_SCENARIOS: [join(folder.path, 'here', 'same'), join(folder.path, 'here', 'reworded')].join(),
        PARLANCE_PROBE_INTERVAL_SECONDS: '10',
        PARLANCE_PROBE_TIME_PASSES: 'true',
      },
    });
    const words = ['expect', join(folder.path, 'here'), '--target', platform.url, '--timeout', '10', '--quiet', '1'];
    const report = ['--json', '--junit', join(folder.path, 'report.xml')];
    const printed = await runCommand([expectCommand], [...words, ...report]);
    told = { ...(JSON.parse(printed) as Told), exitCode: process.exitCode };
  });

  after(async () => {
    process.exitCode = 0;
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  const casesOf = (name: string): readonly ToldCase[] =>
    told.files.find(({ file }) => file.endsWith(`/${name}.test.yaml`))?.scenarios ?? [];

  it('tells how many scenarios ran, and fails where one differs', () => {
    expect(told).to.include({ passed: 9, failed: 6, skipped: 1, exitCode: 1 });
    const counts = 'tests="16" failures="6" errors="0" skipped="1"';
    expect(readFileSync(join(folder.path, 'report.xml'), 'utf8')).to.include(counts);
  });

  it('does what the scenario expects', () => {
    expect(casesOf('same').map(({ outcome }) => outcome)).to.deep.equal(['passed']);
  });

  for (const [name, [, , differences]] of Object.entries(FAULTS)) {
    it(`is told apart where it does otherwise: ${name}`, () => {
      const [found] = casesOf(name);
      expect(found?.differences).to.deep.equal(differences);
      expect(found?.remarks?.join()).to.match(/another version of .* is in force there/);
    });
  }

  it('runs what can be run with people who do not exist, and says why the rest can not', () => {
    const cases = casesOf('delivery');
    expect(
      cases.map(({ outcome }) => outcome),
      JSON.stringify(cases),
    ).to.deep.equal(['passed', 'passed', 'skipped', 'passed']);
    expect(cases.flatMap(({ reasons = [] }) => reasons)).to.deep.equal([
      { line: 23, reason: 'its event names +12125550199, who may be real' },
    ]);
  });

  it('lets days pass for its test people, and can make again from the store what it kept of them', async () => {
    const [passed] = await platform.query<{ contact: string; days: number }>(
      `SELECT contact, round(sum(JSONExtractInt(data, 'ms')) / 86400000)::Int32 AS days FROM probe_events
       WHERE type = 'probe.time-passed' AND contact IN (SELECT contact FROM probe_events
         WHERE type = 'conversation.completed' AND JSONExtractString(data, 'outcome') = 'never-delivered')
       AND JSONExtractInt(data, 'ms') > 0 GROUP BY contact`,
    );
    expect(passed?.days).to.equal(2);
    const nowhere = (): Promise<never> => Promise.reject(new Error('no broker is within reach'));
    const words = ['state', '--contact', passed?.contact ?? '', '--tenant', 'demo', '--url', platform.url, '--json'];
    const state = JSON.parse(await runCommand([stateCommand(nowhere)], words)) as { readonly state: object };
    expect(state).to.include({ verified: true, complete: true });
    expect(state.state).to.have.property('aheadMs');
  });

  it('answers in the place of data sources, and acts as a colleague, a broadcast and a schedule do', () => {
    const cases = casesOf('world');
    expect(
      cases.map(({ outcome }) => outcome),
      JSON.stringify(cases),
    ).to.deep.equal(cases.map(() => 'passed'));
  });

  it('keeps runs at the same time apart, though their events name the same parcel', async () => {
    const { files } = await loadSuite([join(folder.path, 'here', 'delivery')]);
    const target = new HttpTarget({ url: platform.url, tenant: 'demo' as TenantName, key: undefined });
    const options = {
      timeoutMs: 10_000,
      quietMs: 300,
      longestWaitMs: 0,
      isAskingData: false,
      timePasses: false,
      describesPeople: true,
      clock: systemClock,
    };
    const runs = await Promise.all([1, 2, 3].map(() => runSuiteLive(target, files, options)));
    const outcomes = runs.map(([file]) => file?.cases.map(({ outcome }) => outcome).join());
    expect(outcomes).to.deep.equal([1, 2, 3].map(() => 'passed,skipped,skipped,passed'));
  });

  it('texts nobody, and is left out of what analysts count', async () => {
    await platform.settled();
    const counted = await platform.query('SELECT count() AS n FROM conversations');
    expect(counted.map((row) => Number((row as { n: unknown }).n))).to.deep.equal([0]);
    const connectors = await platform.query(
      "SELECT DISTINCT connector FROM probe_events WHERE type = 'message.requested'",
    );
    expect(connectors).to.deep.equal([{ connector: 'probe' }]);
    const sent = await platform.query('SELECT count() AS n FROM broadcasts');
    expect(sent.map((row) => Number((row as { n: unknown }).n))).to.deep.equal([0]);
    const inbox = await fetch(`${platform.url}/v1/tenants/demo/handoffs?queue=desk`);
    expect(await inbox.json()).to.deep.include({ handoffs: [] });
  });

  it('is probed by itself: results are events and metrics', async () => {
    const stated = await platform.eventually<{ type: string; data: string }>(
      `SELECT type, data FROM events WHERE type IN ('probe.passed', 'probe.failed')`,
      (rows) => new Set(rows.map(({ type }) => type)).size === 2,
    );
    const dataOf = (type: string): Readonly<Record<string, unknown>> =>
      JSON.parse(stated.find((row) => row.type === type)?.data ?? '{}') as Readonly<Record<string, unknown>>;
    expect(dataOf('probe.passed')).to.include({ definition: 'same', scenario: 'same' });
    const [, , differences] = FAULTS['reworded'] ?? [];
    expect(dataOf('probe.failed')).to.deep.include({
      definition: 'reworded',
      missing: [],
      unexpected: [],
      differences,
    });
    const metrics = await (await fetch(`${platform.url}/metrics`)).text();
    expect(metrics).to.include('parlance_probe_last_passed{definition="same",scenario="same"} 1');
    expect(metrics).to.include('parlance_probe_last_passed{definition="reworded",scenario="reworded"} 0');
    expect(metrics).to.match(
      /parlance_probe_runs_total\{definition="reworded",scenario="reworded",result="failed"\} [1-9]/,
    );
  });

  describe('recorded', () => {
    const words = fc.constantFrom('3', '12', 'three', '', 'same', 'No idea', '-1');
    const dialogues = fc.sample(fc.array(words, { maxLength: 4 }), { numRuns: 5, seed: 7 });

    before(async () => {
      const target = new HttpTarget({ url: platform.url, tenant: 'demo' as TenantName, key: undefined });
      await Promise.all(
        dialogues.map(async (replies, index) => {
          for (const [place, text] of ['same', ...replies].entries()) {
            await target.write({ from: `probe:record.${index}`, text, id: `${index}.${place}` });
          }
        }),
      );
      await target.send({
        ...{ id: 'recorded-parcel', source: '/shop', type: 'com.shop.parcel.out' },
        subject: contactKeyOf('probe:record.parcel' as Address),
        data: { parcel: 'Q1', contact: 'probe:record.parcel', note: 'for Ana' },
      });
    });

    async function recorded(definition: string, conversation: string, ...options: readonly string[]): Promise<string> {
      const place = join(folder.path, 'there', definition);
      const line = [
        'record',
        conversation,
        '--tenant',
        'demo',
        '--url',
        platform.url,
        '--definitions',
        place,
        ...options,
      ];
      process.exitCode = 0;
      const text = await runCommand([recordCommand], line);
      expect(process.exitCode, text).to.equal(0);
      writeFileSync(join(place, `${definition}.test.yaml`), text);
      const { files, diagnostics } = await loadSuite([place]);
      expect(diagnostics).to.deep.equal([]);
      const result = await runSuite(files, { update: false });
      for (const { results } of result.files)
        for (const { failure } of results) expect(failure, text).to.equal(undefined);
      return text;
    }

    const conversationsOf = (definition: string, contacts: string, least: number) =>
      platform.eventually<{ conversation: string }>(
        `SELECT conversation, min(time) AS first FROM probe_events WHERE contact IN (${contacts}) AND conversation IN
           (SELECT conversation FROM probe_events WHERE definition = '${definition}')
         GROUP BY conversation HAVING countIf(type = 'message.sent') >= 1 ORDER BY first`,
        (rows) => rows.length >= least,
      );

    it('any dialogue that took place is a scenario that passes', async () => {
      const contacts = dialogues.map((_, index) => `'${contactKeyOf(`probe:record.${index}` as Address)}'`).join(', ');
      const rows = await conversationsOf('same', contacts, dialogues.length);
      await platform.settled();
      for (const { conversation } of rows) await recorded('same', conversation);
    });

    it('without what tells who it was, where nothing depends on it', async () => {
      const contact = `'${contactKeyOf('probe:record.parcel' as Address)}'`;
      const [row] = await conversationsOf('delivery', contact, 1);
      const text = await recorded('delivery', row?.conversation ?? '', '--anonymise');
      expect(text)
        .to.include('contact: webchat:ana')
        .and.not.match(/Q1|Ana|record\./);
      expect(text).to.match(/says: Parcel text-\d comes today\./);
    });

    it('in the times of its person, where time passed for them', async () => {
      const [row] = await platform.query<{ conversation: string }>(
        `SELECT conversation FROM probe_events
         WHERE type = 'conversation.completed' AND JSONExtractString(data, 'outcome') = 'never-delivered'`,
      );
      const text = await recorded('delivery', row?.conversation ?? '');
      expect(text)
        .to.match(/now: '?2026-03-02T09:00:/)
        .and.match(/- advance: 2d/);
    });

    it('not where nothing is stored', async () => {
      const line = ['record', 'v-none', '--tenant', 'demo', '--url', platform.url];
      const failed = await runCommand([recordCommand], line).catch((error: unknown) => error);
      expect(failed).to.include({ code: 'conversation-unrecordable' });
    });
  });

  it('says that a platform does not answer', async () => {
    const words = ['expect', join(folder.path, 'here', 'same'), '--target', 'http://127.0.0.1:9'];
    const failed = await runCommand([expectCommand], words).catch((error: unknown) => error);
    expect(failed).to.include({ code: 'platform-unreachable' });
  });
});
