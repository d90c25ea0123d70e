import { expect } from 'chai';
import type { Address, Millis, TenantName } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { World } from '../../../dsl/simulation/world.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { analyst } from './analyst.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';
import { apart, insertGraphs, playShipped, rowOf } from './played.ts';

const acme = 'acme' as TenantName;

const VISIT = `conversation: visit
start:
  - broadcast: true
steps:
  - step: question
    ask: Coming?
    within: 1h
    replies:
      - match: ['yes']
        goto: thanks
      - match: ['no']
        end: declined
      - otherwise:
          say: Yes or no?
          again: 1
          exhausted: { end: not-understood }
    silence:
      - end: no-answer
  - step: thanks
    say: See you.
    end: coming
`;

/** The second version asks once more before it gives up. */
const VISIT_2 = VISIT.replace(
  '      - end: no-answer',
  '      - say: Still coming?\n        within: 2h\n      - end: no-answer',
);

function machineOf(text: string): Machine {
  const compiled = compileText(text, { file: 'visit.yaml' });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(compiled.diagnostics.map(({ code, message, line }) => `${code} ${line}: ${message}`).join('\n'));
}

interface Person {
  readonly name: string;
  readonly machine: Machine;
  readonly startAt: string;
  /** Minutes until the person writes, and what. */
  readonly says: readonly (readonly [minutes: number, text: string])[];
  /** Minutes that pass then. */
  readonly then: number;
}

/** What happens with one person, who is targeted by a broadcast. */
function eventsOf({ name, machine, startAt, says, then }: Person): readonly Event[] {
  const to = `tel:+1212555${name}` as Address;
  const world = new World({ machines: [machine], now: Date.parse(startAt) as Millis });
  const subject = world.contactOf(to);
  const data = { broadcast: 'b', connector: 'sms', to, definition: machine.name, machine: machine.hash, inputs: {} };
  world.receive({ type: 'broadcast.recipient-targeted', data, subject });
  for (const [minutes, text] of says) {
    world.advance(minutes * 60_000);
    world.receive({ type: 'message.received', data: { connector: 'sms', from: to, text }, subject });
  }
  world.advance(then * 60_000);
  return apart(world.events, name);
}

describe('Views of state graphs', function () {
  this.timeout(60_000);
  const first = machineOf(VISIT);
  const second = machineOf(VISIT_2);
  let temporary: TemporaryStore;
  let ask: ReturnType<typeof analyst>;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const { machines, rows } = await playShipped();
    const day = '2026-05-04T09:00:00.000Z';
    const later = '2026-05-05T09:00:00.000Z';
    const people: readonly Person[] = [
      { name: '0001', machine: first, startAt: day, says: [[10, 'yes']], then: 0 },
      {
        name: '0002',
        machine: first,
        startAt: day,
        says: [
          [5, 'hm'],
          [15, 'yes'],
        ],
        then: 0,
      },
      { name: '0003', machine: first, startAt: day, says: [[30, 'no']], then: 0 },
      { name: '0004', machine: first, startAt: day, says: [], then: 60 },
      { name: '0005', machine: second, startAt: later, says: [[90, 'yes']], then: 0 },
      { name: '0006', machine: second, startAt: later, says: [], then: 30 },
    ];
    const told = people.flatMap((person) => eventsOf(person).map(rowOf));
    await store.insert(tableOf(store, 'events'), [...rows, ...told], 'played');
    await insertGraphs(store, [...machines, first, second, machineOf(VISIT.replace('See you', 'Bye'))]);
    ask = analyst(store, acme);
  });

  after(() => temporary.remove());

  it('a funnel has every state of every version, also where nobody came', async () => {
    expect(
      await ask(
        "SELECT version, state, conversations, ran, percent FROM funnel WHERE definition = 'visit' AND ran > 0 ORDER BY position, ran DESC",
      ),
    ).to.deep.equal([
      { version: first.version, state: 'question', conversations: 4, ran: 4, percent: 100 },
      { version: second.version, state: 'question', conversations: 2, ran: 2, percent: 100 },
      { version: first.version, state: 'thanks', conversations: 2, ran: 4, percent: 50 },
      { version: second.version, state: 'thanks', conversations: 1, ran: 2, percent: 50 },
    ]);
    expect(
      await ask(
        "SELECT state, conversations, percent FROM funnel WHERE definition = 'visit' AND ran = 0 ORDER BY position",
      ),
    ).to.deep.equal([
      { state: 'question', conversations: 0, percent: null },
      { state: 'thanks', conversations: 0, percent: null },
    ]);
  });

  it('drop-off tells how many went on, and how the others ended', async () => {
    const [question] = await ask(`SELECT * FROM drop_off WHERE version = '${first.version}' AND state = 'question'`);
    expect(question).to.deep.include({ conversations: 4, went_on: 2, still_there: 0, completed: 2, lost_percent: 0 });
    expect(question).to.deep.include({ outcomes: { declined: 1, 'no-answer': 1 } });
    const [open] = await ask(`SELECT * FROM drop_off WHERE version = '${second.version}' AND state = 'question'`);
    expect(open).to.deep.include({ conversations: 2, went_on: 1, still_there: 1 });
  });

  it('dwell times are those of stays that are over', async () => {
    const minute = 60_000;
    const [dwell] = await ask(`SELECT * FROM dwell WHERE version = '${first.version}' AND state = 'question'`);
    // 10, 20, 30 and 60 minutes.
    expect(dwell).to.deep.include({ stays: 4, p50_ms: 30 * minute, p99_ms: 60 * minute, longest_ms: 60 * minute });
  });

  it('response times are counted from what was sent last', async () => {
    const [times] = await ask(`SELECT * FROM response_times WHERE version = '${first.version}' AND state = 'question'`);
    // After 10, 5, 15 and 30 minutes; answered in the same instant, where at all.
    expect(times).to.deep.include({
      replies: 4,
      person_p50_ms: 15 * 60_000,
      person_p99_ms: 30 * 60_000,
      company_p50_ms: 0,
    });
  });

  it('a version is compared with the one before it', async () => {
    const rows = await ask(
      "SELECT version, previous, what, name, previous_percent, percent, change FROM version_comparison WHERE definition = 'visit' ORDER BY what, name",
    );
    const of = { version: second.version, previous: first.version };
    expect(rows).to.deep.equal([
      { ...of, what: 'end', name: 'completed: coming', previous_percent: 50, percent: 50, change: 0 },
      { ...of, what: 'end', name: 'completed: declined', previous_percent: 25, percent: 0, change: -25 },
      { ...of, what: 'end', name: 'completed: no-answer', previous_percent: 25, percent: 0, change: -25 },
      { ...of, what: 'state', name: 'question', previous_percent: 100, percent: 100, change: 0 },
      { ...of, what: 'state', name: 'thanks', previous_percent: 50, percent: 50, change: 0 },
    ]);
  });

  it('what happens in the shipped definitions conforms to them; what does not is found', async () => {
    expect(await ask('SELECT * FROM conformance')).to.deep.equal([]);
    const { store } = temporary;
    const [one] = await ask(`SELECT conversation FROM conversations WHERE version = '${first.version}' LIMIT 1`);
    const data = JSON.stringify({ from: 'thanks', to: 'question', reason: 'goto' });
    const fields = { channel: 'conversations', type: 'conversation.advanced', time: '2026-05-04T09:00:01.000Z', data };
    const planted = eventRow({ id: 'planted', sequence: 999_999, conversation: one?.['conversation'], ...fields });
    await store.insert(tableOf(store, 'events'), [planted], 'planted');
    const [found, ...others] = await ask('SELECT * FROM conformance');
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ definition: 'visit', version: first.version, times: 1, ...one });
    expect(found).to.deep.include({ from_state: 'thanks', to_state: 'question', reason: 'goto' });
  });

  it('what is parked, overdue or waits without a deadline is stuck, and nothing else', async () => {
    const { store } = temporary;
    const stuck = (conversation: string): Promise<unknown> =>
      ask(`SELECT problem, state FROM stuck WHERE conversation = '${conversation}'`);
    const [overdue] = await ask(
      `SELECT conversation FROM conversations WHERE version = '${second.version}' AND ended IS NULL`,
    );
    expect(await stuck(String(overdue?.['conversation']))).to.deep.equal([{ problem: 'overdue', state: 'question' }]);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const own = (conversation: string, sequence: number, type: string, data: object): object =>
      eventRow({
        ...{ id: `${conversation}-${sequence.toString()}`, sequence, conversation, type, data: JSON.stringify(data) },
        channel: type.startsWith('timer') ? 'timers' : 'conversations',
      });
    const begun = (conversation: string): readonly object[] => [
      own(conversation, 1, 'conversation.started', { definition: 'visit', machine: first.hash }),
      own(conversation, 2, 'timer.scheduled', { timer: 'reply-1', due: soon }),
      own(conversation, 3, 'conversation.waiting', { state: 'question', for: 'reply' }),
    ];
    const past = new Date(Date.now() - 3_600_000).toISOString();
    /** Its question waits for the end of the quiet hours, and so does the clock of its reply. */
    const heldUntil = (conversation: string, due: string): readonly object[] => [
      own(conversation, 1, 'conversation.started', { definition: 'visit', machine: first.hash }),
      own(conversation, 2, 'timer.scheduled', { timer: 'held-1', due }),
      own(conversation, 3, 'conversation.waiting', { state: 'question', for: 'reply' }),
    ];
    const rows = [
      ...['fine', 'parked', 'endless'].flatMap(begun),
      ...heldUntil('held', soon),
      ...heldUntil('held again', past),
      own('held again', 4, 'timer.fired', { timer: 'held-1', due: past }),
      own('held again', 5, 'timer.scheduled', { timer: 'held-1', due: soon }),
      ...heldUntil('held too long', past),
      ...heldUntil('set later', past),
      own('set later', 4, 'timer.scheduled', { timer: 'held-1', due: soon }),
      own('parked', 4, 'conversation.parked', { code: 'machine-missing', reason: 'gone', input: 'x' }),
      own('endless', 4, 'timer.cancelled', { timer: 'reply-1' }),
    ];
    await store.insert(tableOf(store, 'events'), rows, 'stuck');
    for (const well of ['fine', 'held', 'held again', 'set later']) expect(await stuck(well), well).to.deep.equal([]);
    expect(await stuck('held too long')).to.deep.equal([{ problem: 'overdue', state: 'question' }]);
    expect(await stuck('parked')).to.deep.equal([{ problem: 'parked', state: 'question' }]);
    expect(await stuck('endless')).to.deep.equal([{ problem: 'no deadline', state: 'question' }]);
  });
});
