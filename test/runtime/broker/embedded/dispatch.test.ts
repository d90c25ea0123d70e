import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { partitionTopic } from '../../../../channels/topics.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import type { MessageId } from '../../../../runtime/broker/message-id.ts';
import type { Consumer, Message, SubscriptionType } from '../../../../runtime/broker/port.ts';
import { ManualClock } from './manual-clock.ts';

const TOPIC = 'persistent://acme/messaging/events';
const MESSAGES = 40;
const KEYS = 5;
const DELAY_MS = 1000;

/** `which` chooses among the consumers, or the messages in hand. */
type Step =
  | { readonly do: 'take' | 'acknowledge' | 'refuse' | 'leave'; readonly which: number }
  | { readonly do: 'join' }
  | { readonly do: 'wait'; readonly ms: number };

const which = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('take' as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refuse' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(300, DELAY_MS) }) },
);

interface InHand {
  readonly holder: Consumer;
  readonly message: Message;
  refused: boolean;
}

/** Drives one subscription by steps and checks, at each delivery, what the type promises. */
class Exercise {
  readonly #broker: EmbeddedBroker;
  readonly #clock: ManualClock;
  readonly #options: {
    topic: string;
    subscription: string;
    type: SubscriptionType;
    negativeAckRedeliveryDelayMs: number;
  };
  readonly #consumers: Consumer[] = [];
  readonly #inHand = new Map<MessageId, InHand>();
  readonly #delivered = new Set<number>();
  readonly acknowledged: Set<number> = new Set();

  constructor(broker: EmbeddedBroker, clock: ManualClock, topic: string, type: SubscriptionType) {
    this.#broker = broker;
    this.#clock = clock;
    this.#options = { topic, subscription: type, type, negativeAckRedeliveryDelayMs: DELAY_MS };
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.join();
    for (const each of steps) await this.#apply(each);
    await this.#drain();
    for (const consumer of this.#consumers) await consumer.close();
  }

  async join(): Promise<void> {
    this.#consumers.push(await this.#broker.subscribe(this.#options));
  }

  async #apply(next: Step): Promise<void> {
    if (next.do === 'join') return this.join();
    if (next.do === 'wait') {
      this.#clock.advance(next.ms);
      return undefined;
    }
    const consumer = this.#consumers[next.which % this.#consumers.length];
    const held = [...this.#inHand.values()].filter(({ refused }) => !refused);
    const inHand = held[next.which % held.length];
    if (next.do === 'take' && consumer) this.#take(consumer);
    if (next.do === 'acknowledge' && inHand) await this.#acknowledge(inHand);
    if (next.do === 'refuse' && inHand) {
      inHand.refused = true;
      inHand.holder.negativeAcknowledge(inHand.message.id);
    }
    if (next.do === 'leave' && consumer && this.#consumers.length > 1) await this.#leave(consumer);
    return undefined;
  }

  async #leave(consumer: Consumer): Promise<void> {
    await consumer.close();
    this.#consumers.splice(this.#consumers.indexOf(consumer), 1);
    for (const [id, { holder }] of this.#inHand) if (holder === consumer) this.#inHand.delete(id);
  }

  #take(consumer: Consumer): boolean {
    const [message] = consumer.receiveBuffered(1);
    if (!message) return false;
    const number = Number(message.payload.toString());
    const before = this.#inHand.get(message.id);
    expect(this.acknowledged.has(number), `m${number} was acknowledged and came again`).to.equal(false);
    expect(before === undefined || before.refused, `m${number} is in two hands`).to.equal(true);
    expect(message.redeliveryCount > 0, `m${number} is counted as redelivered`).to.equal(this.#delivered.has(number));
    if (this.#options.type === 'Key_Shared') this.#checkKey(consumer, message, number);
    this.#delivered.add(number);
    this.#inHand.set(message.id, { holder: consumer, message, refused: false });
    return true;
  }

  #checkKey(consumer: Consumer, message: Message, number: number): void {
    for (const { holder, message: other, refused } of this.#inHand.values()) {
      if (other.key !== message.key || other.id === message.id) continue;
      expect(holder === consumer, `${String(message.key)} is with two consumers`).to.equal(true);
      expect(refused && Number(other.payload.toString()) < number, `m${number} overtook a refused one`).to.equal(false);
    }
    for (let earlier = number % KEYS; earlier < number; earlier += KEYS) {
      expect(this.#delivered.has(earlier), `m${number} came before m${earlier} of the same key`).to.equal(true);
    }
  }

  async #acknowledge({ holder, message }: InHand): Promise<void> {
    this.#inHand.delete(message.id);
    this.acknowledged.add(Number(message.payload.toString()));
    await holder.acknowledge(message.id);
  }

  /** Everything left can be taken and acknowledged: nothing is stuck, nothing is lost. */
  async #drain(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      let progress = false;
      for (const consumer of this.#consumers) while (this.#take(consumer)) progress = true;
      for (const inHand of [...this.#inHand.values()].filter(({ refused }) => !refused)) {
        await this.#acknowledge(inHand);
        progress = true;
      }
      this.#clock.advance(DELAY_MS);
      idle = progress ? 0 : idle + 1;
    }
  }
}

describe('embedded broker, dispatch', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'parlance-dispatch-'));
  const clock = new ManualClock();
  let broker: EmbeddedBroker;
  const PARTITIONS = 1;
  const topic = partitionTopic(TOPIC, 0);

  before(async () => {
    broker = await createEmbeddedBroker({ folder, clock });
    await broker.admin.createTenant('acme');
    await broker.admin.createNamespace('acme', 'messaging', { timeMinutes: -1, sizeMb: -1 });
    await broker.admin.createPartitionedTopic(TOPIC, PARTITIONS);
    const producer = await broker.createProducer({ topic });
    for (let number = 0; number < MESSAGES; number++) {
      await producer.send({ payload: Buffer.from(number.toString()), key: `key-${number % KEYS}` });
    }
  });
  after(async () => {
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const type of ['Shared', 'Key_Shared'] as const) {
    it(`keeps the promises of ${type}, whoever takes, refuses, joins and leaves when`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
          const exercise = new Exercise(broker, clock, topic, type);
          await exercise.run(steps);
          expect(exercise.acknowledged.size, 'messages acknowledged in the end').to.equal(MESSAGES);
          const last = await broker.subscribe({ topic, subscription: type, type: 'Exclusive' });
          await last.unsubscribe();
        }),
        { numRuns: 150 },
      );
    });
  }
});
