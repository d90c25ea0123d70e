import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Address, ContactKey, EventId, Millis, TenantName } from '../../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { contactKeyOf } from '../../../../channels/contact-key.ts';
import type { Event } from '../../../../channels/event.ts';
import { engineTopic, partitionTopic } from '../../../../channels/topics.ts';
import type { ContactState } from '../../../../dsl/contact.ts';
import {
  contactState,
  isCorrelationKey,
  valueState,
  type KeptState,
  type StateKey,
} from '../../../../dsl/correlation.ts';
import { MACHINE_FORMAT, type Machine } from '../../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../../dsl/machines.ts';
import { formatOf, readState, STATE_FORMAT, StateFormatError } from '../../../../dsl/state-format.ts';
import { CORRELATED, MATCHED, type StepInput, type StepResult } from '../../../../dsl/step/contract.ts';
import { correlate } from '../../../../dsl/step/correlate.ts';
import { step } from '../../../../dsl/step/step.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { messageIdParts, type MessageId } from '../../../../runtime/broker/message-id.ts';
import { decodeRecord } from '../../../../runtime/engine/journal.ts';
import { RECORD_FORMAT, type StepRecord, type Vector } from '../../../../runtime/engine/journal-record.ts';
import { recover } from '../../../../runtime/engine/recovery.ts';
import { StateStore } from '../../../../runtime/engine/state-store.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const TENANT = 'acme' as TenantName;
const [JOURNAL, CHECKPOINTS] = [
  partitionTopic(engineTopic(TENANT, 'journal'), 0),
  partitionTopic(engineTopic(TENANT, 'checkpoints'), 0),
];

const linesOf = (format: string, name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, format, name), 'utf8')
    .trimEnd()
    .split('\n');

/** A partition's broker with what the fixtures say was written to it. */
async function brokerWith(folder: string, format: string, parts: { checkpoints: boolean }): Promise<EmbeddedBroker> {
  const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
  await createTenant(broker.admin, TENANT, 1);
  const journal = await broker.createProducer({ topic: JOURNAL });
  let last: MessageId | undefined;
  for (const line of linesOf(format, 'journal.jsonl')) last = await journal.send({ payload: Buffer.from(line) });
  await journal.close();
  const [ledger = 0] = last === undefined ? [] : messageIdParts(last);
  const checkpoints = await broker.createProducer({ topic: CHECKPOINTS });
  for (const line of parts.checkpoints ? linesOf(format, 'checkpoints.jsonl') : []) {
    // Places in the journal are of the topic that was recorded; this one's ledger has another number.
    const placed = line.replaceAll(/"position":"\d+:(\d+)"/g, `"position":"${ledger}:$1"`);
    const { key, value } = JSON.parse(placed) as { readonly key: string; readonly value: unknown };
    await checkpoints.send({ key, payload: Buffer.from(JSON.stringify(value)) });
  }
  await checkpoints.close();
  return broker;
}

/** What an owner on a new node knows, and how many records it read for that. */
async function recovered(format: string, parts: { checkpoints: boolean }): Promise<Recovered> {
  const folder = temporaryFolder();
  const broker = await brokerWith(folder.path, format, parts);
  const store = new StateStore(join(folder.path, 'state'), PLAIN_CODEC);
  try {
    const { journal, recordsRead, checkpoint } = await recover(store, CHECKPOINTS, {
      ...{ broker, topic: JOURNAL, codec: PLAIN_CODEC, owner: 'test', now: () => 0, newGeneration: () => 'none' },
    });
    await journal.close();
    const keys = store.contactsAfter(undefined, 100);
    const states = new Map(keys.flatMap((key) => entryOf(key, store.get(key))));
    return { states, marks: checkpoint.marks, recordsRead };
  } finally {
    await store.close();
    await broker.close();
    folder.remove();
  }
}

interface Recovered {
  readonly states: ReadonlyMap<StateKey, KeptState>;
  readonly marks: Vector['marks'];
  readonly recordsRead: number;
}

function entryOf(key: StateKey, state: KeptState | undefined): readonly (readonly [StateKey, KeptState])[] {
  return state ? [[key, state]] : [];
}

/** One person's state, stepped on. */
class Person {
  readonly #machines: readonly Machine[];
  readonly #key: ContactKey;
  readonly #address: Address;
  #state: ContactState | undefined;
  now: Millis = Date.parse('2026-03-06T12:05:00Z') as Millis;

  constructor(machines: readonly Machine[], states: ReadonlyMap<StateKey, KeptState>, name: string) {
    this.#machines = machines;
    this.#address = `webchat:${name}` as Address;
    this.#key = contactKeyOf(this.#address);
    this.#state = contactState(states.get(this.#key));
  }

  /** Types of what follows, and what is said. */
  #after(input: StepInput): readonly string[] {
    const context = { contact: this.#key, now: this.now };
    const { state, emissions }: StepResult = step(machinesOf(this.#machines), this.#state, input, context);
    this.#state = state;
    return emissions.map(({ type, data }) =>
      type === 'message.requested' ? `says ${(data as { readonly text: string }).text}` : type,
    );
  }

  receives(type: string, data: object): readonly string[] {
    return this.#after({ kind: 'event', event: eventOf(type, data) });
  }

  writes(text: string): readonly string[] {
    return this.receives('message.received', { connector: 'webchat', from: this.#address, text });
  }

  /** The first deadline that has passed by then. */
  waitsUntil(time: string): readonly string[] {
    this.now = Date.parse(time) as Millis;
    const [held] = this.#state?.held ?? [];
    const timer = held
      ? { conversation: held.conversation, id: `held-${held.number.toString()}`, due: held.until }
      : this.#state?.conversations.flatMap(({ timers }) => timers).find(({ due }) => due <= this.now);
    if (!timer) throw new Error(`nothing is due at ${time}`);
    return this.#after({ kind: 'timer', timer });
  }

  get conversation(): string {
    return this.#state?.conversations[0]?.id ?? '';
  }
}

function eventOf(type: string, data: object): Event {
  const time = '2026-03-06T12:05:00.000Z';
  return { specversion: '1.0', id: `after-${type}` as EventId, source: '/test', type, time, data };
}

const FORMATS = readdirSync(import.meta.dirname).filter((name) => name.startsWith('format-'));

for (const format of FORMATS) {
  const machines = linesOf(format, 'machines.jsonl').map((line) => JSON.parse(line) as Machine);

  describe(`states as ${format} wrote them`, () => {
    let fromJournal: Recovered;
    let fromCheckpoint: Recovered;
    before(async () => {
      fromJournal = await recovered(format, { checkpoints: false });
      fromCheckpoint = await recovered(format, { checkpoints: true });
    });

    it('are the same by the journal alone and by a checkpoint and what follows it', () => {
      expect(fromJournal.states.size).to.equal(10);
      expect(Object.fromEntries(fromCheckpoint.states)).to.eql(Object.fromEntries(fromJournal.states));
      expect(fromCheckpoint.recordsRead).to.be.lessThan(fromJournal.recordsRead / 2);
      expect(fromJournal.recordsRead).to.be.greaterThan(12);
      for (const state of fromJournal.states.values()) expect(formatOf(state)).to.equal(STATE_FORMAT);
    });

    it('come with the mark of every source that was heard, whether records state all of them or what was new', () => {
      const records = linesOf(format, 'journal.jsonl').map((line) => JSON.parse(line) as Partial<StepRecord>);
      const heard = Object.assign({}, ...records.map(({ marks }) => marks)) as Vector['marks'];
      expect(heard).to.not.eql({});
      expect(fromJournal.marks).to.eql(heard);
      expect(fromCheckpoint.marks).to.eql(heard);
    });

    // A machine of an older format is run no more: then its conversations are read, and wait.
    (machines[0]?.format === MACHINE_FORMAT ? it : it.skip)('are stepped on to the end of each', () => {
      const person = (name: string): Person => new Person(machines, fromJournal.states, name);

      expect(person('survey').writes('well')).to.include.members(['says You are well.', 'conversation.completed']);
      expect(person('late').writes('well')).to.include.members(['says You are well.', 'conversation.completed']);

      const interrupted = person('interrupted');
      expect(interrupted.writes('prices'), 'back to the question').to.include('conversation.waiting');
      expect(interrupted.writes('fine')).to.include.members(['says You are fine.', 'conversation.completed']);

      const pause = person('pause').waitsUntil('2026-03-08T12:10:00Z');
      expect(pause).to.include.members(['says Here again.', 'conversation.completed', 'conversation.started']);

      const lookup = person('lookup');
      const answer = { request: `${lookup.conversation}/d1`, value: { state: 'sent' } };
      expect(lookup.receives('data.received', answer)).to.include('says It is sent.');

      const agent = person('agent');
      const returned = { conversation: agent.conversation, outcome: 'returned' };
      expect(agent.receives('handoff.returned', returned)).to.include.members(['says Goodbye.']);

      expect(person('held').waitsUntil('2026-03-07T01:00:00Z')).to.include('says It is late.');
      expect(person('quiet').writes('survey'), 'opted out').to.not.include('conversation.started');
    });

    (machines[0]?.format === MACHINE_FORMAT ? it : it.skip)('of values still know who waits', () => {
      const key = [...fromJournal.states.keys()].find(isCorrelationKey);
      if (key === undefined) throw new Error('no state of a value');
      const shipped = eventOf('com.shop.shipped', { contact: 'webchat:parcel' });
      const { emissions } = correlate(
        ...([key, valueState(fromJournal.states.get(key)), eventOf(CORRELATED, { event: shipped })] as const),
        Date.parse('2026-03-06T12:05:00Z') as Millis,
      );
      const [matched] = emissions.filter(({ type }) => type === MATCHED);
      const parcel = new Person(machines, fromJournal.states, 'parcel');
      expect(parcel.receives(MATCHED, matched?.data as object)).to.include('says Shipped.');
    });
  });
}

describe('the format of states', () => {
  it('has fixtures of every format up to the present one', () => {
    const all = Array.from({ length: STATE_FORMAT }, (_, index) => `format-${(index + 1).toString()}`);
    expect(FORMATS.toSorted()).to.eql(all.toSorted());
  });

  it('is said by every state that is written now, where it is not the first', () => {
    const state: KeptState = { key: 'c-1' as ContactKey, addresses: [], conversations: [] };
    const { state: after } = step(
      machinesOf([]),
      undefined,
      {
        kind: 'event',
        event: eventOf('message.received', { connector: 'sms', from: 'tel:+12125550123', text: 'stop' }),
      },
      { contact: state.key, now: 0 as Millis },
    );
    expect(formatOf(after ?? {})).to.equal(STATE_FORMAT);
  });

  it('is brought up step by step', () => {
    const upcasters = {
      1: (state: object) => ({ ...state, one: true }),
      2: (state: object) => ({ ...state, two: true }),
    };
    expect(readState({ key: 'c-1' }, { format: 3, upcasters })).to.eql({ key: 'c-1', one: true, two: true, format: 3 });
    expect(readState({ key: 'c-1', format: 2 }, { format: 3, upcasters })).to.eql({ key: 'c-1', two: true, format: 3 });
    expect(() => readState({ key: 'c-1' }, { format: 3, upcasters: {} })).to.throw('nothing takes a state of format 1');
  });

  it('is refused where a newer version wrote it, in a state and in a record', () => {
    expect(() => readState({ key: 'c-1', format: STATE_FORMAT + 1 }))
      .to.throw(StateFormatError, /start the version that wrote it, or a later one/)
      .with.property('code', 'state-newer');
    const newer = { kind: 'step', epoch: 2, sequence: 2, format: RECORD_FORMAT + 1 };
    const record = Buffer.from(JSON.stringify(newer));
    expect(() => decodeRecord(record, PLAIN_CODEC)).to.throw(StateFormatError);
  });

  it('of a newer version keeps an owner from stepping the partition', async () => {
    const folder = temporaryFolder();
    const broker = await brokerWith(folder.path, `format-${STATE_FORMAT.toString()}`, { checkpoints: false });
    const [last = ''] = linesOf(`format-${STATE_FORMAT.toString()}`, 'journal.jsonl').slice(-1);
    const record = JSON.parse(last) as { sequence: number; state: object };
    const newer = { ...record, sequence: record.sequence + 1, state: { ...record.state, format: STATE_FORMAT + 1 } };
    const producer = await broker.createProducer({ topic: JOURNAL });
    await producer.send({ payload: Buffer.from(JSON.stringify(newer)) });
    await producer.close();
    const store = new StateStore(join(folder.path, 'state'), PLAIN_CODEC);
    const error: unknown = await recover(store, CHECKPOINTS, {
      ...{ broker, topic: JOURNAL, codec: PLAIN_CODEC, owner: 'test', now: () => 0, newGeneration: () => 'none' },
    }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'state-newer');
    await store.close();
    await broker.close();
    folder.remove();
  });
});
