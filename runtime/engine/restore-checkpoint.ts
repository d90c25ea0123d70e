import type { EventCodec } from '../../channels/codec.ts';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import { readState } from '../../dsl/state-format.ts';
import type { JournalBroker } from './journal.ts';
import type { Checkpoint } from './state-store.ts';

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

/** A partition's states as of a marker, newest per contact. */
export interface RestoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly states: ReadonlyMap<StateKey, KeptState>;
}

/**
 * Undefined where no checkpoint was ever completed. States newer than the marker, of a checkpoint that broke off, are
 * fine: the journal repeats them. The order on the topic decides nothing, since a superseded owner may write late.
 */
export async function readCheckpoint(
  broker: JournalBroker,
  topic: string,
  codec: EventCodec,
): Promise<RestoredCheckpoint | undefined> {
  const newest = new Map<StateKey, StoredContact>();
  let marker: Marker | undefined;
  for await (const { key, value } of valuesOf(broker, topic, codec)) {
    if (key === MARKER_KEY) {
      const found = value as Marker;
      if (!marker || found.applied.sequence > marker.applied.sequence) marker = found;
    } else {
      const stored = value as StoredContact;
      const known = newest.get(key as StateKey);
      if (!known || stored.sequence >= known.sequence) newest.set(key as StateKey, stored);
    }
  }
  if (!marker) return undefined;
  const { full, ...checkpoint } = marker;
  const states = new Map<StateKey, KeptState>();
  for (const [contact, { state, sequence }] of newest) {
    if (state && sequence >= full) states.set(contact, readState(state));
  }
  return { checkpoint: { ...checkpoint, checkpointed: checkpoint.applied.sequence }, states };
}

async function* valuesOf(
  broker: JournalBroker,
  topic: string,
  codec: EventCodec,
): AsyncGenerator<{ readonly key: string | undefined; readonly value: unknown }> {
  const last = await broker.admin.lastMessageId(topic);
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
