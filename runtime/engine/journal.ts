import type { StateKey } from '../../dsl/correlation.ts';
import { formatOf, StateFormatError } from '../../dsl/state-format.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { ParlanceError } from '../../channels/error.ts';
import { BrokerError } from '../broker/errors.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, BrokerAdmin, Follower, Producer, Reader } from '../broker/port.ts';
import { AppendCheck } from './append-check.ts';
import { openOwnerProducer } from './owner-producer.ts';
import {
  isOfGeneration,
  RECORD_FORMAT,
  type JournalFold,
  type BarrierRecord,
  type JournalRecord,
} from './journal-record.ts';

/** How often an owner tries to place its barrier before it lets another win: each try reads what came in between. */
const BARRIER_ATTEMPTS_MAX = 5;

/** The journal does not continue where its reader stands. */
export class JournalGapError extends ParlanceError {
  constructor(topic: string, why: string) {
    super('journal-gap', `${topic} ${why}`);
  }
}

/** Throws StateFormatError for one that a newer version wrote. */
export function decodeRecord(payload: Buffer, codec: EventCodec): JournalRecord {
  const record = JSON.parse(codec.decode(payload)) as JournalRecord;
  const format = formatOf(record);
  if (format > RECORD_FORMAT) throw new StateFormatError('a record of the journal', format, RECORD_FORMAT);
  return record;
}

/** A record that counts, and where it stands. */
export interface PlacedRecord<Record extends JournalRecord = JournalRecord> {
  readonly record: Record;
  readonly position: MessageId;
}

export interface JournalStart {
  readonly fold: JournalFold;
  /** Position of the last record already applied; undefined: read from the earliest. */
  readonly after: MessageId | undefined;
  /** Of the journal whose records were applied. */
  readonly generation: string | undefined;
  /**
   * Whether it has to be this journal. From a checkpoint another one may go on: its first owner, who found the topic
   * empty, went on from it too.
   */
  readonly isSame: boolean;
}

/** A record that is durable and certain to count. */
export interface Appended {
  readonly position: MessageId;
  /** Resolves once what follows it is durable too. Undefined: it has not left. */
  readonly followed: Promise<void> | undefined;
}

/** What a journal and its recovery need of a broker. */
export interface JournalBroker extends Pick<Broker, 'capabilities' | 'createProducer' | 'createReader'> {
  readonly admin: Pick<BrokerAdmin, 'lastMessageId'>;
}

export interface JournalOptions {
  readonly broker: JournalBroker;
  /** Partition topic. */
  readonly topic: string;
  readonly codec: EventCodec;
  readonly owner: string;
  readonly now: () => number;
  /** For the first barrier of a new journal. */
  readonly newGeneration: () => string;
  /** Further fields of the barrier; asked once everything before it has been applied. */
  readonly more?: () => Pick<BarrierRecord, 'suspicion'>;
}

/** The owner's end of one partition's journal. Fail-stop: the first failed append ends the ownership. */
export class Journal {
  readonly topic: string;
  readonly barrier: PlacedRecord<BarrierRecord>;
  readonly #producer: Producer;
  readonly #codec: EventCodec;
  readonly #check: AppendCheck | undefined;

  private constructor(options: JournalOptions, producer: Producer, barrier: PlacedRecord<BarrierRecord>) {
    this.topic = options.topic;
    this.barrier = barrier;
    this.#producer = producer;
    this.#codec = options.codec;
    const { epoch, sequence } = barrier.record;
    const place = { epoch, sequence, position: barrier.position };
    const decode = (payload: Buffer): JournalRecord => decodeRecord(payload, options.codec);
    this.#check = options.broker.capabilities.fencing ? undefined : new AppendCheck({ ...options, decode }, place);
  }

  /**
   * Takes the journal over: applies every record that counts up to its own barrier, and returns; a promise of `apply` holds
   * the next back. Rejects with BrokerError `producer-busy` where another owner keeps writing, or `producer-fenced` where
   * another one came in between; with JournalGapError where the journal does not continue at `start`.
   */
  static async acquire(
    options: JournalOptions,
    start: JournalStart,
    apply: (placed: PlacedRecord) => Promise<void> | undefined,
  ): Promise<Journal> {
    const { broker, topic, codec } = options;
    const producer = await openOwnerProducer(broker, topic);
    const reader = await openReader(broker, topic, start).catch(async (error: unknown) => {
      await producer.close();
      throw error;
    });
    const { fold, after } = start;
    let generation = start.generation;
    /** Records read that are of the same journal. */
    let ofStart = 0;
    /** Whether the record at `last` counts. */
    const readTo = async (last: MessageId | undefined): Promise<boolean> => {
      let isCounted = false;
      for (let position: MessageId | undefined; last !== undefined && position !== last;) {
        const message = await reader.next();
        const record = decodeRecord(message.payload, codec);
        position = message.id;
        const isOfStart = start.generation !== undefined && isOfGeneration(record, start.generation);
        if (isOfStart) ofStart += 1;
        isCounted = fold.accept(record);
        if (!isCounted) {
          if (record.epoch >= fold.epoch && record.sequence > fold.sequence + 1) throw gapBefore(topic, record, fold);
          continue;
        }
        if (start.isSame && !isOfStart) throw madeAnew(topic);
        if (record.kind === 'barrier') generation = record.generation;
        const held = apply({ record, position });
        if (held) await held;
      }
      return isCounted;
    };
    try {
      const last = await broker.admin.lastMessageId(topic);
      await readTo(last === after ? undefined : last);
      // What others wrote late, of whichever journal, does not count and tells nothing.
      if (start.isSame && last !== after && ofStart === 0) throw madeAnew(topic);
      // Nobody can tell whether the topic is another one, and what a lost journal said must not be said again under its sequences.
      if (last === undefined) generation = undefined;
      for (let attempt = 0; attempt < BARRIER_ATTEMPTS_MAX; attempt++) {
        const barrier: BarrierRecord = {
          kind: 'barrier',
          epoch: fold.epoch + 1,
          sequence: fold.sequence + 1,
          generation: generation ?? options.newGeneration(),
          owner: options.owner,
          now: options.now(),
          ...options.more?.(),
        };
        const position = await producer.send({ payload: codec.encode(JSON.stringify(barrier)) });
        const isCounted = await readTo(position);
        // A stalled owner's records, even a barrier of the same epoch, may have come in between: then place another.
        if (position !== undefined && isCounted) {
          return new Journal(options, producer, { record: barrier, position });
        }
      }
      throw new BrokerError('producer-busy', `another owner keeps writing ${topic}`);
    } catch (error) {
      await producer.close();
      throw error;
    } finally {
      await reader.close();
    }
  }

  /**
   * `json`: a `StepRecord`. Resolves with the record's position once it is durable and certain to count. Appends resolve
   * in order. On a broker that cannot fence, that takes a check.
   */
  append(json: string, sequence: number, contact: StateKey | undefined): Promise<MessageId> {
    // No async function: it would keep the text on the heap for as long as it waits, which the collector has to copy.
    return this.#producer
      .send({ payload: this.#codec.encode(json, contact) })
      .then((position) => this.#counting(sequence, position));
  }

  /** As `append`; where the broker can, the outputs leave with the record. */
  appendLeading(
    json: string,
    sequence: number,
    contact: StateKey | undefined,
    outputs: readonly Follower[],
  ): Promise<Appended> {
    // Where it takes a look back to know that the record counts, nothing may leave with it.
    const led = this.#check
      ? undefined
      : this.#producer.lead?.({ payload: this.#codec.encode(json, contact) }, outputs);
    if (!led) return this.append(json, sequence, contact).then((position) => ({ position, followed: undefined }));
    return led.then(({ id, followed }) => ({ position: this.#known(id), followed }));
  }

  #counting(sequence: number, position: MessageId | undefined): MessageId | Promise<MessageId> {
    const known = this.#known(position);
    return this.#check?.check(sequence, known)?.then(() => known) ?? known;
  }

  #known(position: MessageId | undefined): MessageId {
    if (position === undefined)
      throw new BrokerError('producer-failed', `${this.topic} took a record for a repetition`);
    return position;
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** Throws JournalGapError where the broker knows that the position is none of this topic; others do not tell. */
async function openReader(broker: JournalBroker, topic: string, { after }: JournalStart): Promise<Reader> {
  try {
    return await broker.createReader({ topic, from: after === undefined ? 'Earliest' : { after } });
  } catch (error) {
    throw error instanceof BrokerError && error.code === 'position-unknown' ? madeAnew(topic) : error;
  }
}

function gapBefore(topic: string, { sequence }: JournalRecord, fold: JournalFold): JournalGapError {
  const expected = fold.sequence + 1;
  return new JournalGapError(
    topic,
    `continues with record ${sequence} where ${expected} was expected: records in between are gone`,
  );
}

function madeAnew(topic: string): JournalGapError {
  return new JournalGapError(topic, 'was made anew: it does not continue what is known of it');
}
