import { compareMessageIds } from '../broker/message-id.ts';
import { Journal, JournalGapError, type JournalBroker, type JournalOptions, type PlacedRecord } from './journal.ts';
import { JournalFold, type BarrierRecord, type StepRecord } from './journal-record.ts';
import { Replay } from './replay.ts';
import { restoreCheckpoint } from './restore-checkpoint.ts';
import type { Checkpoint, StateStore } from './state-store.ts';
import { SuspicionFold } from './suspicion.ts';

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

export interface RecoveryOptions extends Omit<JournalOptions, 'more'> {
  /** Epoch of the last ownership of this process: whatever ended it, the process lived on. */
  readonly survived?: number | undefined;
}

/**
 * Recovery = the local store, if it belongs to this journal, else the checkpoint; then the journal. Never a replay of
 * channels. The store is flushed up to the barrier when this returns.
 */
export async function recover(
  store: StateStore,
  checkpointsTopic: string,
  options: RecoveryOptions,
): Promise<Recovered> {
  try {
    return await recoverOnce(store, checkpointsTopic, options);
  } catch (error) {
    if (!(error instanceof JournalGapError) || store.checkpoint() === undefined) throw error;
    // The local store is so old, or of another journal, that this one does not continue it.
    await store.clear();
    return recoverOnce(store, checkpointsTopic, options);
  }
}

async function recoverOnce(store: StateStore, checkpointsTopic: string, options: RecoveryOptions): Promise<Recovered> {
  const local = await localStart(store, options.broker, options.topic);
  const start = local ?? (await restoreCheckpoint(store, options.broker, checkpointsTopic, options.codec));
  const from = start?.published;
  const fold = new JournalFold(from?.epoch, from?.sequence);
  const replay = new Replay(store, start);
  const suspicions = new SuspicionFold();
  const isSame = local !== undefined;
  const journalStart = { fold, after: from?.position, generation: start?.generation, isSame };
  const more = (): Pick<BarrierRecord, 'suspicion'> => {
    const suspicion = suspicions.next(options.survived);
    return suspicion ? { suspicion } : {};
  };
  const journal = await Journal.acquire({ ...options, more }, journalStart, (placed) => {
    suspicions.accept(placed.record);
    return replay.take(placed);
  });
  const { record: barrier, position } = journal.barrier;
  const checkpoint = replay.checkpointAt({ epoch: barrier.epoch, sequence: barrier.sequence, position });
  if (!checkpoint) throw new Error(`${options.topic} was acquired without a barrier`);
  await store.flush(checkpoint);
  return { journal, checkpoint, unpublished: replay.unpublished, recordsRead: replay.recordsRead };
}

/** Where the local store is complete up to, unless the journal ends before that: then the topic was deleted or restored. */
async function localStart(
  store: StateStore,
  broker: JournalBroker,
  journalTopic: string,
): Promise<Checkpoint | undefined> {
  const local = store.checkpoint();
  if (!local) return undefined;
  const last = await broker.admin.lastMessageId(journalTopic);
  return last !== undefined && compareMessageIds(local.applied.position, last) <= 0 ? local : undefined;
}
