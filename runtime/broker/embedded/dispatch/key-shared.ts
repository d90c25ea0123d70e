import { murmur3 } from '../../../../channels/partition.ts';
import type { Message } from '../../port.ts';
import { ReadHead, RedeliveryCounts, type Dispatchable, type Dispatcher, type Member } from './dispatcher.ts';
import { OffsetQueue } from './offset-queue.ts';

/** Messages read ahead and not yet acknowledged, over all keys. A key that stalls stops the others at this. */
const MAX_WINDOW = 10_000;

/** The unacknowledged messages of one key that were read. All with one owner, so that the key's order is kept. */
interface Lane {
  readonly key: string;
  owner: Member | undefined;
  /** Everything of this key in the window, wherever it is. */
  readonly offsets: Set<number>;
  readonly inHand: Set<number>;
  readonly refused: Set<number>;
  /** Waits while something earlier of this key is refused. */
  readonly held: OffsetQueue;
}

/** Key_Shared: each key belongs to one consumer at a time and changes hands only when nothing of it is in flight. */
export class KeySharedDispatcher implements Dispatcher {
  readonly #subscription: Dispatchable;
  readonly #head: ReadHead;
  readonly #counts = new RedeliveryCounts();
  readonly #ready = new Map<Member, OffsetQueue>();
  readonly #lanes = new Map<string, Lane>();
  readonly #laneOf = new Map<number, Lane>();
  #read: number;

  constructor(subscription: Dispatchable) {
    this.#subscription = subscription;
    this.#head = new ReadHead(subscription.topic);
    this.#read = subscription.cursor.position;
  }

  add(member: Member): void {
    this.#ready.set(member, new OffsetQueue());
  }

  remove(member: Member): void {
    if (!this.#ready.delete(member)) return;
    for (const lane of [...this.#lanes.values()].filter(({ owner }) => owner === member)) {
      for (const offset of [...lane.inHand, ...lane.refused]) this.#counts.increment(offset);
      lane.inHand.clear();
      lane.refused.clear();
      lane.held.clear();
      lane.owner = undefined;
      if (this.#ready.size > 0) for (const offset of lane.offsets) this.#assign(offset, lane);
    }
    if (this.#ready.size === 0) this.#startOver();
  }

  next(member: Member): Message | undefined {
    const ready = this.#ready.get(member);
    if (!ready) return undefined;
    for (;;) {
      const offset = ready.takeFirst();
      if (offset === undefined) {
        if (!this.#readAheadFor(ready)) return undefined;
        continue;
      }
      const lane = this.#laneOf.get(offset);
      if (!lane) continue;
      lane.inHand.add(offset);
      return this.#counts.stamp(this.#head.at(offset), offset);
    }
  }

  acknowledged(offset: number): void {
    this.#counts.forget(offset);
    const lane = this.#laneOf.get(offset);
    if (!lane) return;
    this.#laneOf.delete(offset);
    lane.offsets.delete(offset);
    lane.inHand.delete(offset);
    if (lane.refused.delete(offset)) this.#release(lane);
    if (lane.offsets.size === 0) this.#lanes.delete(lane.key);
  }

  refuse(member: Member, offset: number): boolean {
    const lane = this.#laneOf.get(offset);
    if (lane?.owner !== member || !lane.inHand.delete(offset)) return false;
    lane.refused.add(offset);
    const queued = this.#ready.get(member)?.takeAll((other) => this.#laneOf.get(other) === lane) ?? [];
    for (const later of queued) lane.held.add(later);
    return true;
  }

  timesRedelivered(offset: number): number {
    return this.#counts.of(offset);
  }

  redeliver(offset: number): void {
    const lane = this.#laneOf.get(offset);
    if (!lane?.refused.delete(offset)) return;
    this.#counts.increment(offset);
    lane.held.add(offset);
    this.#release(lane);
  }

  reset(): void {
    this.#counts.clear();
    for (const ready of this.#ready.values()) ready.clear();
    this.#startOver();
  }

  #startOver(): void {
    this.#lanes.clear();
    this.#laneOf.clear();
    this.#read = this.#subscription.cursor.position;
  }

  /** Reads on until something is there for the queue given; false if nothing is. */
  #readAheadFor(ready: OffsetQueue): boolean {
    const { topic, cursor } = this.#subscription;
    while (ready.size === 0 && this.#laneOf.size < MAX_WINDOW) {
      const offset = cursor.nextUnacknowledged(Math.max(this.#read, topic.first));
      if (offset >= topic.next) return false;
      this.#read = offset + 1;
      const lane = this.#lane(this.#head.at(offset).key ?? '');
      lane.offsets.add(offset);
      this.#laneOf.set(offset, lane);
      this.#assign(offset, lane);
    }
    return ready.size > 0;
  }

  #lane(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = {
        key,
        owner: undefined,
        offsets: new Set(),
        inHand: new Set(),
        refused: new Set(),
        held: new OffsetQueue(),
      };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #assign(offset: number, lane: Lane): void {
    lane.owner ??= this.#choose(lane.key);
    if (lane.refused.size > 0) lane.held.add(offset);
    else this.#ready.get(lane.owner)?.add(offset);
  }

  #release(lane: Lane): void {
    if (lane.refused.size > 0) return;
    for (const offset of lane.held.takeAll(() => true)) if (this.#laneOf.has(offset)) this.#assign(offset, lane);
  }

  #choose(key: string): Member {
    const members = [...this.#ready.keys()];
    const member = members[(murmur3(Buffer.from(key, 'utf8')) >>> 0) % members.length];
    if (!member) throw new Error('a message cannot be assigned: the subscription has no consumer');
    return member;
  }
}
