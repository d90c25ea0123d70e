import type { EventCodec } from '../../channels/codec.ts';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, Producer } from '../broker/port.ts';
import { KEEP_SUBSCRIPTION } from '../broker/subscriptions.ts';
import { openOwnerProducer } from './owner-producer.ts';
import { RetentionCursor } from './retention-cursor.ts';
import { MARKER_KEY, type Marker, type StoredContact } from './restore-checkpoint.ts';
import type { Checkpoint, StateStore } from './state-store.ts';

/** A checkpoint is written after so many records: what a new node reads from the journal at most. */
const CHECKPOINT_RECORDS = 50_000;

/** States read and sent at once: few enough not to hold up the steps in between. */
const BATCH_MAX = 128;

/** The topic is written anew once it has grown by so many times what the last full checkpoint was. */
const GROWTH_FACTOR = 2;

export interface CheckpointWriterOptions {
  readonly broker: Broker;
  /** Partition topic, of this loop alone. */
  readonly topic: string;
  readonly codec: EventCodec;
  /** Default CHECKPOINT_RECORDS. Where the broker cannot fence, more than ever are on their way to the journal. */
  readonly everyRecords?: number | undefined;
  /** Sequence of the last complete checkpoint, by whichever owner; 0 before the first. */
  readonly last: number;
}

/**
 * States of a partition's contacts on a topic of its own, so that an owner on a new node need not read the journal from
 * its beginning. A marker, written last, says which record they are complete up to.
 *
 * A checkpoint holds the contacts that changed since the one before, or is full: then it holds every contact, and what
 * is before it may go. Full are an owner's first, since it cannot know what changed under owners before it, and each
 * that finds the topic grown. That works alike on every broker, whether it compacts or not.
 */
export class CheckpointWriter {
  readonly #options: CheckpointWriterOptions;
  readonly #producer: Producer;
  readonly #keep: RetentionCursor;
  #last: number;
  /** This owner's last full checkpoint: where it began, and its messages. */
  #full: { readonly sequence: number; readonly messages: number } | undefined;
  #messagesSinceFull = 0;
  /** The last message that the last full checkpoint made unnecessary. */
  #superseded: MessageId | undefined;

  private constructor(options: CheckpointWriterOptions, producer: Producer, keep: RetentionCursor) {
    this.#options = options;
    this.#producer = producer;
    this.#keep = keep;
    this.#last = options.last;
  }

  static async open(options: CheckpointWriterOptions): Promise<CheckpointWriter> {
    const { broker, topic } = options;
    const producer = await openOwnerProducer(broker, topic);
    try {
      return new CheckpointWriter(options, producer, await RetentionCursor.open(broker, topic, KEEP_SUBSCRIPTION));
    } catch (error) {
      await producer.close();
      throw error;
    }
  }

  /** Sequence of the record that the last complete checkpoint covers; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  isDue(sequence: number): boolean {
    return sequence - this.#last >= (this.#options.everyRecords ?? CHECKPOINT_RECORDS);
  }

  /** Whether the next one, with so many contacts that changed, has to state all of them. */
  isFullDue(changed: number): boolean {
    return this.#full === undefined || this.#messagesSinceFull + changed >= GROWTH_FACTOR * this.#full.messages;
  }

  /**
   * `changed`: every contact that changed since the last complete checkpoint, as far as this owner knows. States may be
   * newer than `checkpoint`: the journal repeats them. Resolves false where `stopped` ended it before it was complete,
   * which does no harm. Not while another call is under way.
   */
  async write(
    checkpoint: Checkpoint,
    changed: readonly StateKey[],
    store: Pick<StateStore, 'committed' | 'contactsAfter'>,
    stopped: () => boolean,
  ): Promise<boolean> {
    // Not sooner: only records appended since prove that no other owner had begun to write here before.
    await this.#keep.release(this.#superseded);
    const { sequence } = checkpoint.applied;
    const isFull = this.isFullDue(changed.length);
    const before = isFull ? await this.#options.broker.admin.lastMessageId(this.#options.topic) : undefined;
    let messages = 1;
    for (const contacts of isFull ? everyContact(store) : batchesOf(changed)) {
      if (stopped()) return false;
      messages += await this.#writeStates(checkpoint, contacts, store, isFull);
    }
    const full = isFull ? sequence : (this.#full?.sequence ?? sequence);
    await this.#send(MARKER_KEY, { ...checkpoint, full } satisfies Marker);
    this.#last = sequence;
    if (isFull) {
      this.#full = { sequence, messages };
      this.#superseded = before;
    }
    this.#messagesSinceFull = isFull ? 0 : this.#messagesSinceFull + messages;
    return true;
  }

  async #writeStates(
    { applied: { epoch, sequence } }: Checkpoint,
    contacts: readonly StateKey[],
    store: Pick<StateStore, 'committed'>,
    isFull: boolean,
  ): Promise<number> {
    const sends: Promise<unknown>[] = [];
    for (const contact of contacts) {
      const state: KeptState | null = store.committed(contact) ?? null;
      // That a contact is forgotten needs saying only where an older state of it counts.
      if (state === null && isFull) continue;
      sends.push(this.#send(contact, { epoch, sequence, state } satisfies StoredContact));
    }
    await Promise.all(sends);
    return sends.length;
  }

  async #send(key: string, value: StoredContact | Marker): Promise<void> {
    const contact = key === MARKER_KEY ? undefined : key;
    await this.#producer.send({ key, payload: this.#options.codec.encode(JSON.stringify(value), contact) });
  }

  async close(): Promise<void> {
    await this.#keep.close();
    await this.#producer.close();
  }
}

function* batchesOf(contacts: readonly StateKey[]): Generator<readonly StateKey[]> {
  for (let start = 0; start < contacts.length; start += BATCH_MAX) yield contacts.slice(start, start + BATCH_MAX);
}

function* everyContact(store: Pick<StateStore, 'contactsAfter'>): Generator<readonly StateKey[]> {
  let contacts = store.contactsAfter(undefined, BATCH_MAX);
  while (contacts.length > 0) {
    yield contacts;
    contacts = store.contactsAfter(contacts.at(-1), BATCH_MAX);
  }
}
