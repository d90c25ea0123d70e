import type { ContactKey } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { ContactState } from '../../dsl/contact.ts';
import type { Broker, Producer } from '../broker/port.ts';
import type { Checkpoint } from './state-store.ts';

/** Key of the message that closes a checkpoint; contact keys begin with `c-`. */
const MARKER_KEY = '$marker';

/** States of one batch in flight while a checkpoint is written. */
const IN_FLIGHT_MAX = 500;

interface StoredContact {
  readonly epoch: number;
  readonly sequence: number;
  readonly state: ContactState | null;
}

/** A partition's states as of a marker, newest per contact. */
export interface RestoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly states: ReadonlyMap<ContactKey, ContactState>;
}

/**
 * States of a partition's contacts on a topic of its own, so that an owner on a new node need not read the journal from
 * its beginning. A marker, written last, says which record they are complete up to.
 */
export class CheckpointWriter {
  readonly #producer: Producer;
  readonly #codec: EventCodec;

  private constructor(producer: Producer, codec: EventCodec) {
    this.#producer = producer;
    this.#codec = codec;
  }

  static async open(broker: Broker, topic: string, codec: EventCodec): Promise<CheckpointWriter> {
    return new CheckpointWriter(await broker.createProducer({ topic }), codec);
  }

  /** `states`: the committed state of every contact that changed since the last marker. */
  async write(checkpoint: Checkpoint, states: Iterable<[ContactKey, ContactState | undefined]>): Promise<void> {
    let batch: Promise<unknown>[] = [];
    for (const [contact, state] of states) {
      const { epoch, sequence } = checkpoint.applied;
      const stored: StoredContact = { epoch, sequence, state: state ?? null };
      batch.push(this.#producer.send({ key: contact, payload: this.#codec.encode(JSON.stringify(stored), contact) }));
      if (batch.length < IN_FLIGHT_MAX) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
    await this.#producer.send({ key: MARKER_KEY, payload: this.#codec.encode(JSON.stringify(checkpoint)) });
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** Undefined where no checkpoint was ever completed. States newer than the marker are fine: the journal repeats them. */
export async function readCheckpoint(
  broker: Broker,
  topic: string,
  codec: EventCodec,
): Promise<RestoredCheckpoint | undefined> {
  const last = await broker.admin.lastMessageId(topic);
  if (last === undefined) return undefined;
  const reader = await broker.createReader({
    topic,
    from: 'Earliest',
    ...(broker.capabilities.compaction ? { readCompacted: true } : {}),
  });
  const newest = new Map<ContactKey, StoredContact>();
  let checkpoint: Checkpoint | undefined;
  for (let position; position !== last;) {
    const message = await reader.next();
    position = message.id;
    const value: unknown = JSON.parse(codec.decode(message.payload));
    if (message.key === MARKER_KEY) {
      const marker = value as Checkpoint;
      if (!checkpoint || marker.applied.sequence > checkpoint.applied.sequence) checkpoint = marker;
    } else {
      const contact = message.key as ContactKey;
      const stored = value as StoredContact;
      const known = newest.get(contact);
      if (!known || stored.sequence >= known.sequence) newest.set(contact, stored);
    }
  }
  await reader.close();
  if (!checkpoint) return undefined;
  const states = new Map<ContactKey, ContactState>();
  for (const [contact, { state }] of newest) if (state) states.set(contact, state);
  return { checkpoint, states };
}
