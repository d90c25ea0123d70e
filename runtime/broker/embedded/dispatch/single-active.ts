import type { Message } from '../../port.ts';
import { ReadHead, type Dispatchable, type Dispatcher, type Member } from './dispatcher.ts';

/** Rewinds that are remembered for counting redeliveries; older ones no longer count. */
const MAX_REWINDS = 100;

/** Exclusive and Failover: one consumer, the first that came, reads in order; a refusal goes back to the position. */
export class SingleActiveDispatcher implements Dispatcher {
  readonly #subscription: Dispatchable;
  readonly #head: ReadHead;
  readonly #members: Member[] = [];
  #read: number;
  /** Where reading had got to at each rewind: an offset below k of them was delivered k times before. */
  #rewinds: number[] = [];

  constructor(subscription: Dispatchable) {
    this.#subscription = subscription;
    this.#head = new ReadHead(subscription.topic);
    this.#read = subscription.cursor.position;
  }

  add(member: Member): void {
    this.#members.push(member);
  }

  remove(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    if (index === 0) this.#rewind();
  }

  next(member: Member): Message | undefined {
    if (member !== this.#members[0]) return undefined;
    const { topic, cursor } = this.#subscription;
    const offset = cursor.nextUnacknowledged(Math.max(this.#read, topic.first));
    if (offset >= topic.next) return undefined;
    this.#read = offset + 1;
    const message = this.#head.at(offset);
    const redeliveryCount = this.timesRedelivered(offset);
    return redeliveryCount === 0 ? message : { ...message, redeliveryCount };
  }

  acknowledged(): void {
    if (this.#rewinds.length > 0) this.#forgetRewinds();
  }

  refuse(member: Member, offset: number): boolean {
    return member === this.#members[0] && offset < this.#read && !this.#subscription.cursor.isAcknowledged(offset);
  }

  redeliver(offset: number): void {
    if (!this.#subscription.cursor.isAcknowledged(offset) && offset < this.#read) this.#rewind();
  }

  reset(): void {
    this.#read = this.#subscription.cursor.position;
    this.#rewinds = [];
  }

  #rewind(): void {
    this.#rewinds.push(this.#read);
    this.#forgetRewinds();
    this.#read = this.#subscription.cursor.position;
  }

  #forgetRewinds(): void {
    const { position } = this.#subscription.cursor;
    this.#rewinds = this.#rewinds.filter((read) => read > position).slice(-MAX_REWINDS);
  }

  timesRedelivered(offset: number): number {
    let times = 0;
    for (const read of this.#rewinds) if (offset < read) times++;
    return times;
  }
}
