import { join } from 'node:path';
import type { ContactKey, EventId, Millis, TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { decodeEvent, encodeEvent } from '../../../channels/encode.ts';
import { formatSequence, parseSequence, type Event } from '../../../channels/event.ts';
import { channelTopic, deadLetterTopic, engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { REPLAY_ID } from '../../../channels/replayed.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { contactState, deadlineId } from '../../../dsl/correlation.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { marked } from '../../../runtime/cli/replay/output.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { DeadlineTooLargeError, FatalInputError } from '../../../dsl/step/parking.ts';
import { MESSAGING_INPUTS } from '../../../dsl/step/inputs.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import type { JournalRecord } from '../../../runtime/engine/journal-record.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { OwnedPartition, type OwnedPartitionOptions } from '../../../runtime/engine/owned-partition.ts';
import { PartitionLoop, type PartitionLoopOptions } from '../../../runtime/engine/partition-loop.ts';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';
import { Turns } from '../../../runtime/engine/turns.ts';
import { openDeadLetterTopic } from '../../../runtime/events/dead-letters.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export const TENANT = 'acme' as TenantName;
export const MESSAGING: string = partitionTopic(channelTopic(TENANT, 'messaging'), 0);
const DATA = partitionTopic(channelTopic(TENANT, 'data'), 0);
const OUTPUTS = partitionTopic(channelTopic(TENANT, 'conversations'), 0);
const OPERATIONS = partitionTopic(channelTopic(TENANT, 'operations'), 0);
export const JOURNAL: string = partitionTopic(engineTopic(TENANT, 'journal'), 0);
export const DEAD_LETTERS: string = partitionTopic(deadLetterTopic(TENANT), 0);
export const CHECKPOINTS: string = partitionTopic(engineTopic(TENANT, 'checkpoints'), 0);

const DAY_MS = 24 * 60 * 60 * 1000;

/** Real time, except that a test may move it ahead. */
export class TestClock implements Clock {
  #aheadMs = 0;
  #wakes = new Set<() => void>();

  now(): Millis {
    return (Date.now() + this.#aheadMs) as Millis;
  }

  after(delayMs: number, callback: () => void): () => void {
    const due = this.now() + delayMs;
    const check = (): void => {
      if (this.now() >= due) {
        cancel();
        callback();
      }
    };
    const timer = setInterval(check, 5);
    this.#wakes.add(check);
    const cancel = (): void => {
      clearInterval(timer);
      this.#wakes.delete(check);
    };
    return cancel;
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
    for (const wake of [...this.#wakes]) wake();
  }
}

/** Remembers per contact the ids of its inputs, in order, and tells of each. */
export const rememberingLogic: LoopLogic = {
  basis: () => undefined,
  ready: () => undefined,
  keyOf: (event) => event.subject as ContactKey | undefined,
  causeOf: (event) => event.id,
  onEvent: (event, before) => {
    const state = contactState(before);
    if ((event.data as { text?: string }).text === 'throw') throw new Error('this input cannot be processed');
    const seen = [...(state?.seen ?? []), event.id];
    const next: ContactState = { key: event.subject as ContactKey, addresses: [], conversations: [], ...state, seen };
    const subject = next.key;
    return { state: next, emissions: [{ to: 'conversations', type: 'told', data: { seen: event.id }, subject }] };
  },
  onFatal: () => {
    throw new FatalInputError();
  },
  onTooLarge: () => {
    throw new DeadlineTooLargeError();
  },
  onDeadline: (key, deadline, before) => {
    const state = contactState(before);
    if (!state) return { state, emissions: [] };
    const next: ContactState = { ...state, conversations: [] };
    return {
      state: next,
      emissions: [
        { to: 'conversations', type: 'told', data: { seen: deadlineId(deadline).split('/').at(-1) }, subject: key },
      ],
    };
  },
};

export interface StartOptions {
  /** Another one stands for another node. */
  readonly stateFolder?: string;
  readonly logic?: LoopLogic;
  /** The rig's own, behind something that fails. */
  readonly broker?: Broker;
  readonly checkpointRecords?: number;
  readonly passedOverMax?: number;
  readonly source?: string;
}

/** One partition on a real embedded broker, with its loop started and stopped at will. */
export class Rig {
  readonly folder: ReturnType<typeof temporaryFolder>;
  broker: EmbeddedBroker;
  readonly clock: TestClock;
  readonly logged: string[] = [];
  #producer: Producer | undefined;
  #sequence = 0;
  #owners = 0;
  #generations = 0;

  private constructor(broker: EmbeddedBroker, folder: ReturnType<typeof temporaryFolder>, clock: TestClock) {
    this.broker = broker;
    this.folder = folder;
    this.clock = clock;
  }

  static async open(): Promise<Rig> {
    const folder = temporaryFolder();
    const clock = new TestClock();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker'), clock });
    await createTenant(broker.admin, TENANT, 1);
    return new Rig(broker, folder, clock);
  }

  /** All topics are gone, and there again, empty, with positions above those of before. Workers keep their folders. */
  async loseTopics(): Promise<void> {
    await this.broker.close();
    this.#producer = undefined;
    // A ledger's number is the second in which it began, or higher.
    this.clock.advance(DAY_MS);
    this.broker = await createEmbeddedBroker({ folder: join(this.folder.path, 'broker-again'), clock: this.clock });
    await createTenant(this.broker.admin, TENANT, 1);
  }

  startLoop(options: StartOptions = {}): Promise<PartitionLoop> {
    return PartitionLoop.open({ ...this.#loopOptions(options), owner: this.#newOwner() });
  }

  /** A worker that is responsible for the partition. */
  own(options: StartOptions & Pick<OwnedPartitionOptions, 'rest' | 'isHeldElsewhere' | 'standBack'>): OwnedPartition {
    return new OwnedPartition({ ...options, ...this.#loopOptions(options), newOwner: () => this.#newOwner() });
  }

  #newOwner(): string {
    this.#owners += 1;
    return `owner-${this.#owners}`;
  }

  #loopOptions(options: StartOptions): Omit<PartitionLoopOptions, 'owner'> {
    const {
      stateFolder = 'state',
      logic = rememberingLogic,
      broker = this.broker,
      checkpointRecords,
      passedOverMax,
      source = '/engine/acme/0',
    } = options;
    return {
      broker,
      checkpointRecords,
      passedOverMax,
      deadLetters: openDeadLetterTopic(broker, TENANT),
      codec: PLAIN_CODEC,
      clock: this.clock,
      log: {
        info: () => undefined,
        warn: (_, message) => this.logged.push(message),
        error: (_, message) => this.logged.push(message),
      },
      logic,
      source,
      journalTopic: JOURNAL,
      checkpointsTopic: CHECKPOINTS,
      feeds: [
        { name: 'messaging', topic: MESSAGING, subscription: 'engine', types: MESSAGING_INPUTS },
        { name: 'data', topic: DATA, subscription: 'engine', types: new Set(['data.received']) },
      ],
      stateFolder: join(this.folder.path, stateFolder),
      placement: (to) => partitionTopic(to === 'inbox' ? engineTopic(TENANT, 'inbox') : channelTopic(TENANT, to), 0),
      partition: 0,
      turns: new Turns().tenant(),
      worker: 'test',
      newGeneration: () => `g${++this.#generations}`,
    };
  }

  /** Publishes an input; `sequence` repeats an earlier one. */
  async say(contact: string, text = 'hello', sequence: number = ++this.#sequence): Promise<string> {
    return this.state('message.received', contact, { text }, sequence);
  }

  /** Publishes an input of whatever type on the channel `messaging`. */
  async state(type: string, contact: string, data: unknown, sequence: number = ++this.#sequence): Promise<string> {
    const event = this.#event('/test/messaging', type, contact, data, sequence);
    await (await this.#messaging()).send(encodeEvent(event));
    return event.id;
  }

  /** Publishes two replayed inputs: one marked as `parlance replay` does, one in its body alone. */
  async sayAgain(contact: string, replay: string): Promise<void> {
    const producer = await this.#messaging();
    for (const property of [{ [REPLAY_ID]: replay }, {}]) {
      const event = this.#event('/test/earlier', 'message.received', contact, { text: 'hello' }, ++this.#sequence);
      const { properties, ...message } = encodeEvent(marked(event, replay));
      await producer.send({ ...message, properties: { ...properties, ...property } });
    }
  }

  /** Publishes an input on another channel. */
  async answerData(contact: string): Promise<string> {
    const event = this.#event('/test/data', 'data.received', contact, { text: 'hello' }, ++this.#sequence);
    const producer = await this.broker.createProducer({ topic: DATA });
    await producer.send(encodeEvent(event));
    await producer.close();
    return event.id;
  }

  #event(source: string, type: string, contact: string, data: unknown, sequence: number): Event {
    return {
      specversion: '1.0',
      id: `in-${sequence}` as EventId,
      source,
      type,
      time: new Date(this.clock.now()).toISOString(),
      subject: contact,
      partitionkey: contact,
      sequence: formatSequence(sequence),
      data,
    };
  }

  async sayGarbage(): Promise<void> {
    await (
      await this.#messaging()
    ).send({ payload: Buffer.from('{'), properties: { ce_type: 'message.received', ce_id: 'garbage' } });
  }

  async #messaging(): Promise<Producer> {
    this.#producer ??= await this.broker.createProducer({ topic: MESSAGING });
    return this.#producer;
  }

  /** What was told so far, once at least `count` were, in order; repetitions dropped, as every consumer drops them. */
  async told(count: number): Promise<string[]> {
    const marks = new SourceMarks();
    const reader = await this.broker.createReader({ topic: OUTPUTS, from: 'Earliest' });
    const told: string[] = [];
    for (let position: MessageId | undefined; ;) {
      if (told.length >= count && position === (await this.broker.admin.lastMessageId(OUTPUTS))) break;
      const message = await reader.next();
      position = message.id;
      const event = decodeEvent(message.payload);
      if (marks.accept(event.source, parseSequence(event.sequence ?? '')))
        told.push((event.data as { seen: string }).seen);
    }
    await reader.close();
    return told;
  }

  /** Events on the channel `operations` of one type, once there are `count`. */
  async operations(type: string, count: number): Promise<Event[]> {
    const reader = await this.broker.createReader({ topic: OPERATIONS, from: 'Earliest' });
    const events: Event[] = [];
    while (events.length < count) {
      const event = decodeEvent((await reader.next()).payload);
      if (event.type === type) events.push(event);
    }
    await reader.close();
    return events;
  }

  async journal(): Promise<JournalRecord[]> {
    const last = await this.broker.admin.lastMessageId(JOURNAL);
    const reader = await this.broker.createReader({ topic: JOURNAL, from: 'Earliest' });
    const records: JournalRecord[] = [];
    for (let position: MessageId | undefined; position !== last;) {
      const message = await reader.next();
      position = message.id;
      records.push(decodeRecord(message.payload, PLAIN_CODEC));
    }
    await reader.close();
    return records;
  }

  async close(): Promise<void> {
    await this.broker.close();
    this.folder.remove();
  }
}
