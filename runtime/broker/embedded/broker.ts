import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock, type Clock } from '../../clock.ts';
import { BrokerError } from '../errors.ts';
import type { Broker, BrokerAdmin, Capabilities, Consumer, ConsumerOptions, Producer } from '../port.ts';
import type { ProducerOptions, Reader, ReaderOptions } from '../port.ts';
import { EmbeddedAdmin } from './admin.ts';
import { Directory } from './directory.ts';
import { GroupCommit } from './group-commit.ts';
import { LmdbStore } from './lmdb-store.ts';
import { lockFolder, type FolderLock } from './lock.ts';
import { Partition, type Opened } from './partition.ts';
import { isTrimmed, trim } from './retention.ts';
import type { Store } from './store.ts';
import type { DeadLetter } from './subscription.ts';
import { TailCache } from './tail-cache.ts';
import type { Topic, TopicSupport } from './topic.ts';

const TRIM_INTERVAL_MS = 10_000;

export interface EmbeddedOptions {
  /** Holds everything; created if absent. One process at a time. */
  readonly folder: string;
  /** Publish times, redelivery delays, retention. Default: the system's. */
  readonly clock?: Clock;
}

/** A broker inside the process, durable in a folder. `trim` is what it does every ten seconds by itself. */
export interface EmbeddedBroker extends Broker {
  /** Deletes now what retention allows to delete. */
  trim(): Promise<void>;
}

/** Rejects with BrokerError `storage-locked` if another process has the folder open. */
export async function createEmbeddedBroker({ folder, clock = systemClock }: EmbeddedOptions): Promise<EmbeddedBroker> {
  const path = resolve(folder);
  const lock = await lockFolder(path);
  try {
    mkdirSync(join(path, 'log'), { recursive: true });
    return new BrokerInProcess(new LmdbStore(join(path, 'log')), lock, path, clock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class BrokerInProcess implements EmbeddedBroker {
  readonly driver = 'embedded';
  readonly capabilities: Capabilities = { fencing: true, dedup: true, compaction: true };
  readonly admin: BrokerAdmin;
  readonly #store: Store;
  readonly #lock: FolderLock;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #group: GroupCommit;
  readonly #directory: Directory;
  readonly #support: TopicSupport;
  readonly #partitions = new Map<string, Partition>();
  readonly #opened = new Set<Opened>();
  #cancelTrim: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(store: Store, lock: FolderLock, folder: string, clock: Clock) {
    this.#store = store;
    this.#lock = lock;
    this.#folder = folder;
    this.#clock = clock;
    this.#group = new GroupCommit(store, clock, folder);
    this.#directory = new Directory(store, this.#group, clock);
    const topicOf = (topic: string): Topic => this.#partition(topic).shared;
    this.#support = { store, group: this.#group, clock, tails: new TailCache(), idleWriters: [], topicOf };
    this.admin = new EmbeddedAdmin(this.#directory, (topic) => this.#partition(topic));
    this.#scheduleTrim();
  }

  // async: what #partition throws becomes a rejection
  async createProducer(options: ProducerOptions): Promise<Producer> {
    return await this.#partition(options.topic).openProducer(options);
  }

  async subscribe(options: ConsumerOptions): Promise<Consumer> {
    const { deadLetter } = options;
    const letters = deadLetter && this.#deadLetters(deadLetter.topic, deadLetter.maxRedeliverCount);
    return await this.#partition(options.topic).openConsumer(options, letters);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- async turns what #partition throws into a rejection
  async createReader(options: ReaderOptions): Promise<Reader> {
    return this.#partition(options.topic).openReader(options);
  }

  async trim(): Promise<void> {
    const nowMs = this.#clock.now();
    for (const [name, partition] of this.#partitions) {
      if (this.#closing) return;
      const { log } = partition;
      // Most topics of most tenants.
      if (log.first !== log.next) {
        const target = { topic: log, policy: this.#directory.retentionOf(name), keepFrom: partition.keepFrom };
        if (!isTrimmed(target, partition.trimmed, nowMs)) {
          partition.trimmed = await trim(this.#store, this.#group, nowMs, target);
        }
      }
      const stale = log.staleSequences();
      if (stale.length > 0) await this.#group.write(stale);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelTrim();
    // Together: one of them may be waiting for the commit that another is part of.
    await Promise.all([...this.#opened].map((opened) => opened.close()));
    await this.#group.close();
    await this.#store.close();
    await this.#lock.release();
  }

  #partition(topic: string): Partition {
    if (this.#closing) throw new BrokerError('broker-closed', `the broker in ${this.#folder} is closed`);
    let partition = this.#partitions.get(topic);
    if (!partition) {
      partition = new Partition(topic, this.#directory.ledgerOf(topic), this.#support, this.#opened);
      this.#partitions.set(topic, partition);
    }
    return partition;
  }

  #deadLetters(topic: string, maxRedeliverCount: number): DeadLetter {
    const { log } = this.#partition(topic);
    const sender = { name: '', fail: () => undefined };
    return {
      maxRedeliverCount,
      bury: ({ payload, key, properties }, origin) => {
        // The properties that Pulsar's own clients add.
        const traced = { ...properties, REAL_TOPIC: origin.topic, ORIGIN_MESSAGE_ID: origin.id };
        return log.append([{ payload, properties: traced, ...(key !== undefined && { key }) }], sender);
      },
    };
  }

  #scheduleTrim(): void {
    this.#cancelTrim = this.#clock.after(TRIM_INTERVAL_MS, () => {
      void this.#trimAndGoOn();
    });
  }

  async #trimAndGoOn(): Promise<void> {
    try {
      await this.trim();
    } catch {
      // A full or failed disk: whoever publishes is told; deleting is tried again.
    }
    if (!this.#closing) this.#scheduleTrim();
  }
}
