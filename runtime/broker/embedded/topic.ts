import { BrokerError } from '../errors.ts';
import { messageId, messageIdParts, type MessageId } from '../message-id.ts';
import type { Message, OutgoingMessage, SeekTarget } from '../port.ts';
import type { Clock } from '../../clock.ts';
import { CHUNK_BYTES, ChunkWriter, chunkHeader, decodeChunk, type Chunk } from './chunk.ts';
import type { Contribution, GroupCommit, Participant } from './group-commit.ts';
import { ledgerPrefix, MAX_OFFSET, offsetKey, offsetOf } from './keys.ts';
import { SequenceTable } from './sequence-table.ts';
import type { Store, Write } from './store.ts';
import type { TailCache } from './tail-cache.ts';

/** Pulsar's default: payload, key and properties together. */
export const MAX_MESSAGE_BYTES: number = 5 * 1024 * 1024;

/** Who waits for a message to become durable. `fail` also makes the producer refuse everything later. */
export interface Sender {
  readonly name: string;
  fail(error: BrokerError): void;
}

const NOBODY: Sender = { name: '', fail: () => undefined };

/** 64 KiB each: enough for the chunks of one commit at full load. */
const MAX_IDLE_WRITERS = 32;

interface Waiting {
  readonly sender: Sender;
  readonly resolve: (id: MessageId | undefined) => void;
  readonly reject: (error: BrokerError) => void;
  readonly duplicate: boolean;
}

/** Messages that go into the store as one chunk, and who waits for them. */
interface Batch {
  readonly writer: ChunkWriter;
  readonly waiting: Waiting[];
  /** Last sequence id per producer name, to be committed with this batch and no earlier. */
  readonly sequences: Map<string, number>;
}

/** What all topics share. */
export interface TopicSupport {
  readonly store: Store;
  readonly group: GroupCommit;
  readonly clock: Clock;
  readonly tails: TailCache;
  /** Buffers for encoding that no topic is using. */
  readonly writers: ChunkWriter[];
}

/** The log of one partition: appends through the group commit, reads from memory or the store. Offsets start at 0. */
export class Topic implements Participant {
  readonly name: string;
  /** Identifies this incarnation of the topic in message ids. */
  readonly ledger: number;
  readonly #support: TopicSupport;
  readonly #sequences: SequenceTable;
  readonly #listeners = new Set<() => void>();
  #first: number;
  #next: number;
  #bytesBefore = 0;
  #lastPublishTimeMs = 0;
  #pending: Batch[] = [];
  #inCommit: readonly Batch[] = [];
  #tail: Chunk[] = [];

  constructor(name: string, ledger: number, support: TopicSupport) {
    this.name = name;
    this.ledger = ledger;
    this.#support = support;
    this.#sequences = new SequenceTable(ledger, support.store);
    const all = { from: ledgerPrefix(ledger), before: ledgerPrefix(ledger + 1), limit: 1 };
    const [oldest] = support.store.keys('log', all);
    const [newest] = support.store.range('log', { ...all, backwards: true });
    this.#first = oldest ? offsetOf(oldest) : 0;
    this.#next = 0;
    if (newest) {
      const { count, bytesBefore, lastPublishTimeMs } = chunkHeader(newest.value);
      this.#next = offsetOf(newest.key) + count;
      this.#bytesBefore = bytesBefore + newest.value.length;
      this.#lastPublishTimeMs = lastPublishTimeMs;
    }
  }

  /** Offset of the oldest message kept. */
  get first(): number {
    return this.#first;
  }

  /** Offset of the next message: everything before it is durable. */
  get next(): number {
    return this.#next;
  }

  /** On the disk, from the chunk that starts at `first`. */
  get bytes(): number {
    if (this.#first === this.#next) return 0;
    const bytes = this.#support.store.get('log', offsetKey(this.ledger, this.#first));
    return bytes ? this.#bytesBefore - chunkHeader(bytes).bytesBefore : 0;
  }

  /** Calls back after each commit that added messages; the returned function ends it. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the message, or what it duplicates, is durable; then undefined. */
  append(message: OutgoingMessage, sender: Sender): Promise<MessageId | undefined> {
    return new Promise((resolve, reject) => {
      const { sequenceId } = message;
      const nowMs = this.#stamp();
      const duplicate = sequenceId !== undefined && !this.#sequences.advance(sender.name, sequenceId, nowMs);
      const batch = this.#openBatch();
      if (!duplicate) {
        batch.writer.append(message, nowMs);
        if (sequenceId !== undefined) batch.sequences.set(sender.name, sequenceId);
      }
      batch.waiting.push({ sender, resolve, reject, duplicate });
      this.#support.group.join(this);
    });
  }

  /** Resolves when all that was appended before is decided. */
  settled(): Promise<void> {
    if (this.#pending.length + this.#inCommit.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        resolve();
      };
      this.#openBatch().waiting.push({ sender: NOBODY, resolve: done, reject: done, duplicate: true });
      this.#support.group.join(this);
    });
  }

  contribute(maxBytes: number): Contribution | undefined {
    if (this.#pending.length === 0) return undefined;
    let bytes = 0;
    let taken = 0;
    while (taken < this.#pending.length && (taken === 0 || bytes < maxBytes)) {
      bytes += this.#pending[taken++]?.writer.length ?? 0;
    }
    const batches = this.#pending.splice(0, taken);
    this.#inCommit = batches;
    if (this.#pending.length > 0) this.#support.group.join(this);
    const chunks = this.#seal(batches);
    const writes: Write[] = chunks.map(({ base, bytes: value }) => ({
      table: 'log',
      key: offsetKey(this.ledger, base),
      value,
    }));
    const nowMs = this.#support.clock.now();
    for (const { sequences } of batches) {
      for (const [name, sequenceId] of sequences) writes.push(this.#sequences.write(name, sequenceId, nowMs));
    }
    return {
      writes,
      bytes: chunks.length === 0 ? 0 : bytes,
      committed: () => {
        this.#committed(batches, chunks);
      },
      failed: (error) => {
        this.#failed(error);
      },
    };
  }

  /** The chunk that holds `offset`, which must be in [first, next). */
  chunkAt(offset: number): Chunk {
    const fromTail = this.#inTail(offset);
    if (fromTail) return fromTail;
    const [entry] = this.#support.store.range('log', {
      from: ledgerPrefix(this.ledger),
      before: offsetKey(this.ledger, offset + 1),
      backwards: true,
      limit: 1,
    });
    if (!entry) throw new Error(`${this.name} has no chunk for offset ${offset}, though it starts at ${this.#first}`);
    return decodeChunk(this, offsetOf(entry.key), entry.value);
  }

  /** Where a seek leads: an offset in [first, next]. */
  offsetFor(target: SeekTarget): number {
    if (target === 'Earliest') return this.#first;
    if (target === 'Latest') return this.#next;
    const offset = 'timeMs' in target ? this.#offsetAtTime(target.timeMs) : this.offsetOf(target.after) + 1;
    return Math.min(Math.max(offset, this.#first), this.#next);
  }

  offsetOf(id: MessageId): number {
    const [ledger, entry] = messageIdParts(id);
    if (ledger === this.ledger) return entry;
    throw new BrokerError(
      'broker-refused',
      `${id} is no message of ${this.name}, whose ids start with ${this.ledger}:`,
    );
  }

  get lastMessageId(): MessageId | undefined {
    return this.#next === 0 ? undefined : messageId(this.ledger, this.#next - 1);
  }

  /** Tells that everything before `first`, the start of a chunk, was deleted. */
  trimmed(first: number): void {
    this.#first = first;
    this.#tail = this.#tail.filter((chunk) => chunk.base >= first);
  }

  /** Producer names that have gone out of use. */
  staleSequences(): readonly Write[] {
    return this.#sequences.prune(this.#support.clock.now());
  }

  #openBatch(): Batch {
    const last = this.#pending.at(-1);
    if (last && last.writer.length < CHUNK_BYTES) return last;
    const batch = { writer: this.#support.writers.pop() ?? new ChunkWriter(), waiting: [], sequences: new Map() };
    this.#pending.push(batch);
    return batch;
  }

  /** Never goes back, whatever the wall clock does: seeking by time relies on it. */
  #stamp(): number {
    this.#lastPublishTimeMs = Math.max(this.#lastPublishTimeMs, this.#support.clock.now());
    return this.#lastPublishTimeMs;
  }

  #seal(batches: readonly Batch[]): readonly Chunk[] {
    const chunks: Chunk[] = [];
    let base = this.#next;
    let bytesBefore = this.#bytesBefore;
    for (const { writer } of batches) {
      if (writer.count === 0) continue;
      const chunk = writer.seal(this, base, bytesBefore);
      chunks.push(chunk);
      base = chunk.end;
      bytesBefore += chunk.bytes.length;
    }
    return chunks;
  }

  #committed(batches: readonly Batch[], chunks: readonly Chunk[]): void {
    this.#inCommit = [];
    let offset = this.#next;
    for (const chunk of chunks) {
      this.#next = chunk.end;
      this.#bytesBefore += chunk.bytes.length;
      this.#tail.push(chunk);
      this.#support.tails.add(chunk, () => {
        if (this.#tail[0] === chunk) this.#tail.shift();
      });
    }
    for (const { waiting, writer } of batches) {
      for (const { resolve, duplicate } of waiting) {
        resolve(duplicate ? undefined : messageId(this.ledger, offset++));
      }
      if (this.#support.writers.length < MAX_IDLE_WRITERS) this.#support.writers.push(writer);
    }
    if (chunks.length > 0) for (const listener of this.#listeners) listener();
  }

  /** Fail-stop for all who have something pending: their later messages must not overtake what is lost here. */
  #failed(error: BrokerError): void {
    const lost = [...this.#inCommit, ...this.#pending];
    this.#inCommit = [];
    this.#pending = [];
    this.#sequences.forgetPending();
    for (const { waiting } of lost) {
      for (const { sender, reject } of waiting) {
        sender.fail(error);
        reject(error);
      }
    }
  }

  #inTail(offset: number): Chunk | undefined {
    let low = 0;
    let high = this.#tail.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#tail[middle];
      if (!chunk) return undefined;
      if (offset < chunk.base) high = middle - 1;
      else if (offset >= chunk.end) low = middle + 1;
      else return chunk;
    }
    return undefined;
  }

  /** Publish times never go back, so a binary search over offsets finds the chunk. */
  #offsetAtTime(timeMs: number): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const chunk = this.chunkAt((low + high) >>> 1);
      if ((chunk.messages.at(-1)?.publishTimeMs ?? 0) < timeMs) low = chunk.end;
      else if ((chunk.messages[0]?.publishTimeMs ?? 0) >= timeMs) high = chunk.base;
      else return chunk.base + chunk.messages.findIndex((message: Message) => message.publishTimeMs >= timeMs);
    }
    return Math.min(low, MAX_OFFSET);
  }
}
