import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { Message, SeekTarget, SubscriptionType } from '../port.ts';
import type { Cursor } from './cursor.ts';
import type { Dispatcher, Member } from './dispatch/dispatcher.ts';
import { KeySharedDispatcher } from './dispatch/key-shared.ts';
import { SharedDispatcher } from './dispatch/shared.ts';
import { SingleActiveDispatcher } from './dispatch/single-active.ts';
import type { Topic } from './topic.ts';

/** A consumer that can be handed a message later, when it asked in vain. */
export interface WaitingMember extends Member {
  offer(message: Message): void;
}

/** Where a message goes that was refused too often. */
export interface DeadLetter {
  readonly maxRedeliverCount: number;
  /** Resolves when the message is durable in the dead letter topic. */
  bury(message: Message, origin: { topic: string; id: MessageId }): Promise<unknown>;
}

/** One subscription on one topic: its durable cursor, its consumers, and who gets what. */
export class Subscription {
  readonly name: string;
  readonly topic: Topic;
  readonly cursor: Cursor;
  readonly #members = new Set<WaitingMember>();
  /** Who asked in vain, longest first. */
  readonly #waiting = new Set<WaitingMember>();
  #type: SubscriptionType | undefined;
  #dispatcher: Dispatcher | undefined;
  #stopListening: (() => void) | undefined;

  constructor(name: string, topic: Topic, cursor: Cursor) {
    this.name = name;
    this.topic = topic;
    this.cursor = cursor;
  }

  get consumers(): number {
    return this.#members.size;
  }

  get backlog(): number {
    return this.cursor.backlog(this.topic.next);
  }

  /** The type may change while no consumer is attached. */
  attach(member: WaitingMember, type: SubscriptionType): void {
    if (this.#members.size > 0 && (type === 'Exclusive' || this.#type !== type)) {
      const held = `it has ${this.#members.size} consumer(s) of type ${String(this.#type)}`;
      throw new BrokerError('consumer-busy', `cannot join "${this.name}" on ${this.topic.name} as ${type}: ${held}`);
    }
    if (this.#members.size === 0) {
      this.#type = type;
      this.#dispatcher = dispatcherFor(type, this);
      this.#stopListening = this.topic.onAppended(() => {
        this.#pump();
      });
    }
    this.#members.add(member);
    this.#dispatcher?.add(member);
  }

  detach(member: WaitingMember): void {
    if (!this.#members.delete(member)) return;
    this.#waiting.delete(member);
    this.#dispatcher?.remove(member);
    if (this.#members.size === 0) {
      this.#stopListening?.();
      this.#dispatcher = undefined;
    }
    this.#pump();
  }

  /** The next message for this consumer, if there is one. */
  take(member: WaitingMember): Message | undefined {
    return this.#dispatcher?.next(member);
  }

  /** `member.offer` is called once there is a message for it. */
  wait(member: WaitingMember): void {
    this.#waiting.add(member);
  }

  acknowledge(offset: number): void {
    this.cursor.acknowledge(offset);
    this.#dispatcher?.acknowledged(offset);
    if (this.#waiting.size > 0) this.#pump();
  }

  acknowledgeUpTo(offset: number): void {
    if (this.#type === 'Shared' || this.#type === 'Key_Shared') {
      throw new BrokerError('broker-refused', `"${this.name}" is ${this.#type}: acknowledge message by message`);
    }
    this.cursor.acknowledgeUpTo(Math.min(offset, this.topic.next - 1));
    this.#dispatcher?.acknowledged(offset);
  }

  /** True if the consumer had the message: then `redeliver` is to be called after its delay. */
  refuse(member: WaitingMember, offset: number): boolean {
    return this.#dispatcher?.refuse(member, offset) ?? false;
  }

  redeliver(offset: number, deadLetter: DeadLetter | undefined): void {
    const dispatcher = this.#dispatcher;
    if (!dispatcher || this.cursor.isAcknowledged(offset) || offset < this.topic.first) return;
    const shared = this.#type === 'Shared' || this.#type === 'Key_Shared';
    if (shared && deadLetter && dispatcher.timesRedelivered(offset) >= deadLetter.maxRedeliverCount) {
      this.#bury(offset, deadLetter, dispatcher);
    } else {
      dispatcher.redeliver(offset);
      this.#pump();
    }
  }

  async seek(target: SeekTarget): Promise<void> {
    const position = this.topic.offsetFor(target);
    const durable = this.cursor.reset(position);
    this.#dispatcher?.reset();
    this.#pump();
    await durable;
  }

  #bury(offset: number, deadLetter: DeadLetter, dispatcher: Dispatcher): void {
    const chunk = this.topic.chunkAt(offset);
    const message = chunk.messageAt(offset);
    deadLetter.bury(message, { topic: this.topic.name, id: message.id }).then(
      () => {
        this.acknowledge(offset);
      },
      () => {
        // The dead letter topic did not take it (a full disk): it is not lost, it comes again.
        dispatcher.redeliver(offset);
        this.#pump();
      },
    );
  }

  #pump(): void {
    if (this.#waiting.size === 0) return;
    for (const member of [...this.#waiting]) {
      if (!this.#waiting.has(member)) continue;
      const message = this.#dispatcher?.next(member);
      if (!message) continue;
      this.#waiting.delete(member);
      member.offer(message);
    }
  }
}

function dispatcherFor(type: SubscriptionType, subscription: Subscription): Dispatcher {
  switch (type) {
    case 'Exclusive':
    case 'Failover':
      return new SingleActiveDispatcher(subscription);
    case 'Shared':
      return new SharedDispatcher(subscription);
    case 'Key_Shared':
      return new KeySharedDispatcher(subscription);
  }
}
