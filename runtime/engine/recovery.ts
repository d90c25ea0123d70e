import type { StateKey } from '../../dsl/correlation.ts';
import { readState } from '../../dsl/state-format.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { compareMessageIds } from '../broker/message-id.ts';
import { Journal, JournalGapError, type JournalBroker, type JournalOptions, type PlacedRecord } from './journal.ts';
import { JournalFold, type Place, type StepRecord } from './journal-record.ts';
import { readCheckpoint } from './restore-checkpoint.ts';
import type { Checkpoint, StateStore } from './state-store.ts';

/** An owner's partition, recovered: ready to step. */
export interface Recovered {
  readonly journal: Journal;
  /** As of the owner's barrier. */
  readonly checkpoint: Checkpoint;
  /** Records whose outputs may not have left before: to be published first. */
  readonly unpublished: readonly PlacedRecord<StepRecord>[];
  /** Records read from the journal. */
  readonly recordsRead: number;
}

/**
 * Recovery = the local store, if it belongs to this journal, else the checkpoint; then the journal. Never a replay of
 * channels. The store is flushed up to the barrier when this returns.
 */
export async function recover(
  store: StateStore,
  checkpointsTopic: string,
  options: JournalOptions,
): Promise<Recovered> {
  try {
    return await recoverOnce(store, checkpointsTopic, options);
  } catch (error) {
    if (!(error instanceof JournalGapError) || store.checkpoint() === undefined) throw error;
    // The local store is so old that the journal no longer continues it.
    await store.clear();
    return recoverOnce(store, checkpointsTopic, options);
  }
}

async function recoverOnce(store: StateStore, checkpointsTopic: string, options: JournalOptions): Promise<Recovered> {
  const start = await startingPoint(store, checkpointsTopic, options.broker, options.topic, options.codec);
  const from = start?.published;
  const fold = new JournalFold(from?.epoch, from?.sequence);
  let vector = { positions: start?.positions ?? {}, marks: start?.marks ?? {} };
  let now = start?.now ?? 0;
  let published = from?.sequence ?? 0;
  const places = new Map<number, Place>(from ? [[from.sequence, from]] : []);
  const withOutputs: PlacedRecord<StepRecord>[] = [];
  let recordsRead = 0;

  const journal = await Journal.acquire(
    options,
    { fold, after: from?.position, generation: start?.generation },
    ({ record, position }) => {
      recordsRead += 1;
      now = Math.max(now, record.now);
      places.set(record.sequence, { epoch: record.epoch, sequence: record.sequence, position });
      if (record.kind === 'barrier') return;
      published = Math.max(published, record.published);
      withOutputs.push({ record, position });
      while (withOutputs[0] && withOutputs[0].record.sequence <= published) withOutputs.shift();
      // Records between `published` and `applied` are read again for their outputs only.
      if (record.sequence <= (start?.applied.sequence ?? 0)) return;
      vector = { positions: record.positions, marks: record.marks };
      apply(store, record);
    },
  );
  const { record: barrier, position } = journal.barrier;
  const applied: Place = { epoch: barrier.epoch, sequence: barrier.sequence, position };
  const publishedPlace = places.get(published);
  const checkpoint: Checkpoint = {
    generation: barrier.generation,
    applied,
    ...(publishedPlace ? { published: publishedPlace } : {}),
    ...(start?.checkpointed === undefined ? {} : { checkpointed: start.checkpointed }),
    now,
    ...vector,
  };
  await store.flush(checkpoint);
  const unpublished = withOutputs.filter(({ record }) => record.sequence > published && record.outputs.length > 0);
  return { journal, checkpoint, unpublished, recordsRead };
}

function apply(store: StateStore, record: StepRecord): void {
  if (record.contact === undefined || record.state === undefined) return;
  const state = record.state === null ? undefined : readState(record.state);
  store.stage(record.contact, state, record.sequence);
  store.commit(record.contact, state, record.sequence);
}

async function startingPoint(
  store: StateStore,
  checkpointsTopic: string,
  broker: JournalBroker,
  journalTopic: string,
  codec: EventCodec,
): Promise<Checkpoint | undefined> {
  const local = store.checkpoint();
  const last = await broker.admin.lastMessageId(journalTopic);
  // A journal that ends before the local store is another incarnation: the topic was deleted or restored.
  if (local && last !== undefined && compareMessageIds(local.applied.position, last) <= 0) return local;
  if (local) await store.clear();
  const restored = await readCheckpoint(broker, checkpointsTopic, codec);
  if (!restored) return undefined;
  const { checkpoint, states } = restored;
  for (const [contact, state] of states) commitRestored(store, contact, state, checkpoint.applied.sequence);
  await store.flush(checkpoint);
  return checkpoint;
}

function commitRestored(
  store: StateStore,
  contact: StateKey,
  state: Parameters<StateStore['commit']>[1],
  at: number,
): void {
  store.stage(contact, state, at);
  store.commit(contact, state, at);
}
