/** Marks on their topic of the installation: how all processes hear that a tenant grows, wherever the command runs. */
import type { TenantName } from '../../channels/brands.ts';
import { GROWTH_NAMESPACE, GROWTH_TOPIC, INSTALLATION, partitionTopic } from '../../channels/topics.ts';
import { BrokerError } from '../broker/errors.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Broker, Producer, Reader } from '../broker/port.ts';
import { KEEP_SUBSCRIPTION } from '../broker/subscriptions.ts';
import { sleep, type Clock } from '../clock.ts';
import { GrowthError, type GrowthMark } from './mark.ts';

const TOPIC = partitionTopic(GROWTH_TOPIC, 0);

/** Between attempts to hear marks again. */
const PAUSE_MS = 500;

export interface MarkLogOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/** Knows the newest mark of every tenant for as long as it is open, over lost connections. */
export class MarkLog {
  readonly #options: MarkLogOptions;
  readonly #following: Promise<void>;
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #marks: ReadonlyMap<TenantName, GrowthMark> = new Map();
  #position: MessageId | undefined;
  #reader: Reader | undefined;
  #closed = false;
  #waiters: (() => void)[] = [];
  #listeners: ((tenant: TenantName) => void)[] = [];

  private constructor(options: MarkLogOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.#following = this.#follow();
  }

  /** Resolves once every mark that there is is known. */
  static async open(options: MarkLogOptions): Promise<MarkLog> {
    await createTopic(options.broker);
    const log = new MarkLog(options);
    await log.refreshed();
    return log;
  }

  /** Undefined where the tenant never grew. */
  get(tenant: TenantName): GrowthMark | undefined {
    return this.#marks.get(tenant);
  }

  /** Calls back after each mark of a tenant. */
  onMark(listener: (tenant: TenantName) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves once every mark is known that there was at the time of the call. */
  async refreshed(): Promise<void> {
    const last = await this.#options.broker.admin.lastMessageId(TOPIC);
    while (!this.#closed && last !== undefined && !this.#hasRead(last)) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  #hasRead(id: MessageId): boolean {
    return this.#position !== undefined && compareMessageIds(this.#position, id) >= 0;
  }

  async #follow(): Promise<void> {
    const { broker, clock, log } = this.#options;
    let complained = false;
    while (!this.#closed) {
      try {
        this.#reader = await broker.createReader({
          topic: TOPIC,
          from: this.#position === undefined ? 'Earliest' : { after: this.#position },
        });
        for (complained = false; !this.#isClosed();) {
          const { id, payload } = await this.#reader.next();
          this.#take(id, JSON.parse(payload.toString('utf8')) as GrowthMark);
        }
      } catch (error) {
        if (!this.#isClosed() && !complained) {
          log.warn({ err: error }, 'marks of growing tenants cannot be heard: trying until they can');
        }
        complained = true;
      }
      await this.#reader?.close().catch(() => undefined);
      if (!this.#isClosed()) await Promise.race([sleep(clock, PAUSE_MS), this.#stopping]);
    }
  }

  #take(id: MessageId, mark: GrowthMark): void {
    if (this.#hasRead(id)) return;
    this.#position = id;
    this.#marks = new Map([...this.#marks, [mark.tenant, mark]]);
    for (const resolve of this.#waiters.splice(0)) resolve();
    for (const listener of this.#listeners) listener(mark.tenant);
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isClosed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    for (const resolve of this.#waiters.splice(0)) resolve();
    await this.#reader?.close().catch(() => undefined);
    await this.#following;
  }
}

/** The one that may set marks: a second one is refused with `growth-under-way` while it is open. */
export class MarkWriter {
  readonly #producer: Producer;

  private constructor(producer: Producer) {
    this.#producer = producer;
  }

  static async open(broker: Broker): Promise<MarkWriter> {
    await createTopic(broker);
    try {
      return new MarkWriter(await broker.createProducer({ topic: TOPIC, name: 'growth', accessMode: 'Exclusive' }));
    } catch (cause) {
      if (!(cause instanceof BrokerError) || cause.code !== 'producer-busy') throw cause;
      throw new GrowthError('growth-under-way', 'another command is growing a tenant: wait until it has ended', {
        cause,
      });
    }
  }

  /** Resolves once it is durable. */
  async set(mark: GrowthMark): Promise<void> {
    await this.#producer.send({ payload: Buffer.from(JSON.stringify(mark)) });
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** Nothing of it is ever deleted: a mark stands for as long as it is the newest. */
async function createTopic({ admin }: Broker): Promise<void> {
  await admin.createTenant(INSTALLATION.tenant);
  await admin.createNamespace(INSTALLATION.tenant, GROWTH_NAMESPACE, { timeMinutes: -1, sizeMb: -1 });
  await admin.createPartitionedTopic(GROWTH_TOPIC, 1);
  await admin.createSubscription(TOPIC, KEEP_SUBSCRIPTION, 'Earliest');
}
