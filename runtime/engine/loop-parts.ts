import type { EventCodec } from '../../channels/codec.ts';
import type { Broker } from '../broker/port.ts';
import { CHECKPOINT_SUBSCRIPTION } from '../broker/subscriptions.ts';
import type { Clock } from '../clock.ts';
import { CheckpointWriter } from './checkpoints.ts';
import type { Gate } from './gate.ts';
import { Feed, type FeedOptions } from './feed.ts';
import type { Journal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { outputsOf } from './output-writer.ts';
import { recover } from './recovery.ts';
import { RetentionCursor } from './retention-cursor.ts';
import { StateStore, type Checkpoint } from './state-store.ts';
import type { Suspicion } from './suspicion.ts';

export interface LoopPartsOptions {
  readonly broker: Broker;
  /** Opens the producers of what steps emit. Default: the broker. */
  readonly producers?: Pick<Broker, 'createProducer'>;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly journalTopic: string;
  readonly checkpointsTopic: string;
  /** After how many records a checkpoint is written. Default CHECKPOINT_RECORDS. */
  readonly checkpointRecords?: number | undefined;
  readonly feeds: readonly FeedOptions[];
  readonly stateFolder: string;
  readonly gate?: Gate | undefined;
  /** Unique per acquisition. */
  readonly owner: string;
  readonly newGeneration: () => string;
  /** Epoch of the last ownership of this process, where there was one. */
  readonly survived?: number | undefined;
}

/** What a loop works with, once it owns its partition. */
export interface LoopParts {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly retention: RetentionCursor;
  readonly checkpoints: CheckpointWriter;
  readonly feeds: readonly Feed[];
  /** As of the owner's barrier. */
  readonly start: Checkpoint;
  readonly outputsRepublished: number;
  readonly recordsRecovered: number;
  /** Of the owners before. */
  readonly suspicion: Suspicion | undefined;
}

/** Acquires, recovers, publishes what may not have left, and opens the inputs; on failure closes what it had opened. */
export async function openParts(options: LoopPartsOptions): Promise<LoopParts> {
  const { broker, codec, clock } = options;
  const opened: { close(): Promise<void> }[] = [];
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  try {
    // Whoever may not step is not to fence off those who may.
    await options.gate?.admit();
    const store = keep(new StateStore(options.stateFolder, codec));
    const { journal, checkpoint, unpublished, recordsRead } = await recover(store, options.checkpointsTopic, {
      broker,
      codec,
      topic: options.journalTopic,
      owner: options.owner,
      now: () => clock.now(),
      newGeneration: options.newGeneration,
      survived: options.survived,
    });
    keep(journal);
    await options.gate?.admit();
    const outbox = keep(new Outbox(options.producers ?? broker, checkpoint.published));
    for (const { record, position } of unpublished) {
      const { epoch, sequence } = record;
      outbox.publish(outputsOf(record, codec), { epoch, sequence, position }).catch(() => undefined);
    }
    const published = outbox.publish([], checkpoint.applied);
    // All at once: over a network each takes a round trip or more, and nobody steps meanwhile.
    const retention = RetentionCursor.open(broker, options.journalTopic, CHECKPOINT_SUBSCRIPTION).then(keep);
    const checkpoints = CheckpointWriter.open({
      ...{ broker, codec, topic: options.checkpointsTopic, everyRecords: options.checkpointRecords },
      last: checkpoint.checkpointed ?? 0,
    }).then(keep);
    const feeds = options.feeds.map((feed) => Feed.open(broker, feed, checkpoint.positions[feed.name]).then(keep));
    // Whatever fails, the others must be known before they can be closed.
    await Promise.allSettled([published, retention, checkpoints, ...feeds]);
    await published;
    return {
      store,
      journal,
      outbox,
      retention: await retention,
      checkpoints: await checkpoints,
      feeds: await Promise.all(feeds),
      start: checkpoint,
      outputsRepublished: unpublished.reduce((sum, { record }) => sum + record.outputs.length, 0),
      recordsRecovered: recordsRead,
      suspicion: journal.barrier.record.suspicion,
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

export async function closeParts(parts: LoopParts): Promise<void> {
  const { store, retention, journal, outbox, checkpoints, feeds } = parts;
  await closeAll([store, retention, journal, outbox, checkpoints, ...feeds]);
}

/** In reverse order of opening. A part that fails to close must not keep the others open. */
async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts.toReversed()) await part.close().catch(() => undefined);
}
