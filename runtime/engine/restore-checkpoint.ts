import type { EventCodec } from '../../channels/codec.ts';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import { readState } from '../../dsl/state-format.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { JournalBroker } from './journal.ts';
import type { Checkpoint, Restored, StateStore } from './state-store.ts';

/** States written in one transaction. */
const RESTORED_AT_ONCE = 2_000;

/** Key of the message that closes a checkpoint; keys of states begin with `c-` or `e-`. */
export const MARKER_KEY = '$marker';

/** A contact's state on the checkpoint topic. */
export interface StoredContact {
  /** Of the record that the checkpoint covers. */
  readonly epoch: number;
  readonly sequence: number;
  /** Null: the contact was forgotten. */
  readonly state: KeptState | null;
}

/** Closes a checkpoint. */
export interface Marker extends Checkpoint {
  /** Sequence of the full checkpoint that this one builds on: states of an earlier one do not count. */
  readonly full: number;
}

/**
 * Brings the newest complete checkpoint into an empty store, in whatever order its states stand on the topic, since a
 * superseded owner may write late. Undefined where none was ever completed: the store is empty then. States newer than
 * the marker, of a checkpoint that broke off, are fine: the journal repeats them. Memory is bounded: the states go into
 * the store as they come, and which are to be dropped is decided there when the marker is known.
 */
export async function restoreCheckpoint(
  store: StateStore,
  broker: JournalBroker,
  topic: string,
  codec: EventCodec,
  atOnce: number = RESTORED_AT_ONCE,
): Promise<Checkpoint | undefined> {
  const last = await broker.admin.lastMessageId(topic);
  // An attempt that broke off may have left states.
  if (last !== undefined || !store.isEmpty) await store.clear();
  let marker: Marker | undefined;
  let states = new Map<StateKey, Restored>();
  for await (const { key, value } of valuesOf(broker, topic, last, codec)) {
    if (key === MARKER_KEY) {
      const found = value as Marker;
      if (!marker || found.applied.sequence > marker.applied.sequence) marker = found;
      continue;
    }
    const { state, sequence } = value as StoredContact;
    const known = states.get(key as StateKey);
    if (known && known.sequence > sequence) continue;
    states.set(key as StateKey, { state: state ? readState(state) : undefined, sequence });
    if (states.size < atOnce) continue;
    await store.restore(states);
    states = new Map();
  }
  if (!marker) {
    await store.clear();
    return undefined;
  }
  await store.restore(states);
  const { full, ...covered } = marker;
  const checkpoint = { ...covered, checkpointed: covered.applied.sequence };
  await store.finishRestoring(full, checkpoint);
  return checkpoint;
}

async function* valuesOf(
  broker: JournalBroker,
  topic: string,
  last: MessageId | undefined,
  codec: EventCodec,
): AsyncGenerator<{ readonly key: string | undefined; readonly value: unknown }> {
  if (last === undefined) return;
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  try {
    for (let position; position !== last;) {
      const { id, key, payload } = await reader.next();
      position = id;
      yield { key, value: JSON.parse(codec.decode(payload)) as unknown };
    }
  } finally {
    await reader.close();
  }
}
