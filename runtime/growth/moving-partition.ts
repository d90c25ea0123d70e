import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Broker } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import { stepJson, type Place, type RecordedInput } from '../engine/journal-record.ts';
import { closeParts, openParts, type LoopParts } from '../engine/loop-parts.ts';
import { contactSource } from '../engine/loop-sources.ts';
import { OutputWriter, type Output } from '../engine/output-writer.ts';
import type { Checkpoint } from '../engine/state-store.ts';

/** How long a former owner's connection may stand in the way, where the broker cannot fence it off. */
const BUSY_MAX_MS = 60_000;
const BUSY_PAUSE_MS = 500;

/** States read at a time. */
const BATCH_MAX = 256;

export interface MovingOptions {
  readonly broker: Broker;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly tenant: TenantName;
  /** Partitions afterwards. */
  readonly to: number;
  /** Never twice the same. */
  readonly newId: () => string;
  /** Of local copies that live as long as the move. */
  readonly folder: string;
}

/** A state that came here, or left. */
export type Move = 'moved-here' | 'moved-away';

/**
 * A partition's journal and states in the hands of the move: it owns them as a loop does, so that nobody else can step,
 * and reads no input. What it writes are ordinary records: recovery, checkpoints and the store need no rule of their own.
 */
export class MovingPartition {
  readonly partition: number;
  readonly #options: MovingOptions;
  readonly #parts: LoopParts;
  readonly #outputs: OutputWriter;
  #last: Place;
  #sequence: number;
  #now: number;

  private constructor(options: MovingOptions, partition: number, parts: LoopParts) {
    this.partition = partition;
    this.#options = options;
    this.#parts = parts;
    const { applied, now, generation } = parts.start;
    this.#last = applied;
    this.#sequence = applied.sequence;
    this.#now = now;
    const operations = channelTopic(options.tenant, 'operations');
    const placement = (_: string, key: string): string => partitionTopic(operations, partitionOf(key, options.to));
    this.#outputs = new OutputWriter(
      `${contactSource(options.tenant, partition)}/${generation}`,
      placement,
      options.codec,
    );
  }

  /** Takes it from whoever has it. What may not have been published of its outputs is published first. */
  static async open(options: MovingOptions, partition: number): Promise<MovingPartition> {
    const { broker, codec, clock, tenant, newId, folder } = options;
    const until = clock.now() + BUSY_MAX_MS;
    for (;;) {
      try {
        const parts = await openParts({
          ...{ broker, codec, clock, owner: newId(), newGeneration: newId, feeds: [] },
          journalTopic: partitionTopic(engineTopic(tenant, 'journal'), partition),
          checkpointsTopic: partitionTopic(engineTopic(tenant, 'checkpoints'), partition),
          stateFolder: join(folder, partition.toString()),
        });
        return new MovingPartition(options, partition, parts);
      } catch (error) {
        if (!(error instanceof BrokerError) || error.code !== 'producer-busy' || clock.now() > until) throw error;
        await sleep(clock, BUSY_PAUSE_MS);
      }
    }
  }

  /** Of its newest record. */
  get now(): number {
    return this.#now;
  }

  /** No record of the move is of an earlier moment. */
  notBefore(now: number): void {
    this.#now = Math.max(this.#now, now);
  }

  state(key: StateKey): KeptState | undefined {
    return this.#parts.store.committed(key);
  }

  /** In batches, in the order of their keys. As of the last `settle`, but for what was appended since. */
  *keys(): Generator<readonly StateKey[]> {
    const { store } = this.#parts;
    for (let last: StateKey | undefined; ;) {
      const batch = store.contactsAfter(last, BATCH_MAX);
      if (batch.length === 0) return;
      yield batch;
      last = batch.at(-1);
    }
  }

  /** Resolves once it is durable. May be called again before. */
  async append(move: Move, key: StateKey, state: KeptState | undefined, other: number): Promise<void> {
    const json = state === undefined ? 'null' : JSON.stringify(state);
    const { place } = await this.#write({ id: `${move}/${key}/${other}`, type: move }, [], { key, json });
    this.#parts.store.commit(key, state, place.sequence, this.#options.codec.encode(json, key));
  }

  /** An owner that says nothing of its end counts as one that died. */
  async release(): Promise<void> {
    const { partition } = this;
    const { epoch } = this.#parts.start.applied;
    const data = { partition, epoch, worker: 'growth', reason: 'its tenant was given more partitions' };
    const input = { id: `${this.#options.tenant}/${partition}/${epoch}/released`, type: 'ownership' };
    const { outputs, place } = await this.#write(input, [{ to: 'operations', type: 'partition.released', data }]);
    await this.#parts.outbox.publish(outputs, place);
  }

  async #write(
    input: RecordedInput,
    emissions: readonly OutgoingEmission[],
    change?: { readonly key: StateKey; readonly json: string },
  ): Promise<{ readonly outputs: readonly Output[]; readonly place: Place }> {
    const { journal, outbox, start } = this.#parts;
    const { positions, applied } = start;
    this.#sequence += 1;
    this.#now = Math.max(this.#now, this.#options.clock.now());
    const [sequence, now, epoch, contact] = [this.#sequence, this.#now, applied.epoch, change?.key];
    const { outputs, recorded } = this.#outputs.write(emissions, { sequence, now, contact, cause: input.id });
    const published = outbox.published?.sequence ?? 0;
    // It reads no input: nothing is heard.
    const head = { epoch, sequence, now, input, contact, positions, marks: {}, published };
    const position = await journal.append(stepJson(head, change?.json, recorded), sequence, contact);
    const place = { epoch, sequence, position };
    this.#last = place;
    return { outputs, place };
  }

  /** Everything appended is in the local copy. Not while an append is under way. */
  async settle(): Promise<Checkpoint> {
    const { start, outbox, store } = this.#parts;
    const { generation, positions, marks, checkpointed } = start;
    await outbox.publish([], this.#last);
    const checkpoint: Checkpoint = {
      ...{ generation, positions, marks, applied: this.#last, published: this.#last, now: this.#now },
      ...(checkpointed === undefined ? {} : { checkpointed }),
    };
    await store.flush(checkpoint);
    return checkpoint;
  }

  /** So that the next owner reads little. */
  async writeCheckpoint(): Promise<void> {
    const { checkpoints, store, retention } = this.#parts;
    const checkpoint = await this.settle();
    await checkpoints.write(checkpoint, [], store, () => false);
    await retention.release(checkpoint.published?.position);
  }

  close(): Promise<void> {
    return closeParts(this.#parts);
  }
}
