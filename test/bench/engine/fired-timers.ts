import { performance } from 'node:perf_hooks';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../../channels/encode.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { Broker, Reader } from '../../../runtime/broker/port.ts';
import type { Clock } from '../../../runtime/clock.ts';

/** Without any timer for this long something is broken, not slow. */
const STALLED_MS = 60_000;

/** Follows `timer.fired` of a tenant with one partition. */
export class FiredTimers {
  readonly #reader: Reader;
  readonly #clock: Clock;
  #latenessMs: number[] = [];
  #expected = 0;
  #done: () => void = () => undefined;
  lastAt = 0;

  private constructor(reader: Reader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
    // Ends when the reader is closed; one that breaks earlier shows as a stall.
    this.#read().catch(() => undefined);
  }

  static async open(broker: Broker, tenant: TenantName, clock: Clock): Promise<FiredTimers> {
    const topic = partitionTopic(channelTopic(tenant, 'timers'), 0);
    return new FiredTimers(await broker.createReader({ topic, from: 'Latest' }), clock);
  }

  /** Resolves with how late each of the next `count` came, or of those that came, where no more do. */
  expect(count: number): Promise<readonly number[]> {
    this.#latenessMs = [];
    this.#expected = count;
    this.lastAt = performance.now();
    return new Promise((resolve) => {
      const watch = setInterval(() => {
        if (performance.now() - this.lastAt > STALLED_MS) this.#done();
      }, 1000);
      this.#done = () => {
        clearInterval(watch);
        resolve(this.#latenessMs);
      };
    });
  }

  async #read(): Promise<never> {
    for (;;) {
      const message = await this.#reader.next();
      if (message.properties[EVENT_PROPERTIES.type] !== 'timer.fired') continue;
      const { due } = decodeEvent(message.payload).data as { due: string };
      this.#latenessMs.push(this.#clock.now() - Date.parse(due));
      this.lastAt = performance.now();
      if (this.#latenessMs.length === this.#expected) this.#done();
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
