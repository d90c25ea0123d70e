import { expect } from 'chai';
import type { Address, Millis } from '../../../channels/brands.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { anonymised } from '../../../dsl/scenario/record/anonymous.ts';
import { failureOf } from '../../../dsl/scenario/record/check.ts';
import { recordSession, type Recording } from '../../../dsl/scenario/record/session.ts';
import { writeScenarios, type Session } from '../../../dsl/scenario/write.ts';
import { World } from '../../../dsl/simulation/world.ts';
import { machineOf } from '../given-when-then.ts';

const ANA = 'webchat:ana' as Address;
const visit = (question: string): Machine =>
  machineOf(`
conversation: visit
start:
  - match: visit
steps:
  - step: ask
    ask: ${question}
    within: 1d
    into: answer
    replies:
      - otherwise: next
    silence: [{ end: silent }]
  - fetch: order
    with: { number: "\${vars.answer}" }
    failed: { end: unknown }
  - say: "It is \${data.order.status}."
  - end: told
vars: { answer: { type: text, default: '' } }
data:
  order:
    inputs: { number: text }
    get: https://shop.example/\${inputs.number}
    returns: { status: text }
`);
const MACHINE = visit('Which number?');
const LATER = visit('What is its number?');

describe('a recorded conversation', () => {
  let world: World;
  beforeEach(() => {
    world = new World({
      machines: [MACHINE],
      now: Date.parse('2026-03-02T09:00:00Z') as Millis,
      contacts: [{ addresses: [ANA] }],
      answers: { order: { value: { status: 'packed' } } },
    });
    say('visit');
  });

  const say = (text: string): unknown =>
    world.receive({
      type: 'message.received',
      subject: world.contactOf(ANA),
      data: { connector: 'webchat', from: ANA, text },
    });
  const idOf = (): string => world.events.find(({ type }) => type === 'conversation.started')?.correlationid ?? '';
  const operator = (type: string, data: object = {}): unknown =>
    world.receive({
      type: `conversation.${type}`,
      subject: world.contactOf(ANA),
      data: { conversation: idOf(), ...data },
    });
  const recorded = (person: Parameters<typeof recordSession>[0]['person'] = {}): Recording => {
    const conversation = idOf();
    const events = world.events.filter(({ correlationid }) => correlationid === conversation);
    const causes = new Map(world.events.map((event) => [event.id, event]));
    return recordSession({ conversation, events, causes, person });
  };
  /** Its text, once it is known to hold. */
  const scenario = async (): Promise<string> => {
    const recording = recorded();
    if ('reason' in recording) throw new Error(recording.reason);
    expect(await failureOf('visit', recording.session, [MACHINE])).to.equal(undefined);
    return writeScenarios('visit', [recording.session]);
  };

  it('is whole where nobody laid hands on it', async () => {
    world.advance(60_000);
    say('A7');
    const text = await scenario();
    expect(text).to.include('- reply: A7').and.include('- says: It is packed.').and.include('- ends: told');
    expect(text).not.to.include('#');
  });

  it('ends before an operator cancelled it, and says so', async () => {
    world.advance(60_000);
    operator('cancel-requested', { reason: 'the order was withdrawn' });
    const text = await scenario();
    expect(text).to.include('says: Which number?').and.not.include('ends');
    expect(text).to.include(
      '# It is recorded until 2026-03-02T09:01:00.000Z: then an operator cancelled it, which no scenario can say.',
    );
    expect(text, 'may tell of people').not.to.include('withdrawn');
  });

  it('ends before it was moved to another version', async () => {
    world = new World(
      { machines: [MACHINE, LATER], now: world.now, contacts: [{ addresses: [ANA] }] },
      {
        ...world.machines,
        byHash: (hash) => [MACHINE, LATER].find((machine) => machine.hash === hash),
      },
    );
    say('visit');
    const versions = { from: MACHINE.hash, to: LATER.hash };
    operator('migration-requested', { from: LATER.hash, to: LATER.hash });
    operator('migration-requested', versions);
    expect(world.events.map(({ type }) => type)).to.include.members([
      'conversation.migration-refused',
      'conversation.migrated',
    ]);
    say('A7');
    const text = await scenario();
    expect(text).to.include('says: Which number?').and.not.include('A7');
    expect(text).to.include('then an operator moved it to another version');
  });

  it('has a source that never answered answer later than all that is recorded', async () => {
    world.answer('order', { value: { status: 'packed' }, afterMs: 3_600_000 });
    say('A7');
    const text = await scenario();
    expect(text).to.include('order: data-timed-out').and.include('order: 1d');
    expect(text).to.include('# order never answered what it was asked at 2026-03-02T09:00:00.000Z');
  });

  it('is none where nothing of it can be said', () => {
    const events = world.events.map((event) =>
      event.type === 'message.received' ? { ...event, type: 'conversation.resume-requested' } : event,
    );
    const conversation = idOf();
    const causes = new Map(events.map((event) => [event.id, event]));
    const own = events.filter(({ correlationid }) => correlationid === conversation);
    expect(recordSession({ conversation, events: own, causes, person: {} })).to.deep.equal({
      reason: 'then an operator let it go on after it had been parked, which no scenario can say.',
    });
  });

  describe('and anonymised', () => {
    const ORDER = machineOf(`
conversation: order
start:
  - event: com.shop.order.placed
    contact: event.data.contact
steps:
  - say: Thank you.
  - end: thanked
`);

    for (const [written, stands] of [
      ['Eva@Real.example', 'ana@example.org'],
      ['MAILTO:Eva@Real.example', 'mailto:ana@example.org'],
      ['+1 (650) 555-0188', '+12125550123'],
    ] as const) {
      it(`names nobody, though an event says ${written}`, async () => {
        const shop = new World({ machines: [ORDER], now: world.now });
        shop.receive({ type: 'com.shop.order.placed', data: { contact: written } });
        const events = shop.events.filter(({ correlationid }) => correlationid !== undefined);
        const conversation = events[0]?.correlationid ?? '';
        const causes = new Map(shop.events.map((event) => [event.id, event]));
        const recording = recordSession({ conversation, events, causes, person: {} });
        if ('reason' in recording) throw new Error(recording.reason);
        const holds = async (session: Session): Promise<boolean> =>
          (await failureOf('order', session, [ORDER])) === undefined;
        const text = writeScenarios('order', [await anonymised(recording.session, holds)]);
        expect(text)
          .to.include(stands)
          .and.not.match(/eva|real\.example|650|0188/i);
      });
    }

    it('tells nothing that a data source or an earlier conversation knew, where nothing depends on it', async () => {
      world.answer('order', { value: { status: 'at Eva Sand' } });
      say('A7');
      const recording = recorded({ attributes: { partner: 'Tom Sand' } });
      if ('reason' in recording) throw new Error(recording.reason);
      const holds = async (session: Session): Promise<boolean> =>
        (await failureOf('visit', session, [MACHINE])) === undefined;
      const text = writeScenarios('visit', [await anonymised(recording.session, holds)]);
      expect(text)
        .to.match(/says: It is text-\d\./)
        .and.not.match(/Eva|Tom|Sand/);
    });

    it('names no other address that they wrote from', async () => {
      const [phone, mail] = ['tel:+16505550188', 'mailto:eva@real.example'] as const;
      const person = { name: '', addresses: [phone as Address] as const };
      const session = {
        ...{
          title: 'recorded',
          given: { now: world.now, people: [person], answers: {}, receipts: 'at-once' as const },
        },
        played: [{ action: { do: 'reply' as const, person, text: 'visit', from: mail }, events: [] }],
      };
      const text = writeScenarios('visit', [await anonymised(session, () => Promise.resolve(false))]);
      expect(text)
        .to.include('from: mailto:ana@example.org')
        .and.not.match(/650|real/);
    });
  });
});
