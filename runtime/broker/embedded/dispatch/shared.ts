import type { Message } from '../../port.ts';
import { ReadHead, RedeliveryCounts, type Dispatchable, type Dispatcher, type Member } from './dispatcher.ts';
import { OffsetQueue } from './offset-queue.ts';

/** Shared: whoever asks first gets the next message; what comes again goes before what is new. */
export class SharedDispatcher implements Dispatcher {
  readonly #subscription: Dispatchable;
  readonly #head: ReadHead;
  readonly #counts = new RedeliveryCounts();
  readonly #inHand = new Map<number, Member>();
  readonly #again = new OffsetQueue();
  #read: number;

  constructor(subscription: Dispatchable) {
    this.#subscription = subscription;
    this.#head = new ReadHead(subscription.topic);
    this.#read = subscription.cursor.position;
  }

  add(): void {
    // Nothing to prepare: members show themselves by asking.
  }

  remove(member: Member): void {
    for (const [offset, holder] of this.#inHand) if (holder === member) this.redeliver(offset);
  }

  next(member: Member): Message | undefined {
    const offset = this.#takeAgain() ?? this.#takeNew();
    if (offset === undefined) return undefined;
    this.#inHand.set(offset, member);
    return this.#counts.stamp(this.#head.at(offset), offset);
  }

  acknowledged(offset: number): void {
    this.#inHand.delete(offset);
    this.#counts.forget(offset);
  }

  refuse(member: Member, offset: number): boolean {
    return this.#inHand.get(offset) === member;
  }

  redeliver(offset: number): void {
    if (!this.#inHand.delete(offset)) return;
    this.#counts.increment(offset);
    this.#again.add(offset);
  }

  timesRedelivered(offset: number): number {
    return this.#counts.of(offset);
  }

  reset(): void {
    this.#inHand.clear();
    this.#again.clear();
    this.#counts.clear();
    this.#read = this.#subscription.cursor.position;
  }

  #takeAgain(): number | undefined {
    for (;;) {
      const offset = this.#again.takeFirst();
      const { topic, cursor } = this.#subscription;
      if (offset === undefined || (offset >= topic.first && !cursor.isAcknowledged(offset))) return offset;
    }
  }

  #takeNew(): number | undefined {
    const { topic, cursor } = this.#subscription;
    const offset = cursor.nextUnacknowledged(Math.max(this.#read, topic.first));
    if (offset >= topic.next) return undefined;
    this.#read = offset + 1;
    return offset;
  }
}
