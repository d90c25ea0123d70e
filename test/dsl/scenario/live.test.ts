import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import { planLive, type Planned } from '../../../dsl/scenario/live/plan.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { machineOf } from '../given-when-then.ts';

const NOW = Date.parse('2026-11-28T22:00:00Z') as Millis;

const PARCEL = machineOf(`
conversation: parcel
start:
  - event: com.shop.parcel.out
    contact: event.data.contact
steps:
  - say: It comes today.
  - emit: { type: com.shop.parcel.told, data: { by: parlance, desk: '+12125550177' } }
  - end: told
`);

/** Somebody who is in no scenario. */
const DESK = machineOf(`
conversation: desk
start:
  - event: com.shop.parcel.told
    contact: event.data.desk
steps:
  - say: The customer knows.
  - end: told
`);

async function plan(steps: string, machines = [PARCEL], timePasses = false): Promise<Planned> {
  const text = `
scenarios: parcel
given: { contact: { phone: '+12125550123' } }
cases:
  - case: it comes
    steps:
${steps}
      - says: It comes today.
`;
  const parsed = parseScenarios(text, { file: 'parcel.test.yaml' });
  const [scenario] = 'file' in parsed ? parsed.file.scenarios : [];
  if (!('file' in parsed) || !scenario) throw new Error(JSON.stringify(parsed));
  const limits = { longestWaitMs: 10_000, isAskingData: false, timePasses, describesPeople: true };
  return planLive({ scenarios: parsed.file, machines }, scenario, { id: 'r1', now: NOW }, limits);
}

const out = (more = ''): string =>
  `      - event: { type: com.shop.parcel.out, data: { contact: '+12125550123'${more} } }`;

describe('a scenario for a running platform', () => {
  it('is about somebody who does not exist', async () => {
    const planned = await plan(out());
    expect('plan' in planned && planned.plan.scenario.given.people[0]?.addresses).to.deep.equal([
      'probe:r1.1.scripted.as-sms.sent-only',
    ]);
  });

  for (const real of ['+12125550199', '+1 212 555 0199', 'TEL:+12125550199', 'Mailto:eva@x.org', 'WebChat:eva']) {
    it(`does not run where its event names ${real}, with whom another definition may start`, async () => {
      expect(await plan(out(`, cc: '${real}'`))).to.deep.equal({
        refusals: [{ line: 5, reason: `its event names ${real}, who may be real` }],
      });
    });
  }

  const later = `${out()}\n      - says: It comes today.\n      - advance: 2d\n${out()}`;

  it('does not run where it takes longer than anybody waits', async () => {
    const reason = '2d can not be waited for: the longest is 10 s';
    expect(await plan(later)).to.deep.equal({ refusals: [{ line: 9, reason }] });
  });

  it('runs however long it takes, in its own time, where time passes for people who do not exist', async () => {
    const planned = await plan(later, [PARCEL], true);
    if (!('plan' in planned)) throw new Error(JSON.stringify(planned));
    expect(planned.plan.scenario.given.now).to.equal(Date.parse('2026-03-02T09:00:00Z'));
    expect([...(planned.plan.legs?.values() ?? [])].map((legs) => legs.map(({ ms }) => ms))).to.deep.equal([
      [2 * 86_400_000],
    ]);
  });

  it('does not run where the conversation would start another one with somebody else', async () => {
    const reason = 'it would emit com.shop.parcel.told, which starts with somebody who may be real';
    expect(await plan(out(), [PARCEL, DESK])).to.deep.equal({ refusals: [{ line: 5, reason }] });
  });
});
