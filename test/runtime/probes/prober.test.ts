import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventId, TenantName } from '../../../channels/brands.ts';
import { checkEvent } from '../../../channels/validate.ts';
import { TargetError, type Target } from '../../../runtime/black-box/target.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { createLog } from '../../../runtime/log.ts';
import { Prober } from '../../../runtime/probes/prober.ts';
import { ProbeResults } from '../../../runtime/probes/results.ts';
import { until } from '../../connectors/until.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';

const TENANT = 'acme' as TenantName;
const INTERVAL_MS = 300_000;

const DEFINITION = `
conversation: hello
start: [{ match: hello }]
steps:
  - say: Hi
  - end: greeted
`;
const SCENARIOS = `
scenarios: hello
cases:
  - case: greeting
    steps: [{ reply: hello }, { says: Hi }]
  - case: farewell
    steps: [{ reply: hello }, { says: Hi }, { ends: greeted }]
`;

/** A platform that is away: whatever is written fails, as `failing` says. */
function awayTarget(failing: () => Promise<void>): Target {
  const gone = (): Promise<never> => Promise.reject(new TargetError('platform-unreachable', 'nobody answers'));
  return {
    ...{ write: failing, send: gone, report: gone, state: gone, inForce: gone },
    abilities: () => Promise.resolve({ timePasses: false, describesPeople: false }),
    ...{ settled: gone, events: gone, vars: gone, rejections: gone },
  };
}

describe('a prober', () => {
  const folder = temporaryFolder();
  const scenarios = join(folder.path, 'hello', 'hello.test.yaml');
  let broker: Broker;
  let clock: ManualClock;

  before(async () => {
    mkdirSync(join(folder.path, 'hello'));
    writeFileSync(join(folder.path, 'hello', 'hello.yaml'), DEFINITION);
    broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, TENANT, 1);
  });
  beforeEach(() => {
    writeFileSync(scenarios, SCENARIOS);
    clock = new ManualClock();
  });
  after(async () => {
    await broker.close();
    folder.remove();
  });

  function proberOf(failing: () => Promise<void>): {
    readonly prober: Prober;
    readonly results: ProbeResults;
    readonly stated: readonly { readonly type: string; readonly data: object }[];
  } {
    const results = new ProbeResults(clock.now());
    const stated: { type: string; data: object }[] = [];
    const prober = new Prober({
      ...{ broker, tenant: TENANT, results, clock, paths: [join(folder.path, 'hello')] },
      target: awayTarget(failing),
      publisher: {
        publish: (channel, event) => {
          const time = new Date(clock.now()).toISOString();
          const published = { source: '/platform', time, specversion: '1.0' as const, ...event, id: 'p' as EventId };
          checkEvent(published, channel);
          stated.push({ type: event.type, data: event.data as object });
          return Promise.resolve(published);
        },
      },
      ...{ intervalMs: INTERVAL_MS, timeoutMs: 1_000, random: () => 0.5 },
      log: createLog({ level: 'error', format: 'json', output: { write: () => true } }),
    });
    return { prober, results, stated };
  }

  it('that was left out has its turn soon after the other one, or its results would seem to be old', async () => {
    let [begun, written] = [0, 0];
    let finish: () => void = () => undefined;
    const first = proberOf(async () => {
      begun += 1;
      if (begun === 1) await new Promise<void>((resolve) => (finish = resolve));
      throw new TargetError('platform-unreachable', 'nobody answers');
    });
    const second = proberOf(() => {
      written += 1;
      return Promise.reject(new TargetError('platform-unreachable', 'nobody answers'));
    });
    first.prober.start();
    clock.advance(INTERVAL_MS / 10);
    await until('the first one probes', () => begun === 1);
    second.prober.start();
    clock.advance(INTERVAL_MS / 10);
    await until('the second one was left out', () => clock.pending === 1);
    finish();
    await until('the first one has probed', () => clock.pending === 2);
    clock.advance(INTERVAL_MS / 10);
    await until('the second one probes', () => written > 0, 2_000);
    await Promise.all([first.prober.stop(), second.prober.stop()]);
  });

  it('states what a scenario failed of, whatever it was, and goes on with the next one', async () => {
    const { prober, results, stated } = proberOf(() => Promise.reject(new TypeError('no row')));
    expect(await prober.probe()).to.equal(true);
    expect(stated.map(({ type }) => type)).to.deep.equal([
      'probe.started',
      'probe.failed',
      'probe.started',
      'probe.failed',
    ]);
    expect(stated[1]?.data).to.include({ scenario: 'greeting', reason: 'no row' });
    expect(results.all.map(({ failed }) => failed)).to.deep.equal([1, 1]);
  });

  it('states that a scenario failed which the definition beside it can not pass: nobody would see it else', async () => {
    writeFileSync(
      scenarios,
      SCENARIOS.slice(0, SCENARIOS.indexOf('  - case: farewell')).replace('says: Hi', 'says: Ho'),
    );
    const { prober, results, stated } = proberOf(() => Promise.reject(new TypeError('nothing is to be sent')));
    await prober.probe();
    expect(stated.map(({ type }) => type)).to.deep.equal(['probe.started', 'probe.failed']);
    expect(stated[1]?.data)
      .to.have.property('reason')
      .that.matches(
        /hello\.test\.yaml:5: it fails in virtual time too, so the scenario or a definition beside it is wrong.*Ho.*Hi/,
      );
    expect(results.all.map(({ hasPassed, failed }) => ({ hasPassed, failed }))).to.deep.equal([
      { hasPassed: false, failed: 1 },
    ]);
  });

  it('goes on to tell of scenarios that can not be read any more, and forgets those that are gone', async () => {
    const { prober, results } = proberOf(() => Promise.reject(new TypeError('no row')));
    const names = (): readonly string[] => results.all.map(({ scenario }) => scenario);
    await prober.probe();
    writeFileSync(scenarios, 'scenarios: [');
    await prober.probe();
    expect(names()).to.deep.equal(['greeting', 'farewell']);
    expect(results.problems).to.be.above(0);
    writeFileSync(scenarios, SCENARIOS.slice(0, SCENARIOS.indexOf('  - case: farewell')));
    await prober.probe();
    expect(names()).to.deep.equal(['greeting']);
    expect(results.problems).to.equal(0);
  });
});
