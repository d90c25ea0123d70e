import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import { actLine } from '../../../runtime/what-if/act.ts';
import { compareContact, type Compared, type Comparison } from '../../../runtime/what-if/compare-contact.ts';
import { ReplacedDefinitions } from '../../../runtime/what-if/replaced.ts';
import type { History } from '../../../runtime/history/fold.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { Recorder } from './recorder.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const VISIT = `
conversation: visit
start:
  - broadcast: true
inputs: { name: text }
data:
  seats:
    get: https://example.com/seats?name=\${inputs.name}
    returns: { left: integer }
steps:
  - step: coming
    ask: Hi \${inputs.name}, will you come?
    within: 1d
    replies:
      - { match: ['yes'], label: 'Yes', goto: seats }
      - { match: ['no'], label: 'No', end: stays-away }
      - otherwise: { say: Yes or no?, again: 1, exhausted: { end: not-understood } }
    silence:
      - say: Are you there?
        within: 2h
      - end: silent
  - step: seats
    fetch: seats
    failed: { end: no-seats }
  - say: See you.
  - end: comes
`;

const visit = (change: (text: string) => string = (text) => text) => machineOf(change(VISIT));

const compare = (
  record: History,
  changed: ReturnType<typeof visit>,
  from = '2026-03-02T00:00:00Z',
): readonly Comparison[] =>
  compareContact(record, {
    definitions: record.definitions,
    company: '',
    replaced: new ReplacedDefinitions([changed]),
    from: Date.parse(from) as Millis,
    to: Date.parse('2026-03-20T00:00:00Z') as Millis,
  });

/** Of the only conversation. */
function only(comparisons: readonly Comparison[]): Compared {
  const [first, ...others] = comparisons;
  if (first?.is !== 'compared' || others.length > 0) throw new Error(JSON.stringify(comparisons));
  return first;
}

function told(comparison: Compared): readonly unknown[] {
  const { divergence, before, after } = comparison;
  const ends = [before, after].map((ending) => (ending.is === 'ended' ? ending.how : ending.is));
  return [divergence?.kind, divergence?.state, actLine(divergence?.before), actLine(divergence?.after), ...ends];
}

const SEATS = { answers: { seats: { value: { left: 3 } } } };
const invited = () => new Recorder([visit()], SEATS).broadcast('visit', { name: 'Ana' }).advance(HOUR);
const accepted = () => invited().reply('Yes').advance(DAY).record;
const silent = () => invited().advance(3 * DAY).record;

describe('what-if: one person', () => {
  it('finds no difference where nothing changed, also over receipts, replies and deadlines that passed late', () => {
    for (const record of [
      accepted(),
      silent(),
      invited().reply('what?').advance(HOUR).reply('no').advance(DAY).record,
    ]) {
      const { divergence, before, after } = only(compare(record, visit()));
      expect(divergence).to.equal(undefined);
      expect(before).to.deep.equal(after);
    }
  });

  it('marks another text first, and plays on with the reply to the old one', () => {
    const changed = visit((text) => text.replace('will you come?', 'can we count on you?'));
    expect(told(only(compare(accepted(), changed)))).to.deep.equal([
      ...[
        'text',
        'coming',
        'says "Hi Ana, will you come?" [Yes | No]',
        'says "Hi Ana, can we count on you?" [Yes | No]',
      ],
      ...['comes', 'comes'],
    ]);
  });

  it('plays silence to the old text on as silence to the new one', () => {
    const changed = visit((text) => text.replace('will you come?', 'can we count on you?'));
    expect(told(only(compare(silent(), changed))).slice(-2)).to.deep.equal(['silent', 'silent']);
  });

  it('tells another outcome, and the state where it comes', () => {
    const changed = visit((text) => text.replace("label: 'No', end: stays-away", "label: 'No', end: declined"));
    expect(told(only(compare(invited().reply('no').advance(DAY).record, changed)))).to.deep.equal([
      ...['ends-otherwise', 'coming', 'ends: stays-away', 'ends: declined', 'stays-away', 'declined'],
    ]);
  });

  it('lets deadlines follow from the changed definition', () => {
    const changed = visit((text) => text.replace('within: 1d', 'within: 2d'));
    const compared = only(compare(silent(), changed));
    expect(told(compared).slice(0, 1)).to.deep.equal(['timing']);
    const { before, after } = compared.divergence ?? {};
    expect((after?.at ?? 0) - (before?.at ?? 0)).to.be.within(DAY - 1000, DAY);
    // Nobody was late in virtual time.
    expect(compared.after).to.deep.equal({ is: 'ended', how: 'silent' });
  });

  it('compares cost: an added message costs one more message, by SMS its segments', () => {
    const changed = visit((text) =>
      text.replace('- say: See you.', `- say: ${'Long. '.repeat(40)}\n  - say: See you.`),
    );
    const compared = only(compare(accepted(), changed));
    expect(told(compared)[0]).to.equal('message-added');
    expect([compared.costBefore, compared.costAfter]).to.deep.equal([
      { messages: 2, segments: 2 },
      { messages: 3, segments: 4 },
    ]);
  });

  it('answers a request with the recorded answer where it is the same, at whatever step it is made', () => {
    const changed = visit((text) =>
      text
        .replace('steps:\n', 'steps:\n  - fetch: seats\n    failed: { end: no-seats }\n')
        .replace(
          '  - step: seats\n    fetch: seats\n    failed: { end: no-seats }\n',
          '  - step: seats\n    say: Good.\n',
        ),
    );
    const compared = told(only(compare(accepted(), changed)));
    expect(compared[0]).to.equal('data');
    expect(compared.at(-1)).to.equal('comes');
  });

  it('does not make answers up: what nobody was asked is untold', () => {
    const other = visit((text) => text.replace('seats?name', 'seats?who'));
    expect(only(compare(accepted(), other)).after).to.deep.equal({ is: 'untold', state: 'seats', lacks: 'data' });
    const asksMore = visit((text) =>
      text.replace('- say: See you.', '- ask: How many?\n    within: 1d\n    silence: [{ end: alone }]'),
    );
    const compared = only(compare(accepted(), asksMore));
    expect(compared.after).to.include({ is: 'untold', lacks: 'reply' });
  });

  it('does not take a step that is called by another number for another', () => {
    const before = (extra: string) =>
      machineOf(`
conversation: visit
start: [{ broadcast: true }]
vars: { n: { type: integer, default: 0 } }
steps:
${extra}  - ask: Will you come?
    within: 1d
    silence: [{ end: silent }]
  - end: comes
`);
    const record = new Recorder([before('')]).broadcast('visit', {}).advance(HOUR).reply('sure').advance(DAY).record;
    expect(only(compare(record, before('  - set: { n: 1 }\n'))).divergence).to.equal(undefined);
  });

  it('tells that nothing starts any more', () => {
    const booked = (when: string) =>
      machineOf(`
conversation: visit
start:
  - event: com.example.visit.booked
    contact: event.data.phone
    when: ${when}
steps:
  - say: Welcome.
  - end: told
`);
    const record = new Recorder([booked('event.data.seats > 0')])
      .event('com.example.visit.booked', { phone: '+12125550123', seats: 1 })
      .advance(HOUR).record;
    const compared = only(compare(record, booked('event.data.seats > 1')));
    expect(told(compared)).to.deep.equal(['not-started', 'step-1', 'starts with {}', 'nothing', 'told', 'absent']);
  });

  it('leaves what was under way before on the machine on which it started', () => {
    const changed = visit((text) => text.replace('See you.', 'Goodbye.'));
    expect(compare(accepted(), changed, '2026-03-02T09:30:00Z')).to.deep.equal([]);
  });

  it('reports apart what its own machine does not give again, with the reason', () => {
    const whole = accepted();
    const input = { kind: 'missing', id: 'in-7', type: 'message.received' } as const;
    const lost = { ...whole, steps: whole.steps.map((step, index) => (index === 2 ? { ...step, input } : step)) };
    const headless = { ...whole, steps: whole.steps.slice(1) };
    const [first] = whole.steps;
    if (!first?.given) throw new Error('nothing is on record');
    const altered = {
      ...whole,
      steps: [
        { ...first, given: { fingerprints: first.given.fingerprints.slice(1), whole: first.given.whole } },
        ...whole.steps.slice(1),
      ],
    };
    const codes = [lost, headless, altered].flatMap((record) =>
      compare(record, visit()).map((one) =>
        one.is === 'irreproducible' ? [one.code, one.conversation.slice(0, 2)] : one,
      ),
    );
    // Without its beginning nobody knows that there was a conversation of the definition at all.
    expect(codes).to.deep.equal([
      ['input-missing', 'v-'],
      ['output-differs', 'v-'],
    ]);
  });
});
