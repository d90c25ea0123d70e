import type { Clock } from '../../clock.ts';
import { parseTopicName } from '../admin/topic-name.ts';
import { BrokerError } from '../errors.ts';
import { messageId, messageIdParts, type MessageId } from '../message-id.ts';
import type { Led, OutgoingMessage, SeekTarget } from '../port.ts';
import { AppendQueue, seal, type Sender } from './append-queue.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { Chunk, chunkHeader } from './chunk.ts';
import { release, type Following } from './following.ts';
import type { Contribution, GroupCommit, Participant } from './group-commit.ts';
import { ledgerPrefix, offsetKey, offsetOf } from './keys.ts';
import { SequenceTable } from './sequence-table.ts';
import type { Store, Write } from './store.ts';
import type { TailCache } from './tail-cache.ts';
import { Tail } from './tail.ts';

/** What all topics share. */
export interface TopicSupport {
  readonly store: Store;
  readonly group: GroupCommit;
  readonly clock: Clock;
  readonly tails: TailCache;
  readonly idleWriters: ChunkWriter[];
  /** Of a partition topic to which any producer may append. Throws where there is none. */
  readonly topicOf: (name: string) => Topic;
}

/** The log of one partition: appends through the group commit, reads from memory or the store. Offsets start at 0. */
export class Topic implements Participant {
  readonly name: string;
  readonly tenant: string;
  /** Identifies this incarnation of the topic in message ids. */
  readonly ledger: number;
  readonly #support: TopicSupport;
  readonly #sequences: SequenceTable;
  readonly #queue: AppendQueue;
  readonly #tail: Tail;
  readonly #listeners = new Set<() => void>();
  #first: number;
  #next = 0;
  /** Of all chunks that there ever were. */
  #bytesAppended = 0;
  #lastPublishTimeMs = 0;

  constructor(name: string, ledger: number, support: TopicSupport) {
    this.name = name;
    this.tenant = parseTopicName(name).tenant;
    this.ledger = ledger;
    this.#support = support;
    this.#sequences = new SequenceTable(ledger, support.store);
    this.#queue = new AppendQueue(support.idleWriters);
    this.#tail = new Tail(support.tails);
    const one = { from: ledgerPrefix(ledger), before: ledgerPrefix(ledger + 1), limit: 1 };
    const [oldest] = support.store.keys('log', one);
    const [newest] = support.store.range('log', { ...one, backwards: true });
    this.#first = oldest ? offsetOf(oldest) : 0;
    if (!newest) return;
    const { count, bytesBefore, lastPublishTimeMs } = chunkHeader(newest.value);
    this.#next = offsetOf(newest.key) + count;
    this.#bytesAppended = bytesBefore + newest.value.length;
    this.#lastPublishTimeMs = lastPublishTimeMs;
  }

  /** Offset of the oldest message kept. */
  get first(): number {
    return this.#first;
  }

  /** Offset of the next message: everything before it is durable. */
  get next(): number {
    return this.#next;
  }

  get lastMessageId(): MessageId | undefined {
    return this.#next === 0 ? undefined : messageId(this.ledger, this.#next - 1);
  }

  /** Of the chunks kept. */
  get bytes(): number {
    if (this.#first === this.#next) return 0;
    const oldest = this.#support.store.get('log', offsetKey(this.ledger, this.#first));
    return oldest ? this.#bytesAppended - chunkHeader(oldest).bytesBefore : 0;
  }

  /** Calls back after each commit that added messages; the returned function ends it. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the id of the last of them when they are durable, or what they duplicate is; then undefined. */
  append(messages: readonly OutgoingMessage[], sender: Sender, following?: Following): Promise<MessageId | undefined> {
    const nowMs = this.#stamp();
    const added = messages.filter(
      ({ sequenceId }) => sequenceId === undefined || this.#sequences.advance(sender.name, sequenceId, nowMs),
    );
    const durable = this.#queue.push(added, nowMs, sender, added.length > 0 ? following : undefined);
    this.#support.group.join(this);
    return durable;
  }

  /** As `append`; what follows the message leaves as its commit begins. */
  lead(message: OutgoingMessage, following: Following): Promise<Led> {
    return this.append([message], following.leader, following).then((id) => ({ id, followed: following.followed }));
  }

  /** Throws where nothing can follow to this topic. */
  topicOf(name: string): Topic {
    return this.#support.topicOf(name);
  }

  get leads(): boolean {
    return this.#queue.leads;
  }

  /** Resolves when all that was appended before is decided. */
  async settled(): Promise<void> {
    const settled = this.#queue.settled();
    if (settled) this.#support.group.join(this);
    await settled;
  }

  contribute(maxBytes: number): Contribution | undefined {
    const batches = this.#queue.take(maxBytes);
    if (batches.length === 0) return undefined;
    const followings = batches.flatMap((batch) => batch.followings);
    const reached = release(followings, this.#support.topicOf);
    if (this.#queue.pending) this.#support.group.join(this);
    const base = this.#next;
    const chunks = seal(batches, this, base, this.#bytesAppended);
    const writes = chunks.map((chunk): Write => {
      return { table: 'log', key: offsetKey(this.ledger, chunk.base), value: chunk.bytes };
    });
    const nowMs = this.#support.clock.now();
    for (const { sequences } of batches) {
      for (const [name, sequenceId] of sequences) writes.push(this.#sequences.write(name, sequenceId, nowMs));
    }
    return {
      writes,
      bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0),
      committed: () => {
        for (const chunk of chunks) this.#add(chunk);
        this.#queue.committed(this.ledger, base);
        if (chunks.length > 0) for (const listener of this.#listeners) listener();
      },
      failed: (error) => {
        this.#fail(error);
        // What followed may wait for a later commit: it must not come into it.
        for (const topic of reached) topic.#fail(error);
      },
    };
  }

  /** Nothing that was sent and is not durable will be. */
  #fail(error: BrokerError): void {
    this.#sequences.forgetPending();
    this.#queue.failed(error);
  }

  /** The chunk that holds `offset`, which must be in [first, next). */
  chunkAt(offset: number): Chunk {
    const inMemory = this.#tail.find(offset);
    if (inMemory) return inMemory;
    const [entry] = this.#support.store.range('log', {
      from: ledgerPrefix(this.ledger),
      before: offsetKey(this.ledger, offset + 1),
      backwards: true,
      limit: 1,
    });
    if (!entry) throw new Error(`${this.name} has no chunk for offset ${offset}, though it starts at ${this.#first}`);
    return new Chunk(this, offsetOf(entry.key), entry.value);
  }

  /** Where a seek leads: an offset in [first, next]. */
  offsetFor(target: SeekTarget): number {
    if (target === 'Earliest') return this.#first;
    if (target === 'Latest') return this.#next;
    const offset = 'timeMs' in target ? this.#offsetAtTime(target.timeMs) : this.offsetOf(target.after) + 1;
    return Math.min(Math.max(offset, this.#first), this.#next);
  }

  /** Throws `position-unknown` where the id belongs to another topic or incarnation. */
  offsetOf(id: MessageId): number {
    const [ledger, entry] = messageIdParts(id);
    if (ledger === this.ledger) return entry;
    throw new BrokerError(
      'position-unknown',
      `${id} is no message of ${this.name}, whose ids start with ${this.ledger}:`,
    );
  }

  /** Tells that everything before `first`, the start of a chunk, is being deleted. */
  trimmed(first: number): void {
    this.#first = first;
    this.#tail.dropBelow(first);
  }

  /** Deletes the producer names that have gone out of use. */
  staleSequences(): readonly Write[] {
    return this.#sequences.prune(this.#support.clock.now());
  }

  #add(chunk: Chunk): void {
    this.#next = chunk.end;
    this.#bytesAppended += chunk.bytes.length;
    this.#tail.push(chunk);
  }

  /** Never goes back, whatever the wall clock does: seeking by time relies on it. */
  #stamp(): number {
    this.#lastPublishTimeMs = Math.max(this.#lastPublishTimeMs, this.#support.clock.now());
    return this.#lastPublishTimeMs;
  }

  /** Publish times never go back, so a binary search over offsets finds the chunk. */
  #offsetAtTime(timeMs: number): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const chunk = this.chunkAt(Math.floor((low + high) / 2));
      if (chunk.lastPublishTimeMs < timeMs) low = chunk.end;
      else if (chunk.messageAt(chunk.base).publishTimeMs >= timeMs) high = chunk.base;
      else {
        let offset = chunk.base;
        while (chunk.messageAt(offset).publishTimeMs < timeMs) offset += 1;
        return offset;
      }
    }
    return low;
  }
}
