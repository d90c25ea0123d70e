/** The changed play follows the control as long as both do the same: what comes out must be as if it never did. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { compareContact, type Compared, type Comparison } from '../../../runtime/what-if/compare-contact.ts';
import { ReplacedDefinitions } from '../../../runtime/what-if/replaced.ts';
import type { History } from '../../../runtime/history/fold.ts';
import { loadSuite, type SuiteFile } from '../../../runtime/project/suite.ts';
import { changedValues, type Place } from '../../dsl/diff/changed-values.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { reminder } from './clinic-traffic.ts';
import { recordedScenario } from './recorded-scenario.ts';
import { Recorder } from './recorder.ts';

const HOUR = 3_600_000;

/** Of the keys that a file uses every so many-th, another one in each file: all of them take four minutes, and find no more. */
const EVERY = 6;

/** Both plays do everything by themselves. */
class NeverAlike extends ReplacedDefinitions {
  override startAlike(): boolean {
    return false;
  }
}

/** Notes the starts that were played apart. */
class Watched extends ReplacedDefinitions {
  started = 0;

  override retarget(targeted: Event): Event | undefined {
    this.started += 1;
    return super.retarget(targeted);
  }
}

const COUNTED = `
conversation: counted
start:
  - event: com.example.counted
    contact: event.data.phone
    inputs: { n: '\${event.data.n}' }
inputs: { n: text }
vars: { m: { type: text, default: '' } }
steps:
  - ask: Which number?
    into: m
    within: 1d
    silence: [{ end: silent }]
  - call: tell
    with: { m: '\${vars.m}' }
    outcomes: { told: next }
  - say: Goodbye.
snippets:
  tell:
    inputs: { m: text }
    anytime:
      - { event: com.example.forgotten, key: event.data.m, equals: inputs.m, say: Forgotten., then: resume }
    steps:
      - say: 'It is \${inputs.m}.'
        end: told
`;

/** What fails by what a definition says of a whole flow, before any of its steps. */
const FAILING: readonly (readonly [what: string, text: string, from: string, to: string])[] = [
  ['a start', COUNTED.replace('inputs: { n: text }', 'inputs: { n: integer }'), '{ n: integer }', '{ n: text }'],
  [
    'a call by its inputs',
    COUNTED.replace('inputs: { m: text }', 'inputs: { m: { type: text, maxLength: 2 } }'),
    'maxLength: 2',
    'maxLength: 9',
  ],
  [
    'a call by what it waits for',
    COUNTED.replace('equals: inputs.m', 'equals: string(int(inputs.m))'),
    'string(int(inputs.m))',
    'inputs.m',
  ],
];

function compare(record: History, replaced: ReplacedDefinitions): readonly Comparison[] {
  return compareContact(record, {
    ...{ definitions: record.definitions, company: '', replaced },
    from: Date.parse('2000-01-01T00:00:00Z') as Millis,
    to: Date.parse('2100-01-01T00:00:00Z') as Millis,
  });
}

function differing({ scenarios, machines, definition }: SuiteFile, file: number): readonly string[] {
  const records = scenarios.scenarios.map((scenario) => ({ scenario, record: recordedScenario(machines, scenario) }));
  const keys = new Set<string>();
  const isWanted = (place: Place): boolean => {
    const path = place.keys.join(' ');
    if (keys.has(path)) return false;
    keys.add(path);
    return (keys.size + file) % EVERY === 0;
  };
  const found: string[] = [];
  for (const { place, after } of changedValues(readFileSync(definition, 'utf8'), definition, isWanted)) {
    for (const { scenario, record } of records) {
      const [one, other] = [new ReplacedDefinitions([after]), new NeverAlike([after])].map((replaced) =>
        compare(record, replaced),
      );
      if (JSON.stringify(one) === JSON.stringify(other)) continue;
      found.push(
        `${definition}: ${place.keys.join(' ')} at "${scenario.title}"\n  ${JSON.stringify(one)}\n  ${JSON.stringify(other)}`,
      );
    }
  }
  return found;
}

describe('what-if: playing apart only what changed', function () {
  this.timeout(300_000);

  it('gives what playing everything apart gives, whatever value changes, over what the shipped scenarios do', async () => {
    const { files } = await loadSuite(['conversations', 'docs/examples']);
    expect(files.flatMap(differing)).to.deep.equal([]);
  });

  for (const [what, text, from, to] of FAILING) {
    it(`sees that ${what} fails no more, although no step of it was passed`, () => {
      const recorder = new Recorder([machineOf(text)]);
      recorder
        .event('com.example.counted', { phone: '+12125550123', n: 'abc' })
        .advance(HOUR)
        .reply('abc')
        .advance(HOUR);
      const changed = machineOf(text.replace(from, to));
      const [one, other] = [new ReplacedDefinitions([changed]), new NeverAlike([changed])].map((replaced) =>
        compare(recorder.record, replaced),
      );
      expect(one).to.deep.equal(other);
      expect((one as readonly Compared[]).map(({ divergence }) => divergence?.kind)).to.deep.equal([
        what === 'a start' ? 'started' : 'goes-on',
      ]);
    });
  }

  it('plays a start twice only where what changed comes with it', () => {
    const record = new Recorder([reminder()], { address: 'tel:+12125000000', now: '2026-03-02T08:00:00Z' });
    const patient = { firstName: 'Ana', contact: '+12125000000' };
    record
      .event('com.clinic.appointment.booked', { id: 'a1', startsAt: '2026-03-03T09:00:00Z', doctor: 'Lee', patient })
      .advance(2 * HOUR)
      .reply('C')
      .advance(HOUR);
    const startsApart = (from: string, to: string): number => {
      const watched = new Watched([reminder((text) => text.replace(from, to))]);
      const [{ divergence } = {}] = compare(record.record, watched) as readonly Compared[];
      expect(divergence, from).not.to.equal(undefined);
      return watched.started;
    };
    expect(startsApart('Thank you, see you then.', 'Thanks, see you.')).to.equal(0);
    expect(startsApart('lifetime: 3d', 'lifetime: 30m')).to.equal(1);
    expect(startsApart("duration('24h')", "duration('25h')")).to.equal(1);
  });
});
