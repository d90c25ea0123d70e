import { EVENT_PROPERTIES } from '../../../../channels/encode.ts';
import { contactKeyOf } from '../../../../channels/contact-key.ts';
import { channelTopic, partitionTopic } from '../../../../channels/topics.ts';
import type { TenantName } from '../../../../channels/brands.ts';
import type { Broker, Reader } from '../../../../runtime/broker/port.ts';
import { addressOf } from '../../address.ts';

/** Follows what conversations say to people: how often to each, and when. */
export class Told {
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();
  readonly #readers: readonly Reader[];
  total = 0;

  private constructor(readers: readonly Reader[]) {
    this.#readers = readers;
    // Ends with its reader.
    for (const reader of readers) void this.#follow(reader).catch(() => undefined);
  }

  static async open(broker: Broker, tenant: TenantName, partitions: number): Promise<Told> {
    const topic = channelTopic(tenant, 'messaging');
    const open = (_: unknown, at: number): Promise<Reader> =>
      broker.createReader({ topic: partitionTopic(topic, at), from: 'Latest' });
    return new Told(await Promise.all(Array.from({ length: partitions }, open)));
  }

  async #follow(reader: Reader): Promise<never> {
    for (;;) {
      const { properties } = await reader.next();
      if (properties[EVENT_PROPERTIES.type] !== 'message.requested') continue;
      const contact = properties[EVENT_PROPERTIES.subject] ?? '';
      this.total += 1;
      this.#counts.set(contact, (this.#counts.get(contact) ?? 0) + 1);
      this.#waiting.get(contact)?.();
    }
  }

  /** How often somebody was told. */
  of(name: string): number {
    return this.#counts.get(contactKeyOf(addressOf(name))) ?? 0;
  }

  /** Resolves when somebody is told for the first time. */
  next(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(contactKeyOf(addressOf(name)), resolve);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }
}
