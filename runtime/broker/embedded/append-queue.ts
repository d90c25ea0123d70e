import type { BrokerError } from '../errors.ts';
import { messageId, type MessageId } from '../message-id.ts';
import type { OutgoingMessage } from '../port.ts';
import { CHUNK_BYTES, ChunkWriter } from './chunk-writer.ts';
import type { Chunk, ChunkOwner } from './chunk.ts';
import type { Following } from './following.ts';

/** Who waits for messages to become durable. `fail` also makes the producer refuse everything later. */
export interface Sender {
  readonly name: string;
  fail(error: BrokerError): void;
}

const NOBODY: Sender = { name: '', fail: () => undefined };

/** Encoding buffers of 64 KiB kept for reuse over all topics: enough for the chunks of one commit at full load. */
const MAX_IDLE_WRITERS = 32;

interface Waiting {
  readonly sender: Sender;
  readonly resolve: (id: MessageId | undefined) => void;
  readonly reject: (error: BrokerError) => void;
  /** How many were added. None: duplicates, or somebody who only wants to know when all before is decided. */
  readonly messages: number;
}

/** Messages that go into the store as one chunk, and who waits for them. */
export interface Batch {
  readonly writer: ChunkWriter;
  readonly waiting: Waiting[];
  /** Last sequence id per producer name, to be committed with this batch and no earlier. */
  readonly sequences: Map<string, number>;
  /** Leaves as the commit begins. */
  readonly followings: Following[];
}

/** What was sent to one topic and is not durable yet, in order. */
export class AppendQueue {
  readonly #idleWriters: ChunkWriter[];
  #pending: Batch[] = [];
  #inCommit: readonly Batch[] = [];

  constructor(idleWriters: ChunkWriter[]) {
    this.#idleWriters = idleWriters;
  }

  get pending(): boolean {
    return this.#pending.length > 0;
  }

  /** Something else leaves once this does. */
  get leads(): boolean {
    return this.#pending.some(({ followings }) => followings.length > 0);
  }

  /** Resolves with the id of the last message when all are durable. Without one: undefined, when all before is durable. */
  push(
    messages: readonly OutgoingMessage[],
    nowMs: number,
    sender: Sender,
    following?: Following,
  ): Promise<MessageId | undefined> {
    let batch = this.#openBatch();
    let inBatch = 0;
    for (const message of messages) {
      const open = this.#openBatch();
      if (open !== batch) {
        // Only the last of several batches tells: it fails with those before it.
        batch.waiting.push({ sender, resolve: nothing, reject: nothing, messages: inBatch });
        batch = open;
        inBatch = 0;
      }
      batch.writer.append(message, nowMs);
      inBatch += 1;
      if (message.sequenceId !== undefined) batch.sequences.set(sender.name, message.sequenceId);
    }
    if (following) batch.followings.push(following);
    return waitIn(batch, sender, inBatch);
  }

  /** Resolves when all before is decided, well or ill; undefined if it is already. */
  settled(): Promise<void> | undefined {
    if (this.#pending.length + this.#inCommit.length === 0) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        resolve();
      };
      this.#openBatch().waiting.push({ sender: NOBODY, resolve: done, reject: done, messages: 0 });
    });
  }

  /** Takes at least one batch, if there is one, and no more than `maxBytes` if it can. */
  take(maxBytes: number): readonly Batch[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#pending.length && (count === 0 || bytes < maxBytes)) {
      bytes += this.#pending[count++]?.writer.length ?? 0;
    }
    this.#inCommit = this.#pending.splice(0, count);
    return this.#inCommit;
  }

  /** Tells those who wait for what was taken last. `offset`: that of its first message. */
  committed(ledger: number, offset: number): void {
    const batches = this.#inCommit;
    this.#inCommit = [];
    for (const { waiting, writer } of batches) {
      for (const { resolve, messages } of waiting) {
        offset += messages;
        resolve(messages === 0 ? undefined : messageId(ledger, offset - 1));
      }
      if (this.#idleWriters.length < MAX_IDLE_WRITERS) this.#idleWriters.push(writer);
    }
  }

  /** Fail-stop for all who have something here: their later messages must not overtake what is lost. */
  failed(error: BrokerError): void {
    const lost = [...this.#inCommit, ...this.#pending];
    this.#inCommit = [];
    this.#pending = [];
    for (const { waiting } of lost) {
      for (const { sender, reject } of waiting) {
        sender.fail(error);
        reject(error);
      }
    }
  }

  #openBatch(): Batch {
    const last = this.#pending.at(-1);
    if (last && last.writer.length < CHUNK_BYTES) return last;
    const writer = this.#idleWriters.pop() ?? new ChunkWriter();
    const batch = { writer, waiting: [], sequences: new Map(), followings: [] };
    this.#pending.push(batch);
    return batch;
  }
}

/** A function of its own, so that nothing it does not need is kept until it resolves. */
function waitIn({ waiting }: Batch, sender: Sender, messages: number): Promise<MessageId | undefined> {
  return new Promise((resolve, reject) => {
    waiting.push({ sender, resolve, reject, messages });
  });
}

function nothing(): void {
  return undefined;
}

/** The chunks of the batches, from offset `base` on; a batch that adds no message has none. */
export function seal(
  batches: readonly Batch[],
  owner: ChunkOwner,
  base: number,
  bytesBefore: number,
): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const { writer } of batches) {
    if (writer.count === 0) continue;
    const last = chunks.at(-1);
    const chunk = writer.seal(owner, last?.end ?? base, bytesBefore);
    chunks.push(chunk);
    bytesBefore += chunk.bytes.length;
  }
  return chunks;
}
