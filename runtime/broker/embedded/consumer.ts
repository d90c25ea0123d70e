import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { Consumer, ConsumerOptions, Message, SeekTarget } from '../port.ts';
import type { Clock } from '../../clock.ts';
import { BURST_MAX } from './burst.ts';
import type { DeadLetter, Subscription, WaitingMember } from './subscription.ts';

const DEFAULT_QUEUE_SIZE = 1000;
const DEFAULT_REDELIVERY_DELAY_MS = 1000;

interface PendingReceive {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: BrokerError) => void;
}

export interface ConsumerSupport {
  readonly clock: Clock;
  readonly deadLetter: DeadLetter | undefined;
  readonly onClose: (consumer: EmbeddedConsumer) => void;
  /** Deletes the subscription; resolves when that is durable. */
  readonly unsubscribe: () => Promise<void>;
}

/** Nothing is buffered in it: what it has not taken stays with the subscription. */
export class EmbeddedConsumer implements Consumer, WaitingMember {
  readonly topic: string;
  readonly subscription: string;
  readonly queueSize: number;
  readonly #target: Subscription;
  readonly #delayMs: number;
  readonly #support: ConsumerSupport;
  readonly #refused = new Map<number, () => void>();
  #pending: PendingReceive | undefined;
  /** Since it last had to wait. */
  #taken = 0;
  #closed = false;

  constructor(target: Subscription, options: ConsumerOptions, support: ConsumerSupport) {
    this.topic = options.topic;
    this.subscription = options.subscription;
    this.queueSize = options.receiverQueueSize ?? DEFAULT_QUEUE_SIZE;
    this.#target = target;
    this.#delayMs = options.negativeAckRedeliveryDelayMs ?? DEFAULT_REDELIVERY_DELAY_MS;
    this.#support = support;
    target.attach(this, options.type);
  }

  receive(): Promise<Message> {
    if (this.#closed) return Promise.reject(this.#closedError());
    if (this.#pending) return Promise.reject(new Error(`"${this.subscription}" has an outstanding receive already`));
    const isLong = this.#taken === BURST_MAX;
    const message = isLong ? undefined : this.#target.take(this);
    this.#taken = message ? this.#taken + 1 : 0;
    if (message) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      if (!isLong) this.#target.wait(this);
      else
        setImmediate(() => {
          this.#goOn();
        });
    });
  }

  #goOn(): void {
    if (!this.#pending) return;
    const message = this.#target.take(this);
    if (message) this.offer(message);
    else this.#target.wait(this);
  }

  receiveBuffered(max: number): readonly Message[] {
    const messages: Message[] = [];
    if (this.#closed || this.#pending) return messages;
    const limit = Math.min(max, this.queueSize);
    while (messages.length < limit) {
      const message = this.#target.take(this);
      if (!message) break;
      messages.push(message);
    }
    return messages;
  }

  offer(message: Message): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(message);
  }

  /** Resolves at once: it is written with the next commit, within 20 ms; if a crash comes first, it is redelivered. */
  acknowledge(id: MessageId): Promise<void> {
    return this.#act((offset) => {
      this.#cancelRefusal(offset);
      this.#target.acknowledge(offset);
    }, id);
  }

  /** As `acknowledge`. */
  acknowledgeCumulative(id: MessageId): Promise<void> {
    return this.#act((offset) => {
      this.#target.acknowledgeUpTo(offset);
    }, id);
  }

  negativeAcknowledge(id: MessageId): void {
    if (this.#closed) return;
    const offset = this.#target.topic.offsetOf(id);
    if (this.#refused.has(offset) || !this.#target.refuse(this, offset)) return;
    const cancel = this.#support.clock.after(this.#delayMs, () => {
      this.#refused.delete(offset);
      this.#target.redeliver(offset, this.#support.deadLetter);
    });
    this.#refused.set(offset, cancel);
  }

  async seek(to: SeekTarget): Promise<void> {
    if (this.#closed) throw this.#closedError();
    this.#cancelRefusals();
    await this.#target.seek(to);
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#cancelRefusals();
      this.#pending?.reject(this.#closedError());
      this.#pending = undefined;
      this.#target.detach(this);
      this.#support.onClose(this);
    }
    return Promise.resolve();
  }

  async unsubscribe(): Promise<void> {
    if (this.#closed) throw this.#closedError();
    if (this.#target.consumers > 1) {
      throw new BrokerError('consumer-busy', `"${this.subscription}" on ${this.topic} has other consumers`);
    }
    await this.close();
    await this.#support.unsubscribe();
  }

  #act(action: (offset: number) => void, id: MessageId): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closedError());
    try {
      action(this.#target.topic.offsetOf(id));
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #cancelRefusal(offset: number): void {
    this.#refused.get(offset)?.();
    this.#refused.delete(offset);
  }

  #cancelRefusals(): void {
    for (const cancel of this.#refused.values()) cancel();
    this.#refused.clear();
  }

  #closedError(): BrokerError {
    return new BrokerError('broker-closed', `the consumer of "${this.subscription}" on ${this.topic} is closed`);
  }
}
