import type { Message } from '../../port.ts';
import type { Chunk } from '../chunk.ts';
import type { Cursor } from '../cursor.ts';
import type { Topic } from '../topic.ts';

/** A consumer as dispatch sees it: who, not how. Compared by identity. */
export interface Member {
  readonly queueSize: number;
}

/** Which message goes to which consumer. Consumers pull: nothing is handed out before it is asked for. */
export interface Dispatcher {
  add(member: Member): void;
  /** What it had and did not acknowledge becomes available to the others. */
  remove(member: Member): void;
  /** The next message for this member, now in its hands; undefined while there is none for it. */
  next(member: Member): Message | undefined;
  /** `offset` was acknowledged or, on the types with one active consumer, perhaps everything up to it. */
  acknowledged(offset: number): void;
  /** Holds the message, refused by its member, back until `redeliver`. False if the member does not have it. */
  refuse(member: Member, offset: number): boolean;
  redeliver(offset: number): void;
  /** How often `redeliver` or a closed consumer has brought it back so far. */
  timesRedelivered(offset: number): number;
  /** Starts over from the cursor after a seek. */
  reset(): void;
}

/** What the dispatchers of all types work on. */
export interface Dispatchable {
  readonly topic: Topic;
  readonly cursor: Cursor;
}

/** Reads messages by offset, remembering the chunk read last: reading on costs nothing. */
export class ReadHead {
  readonly #topic: Topic;
  #chunk: Chunk | undefined;

  constructor(topic: Topic) {
    this.#topic = topic;
  }

  /** `offset` must be in [topic.first, topic.next). */
  at(offset: number): Message {
    let chunk = this.#chunk;
    if (!chunk || offset < chunk.base || offset >= chunk.end) chunk = this.#topic.chunkAt(offset);
    this.#chunk = offset + 1 === chunk.end ? undefined : chunk;
    return chunk.messageAt(offset);
  }
}

/** How often each unacknowledged offset was delivered before; offsets not in it never. */
export class RedeliveryCounts {
  readonly #counts = new Map<number, number>();

  of(offset: number): number {
    return this.#counts.get(offset) ?? 0;
  }

  increment(offset: number): void {
    this.#counts.set(offset, this.of(offset) + 1);
  }

  forget(offset: number): void {
    this.#counts.delete(offset);
  }

  clear(): void {
    this.#counts.clear();
  }

  stamp(message: Message, offset: number): Message {
    const redeliveryCount = this.of(offset);
    return redeliveryCount === 0 ? message : { ...message, redeliveryCount };
  }
}
