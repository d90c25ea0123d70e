import type { MachineHash, TenantName } from '../../channels/brands.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { BrokerError } from '../broker/errors.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Broker, Message, Reader } from '../broker/port.ts';
import { sleep, systemClock, type Clock } from '../clock.ts';
import { decodePublication, machinesTopic } from '../definitions/publication.ts';
import { PublishedDefinitions } from '../definitions/published.ts';

/** Waits between attempts to read on; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 15_000;

export interface MachineTableLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const SILENT: MachineTableLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface MachineTableOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly clock: Clock;
  readonly log: MachineTableLog;
}

/**
 * A tenant's machines, read as a table from the beginning of their topic and kept up to date, also over a lost
 * connection. The topic is never shortened: a conversation may need any version for months, and it grows only by what
 * people publish.
 */
export class MachineTable {
  readonly #options: MachineTableOptions;
  /** What the topic says so far. */
  readonly definitions: PublishedDefinitions = new PublishedDefinitions();
  readonly #waiting = new Map<MachineHash, (() => void)[]>();
  #reached: { readonly position: MessageId; readonly resolve: () => void }[] = [];
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #reader: Reader | undefined;
  #position: MessageId | undefined;
  #current: Machines = this.definitions.machines();
  #currentPosition: MessageId | undefined;
  #isUpToDate = false;
  #closed = false;

  private constructor(options: MachineTableOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  /**
   * Resolves once everything published so far is in the table; rejects with BrokerError where the broker cannot be
   * reached now. `watch`: for a table that stays open, since it tells of lost connections.
   */
  static async open(
    broker: Broker,
    tenant: TenantName,
    watch: Pick<MachineTableOptions, 'clock' | 'log'> = { clock: systemClock, log: SILENT },
  ): Promise<MachineTable> {
    const table = new MachineTable({ broker, tenant, ...watch });
    const reader = await table.#readUp();
    table.#running = table.#run(reader);
    return table;
  }

  /** A new object whenever a machine was added. */
  get current(): Machines {
    return this.#current;
  }

  /** Up to which message `current` says what there is; undefined before the first. */
  get position(): MessageId | undefined {
    return this.#currentPosition;
  }

  /** False while the broker is away: machines may be missing. */
  get isUpToDate(): boolean {
    return this.#isUpToDate;
  }

  /** Resolves once the machine is here; undefined where it is already. */
  ready(hash: MachineHash): Promise<void> | undefined {
    if (this.definitions.has(hash)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.set(hash, [...(this.#waiting.get(hash) ?? []), resolve]);
    });
  }

  /** Resolves once what was published at `position` is here, or the table is closed. */
  reached(position: MessageId): Promise<void> {
    if (this.#closed || this.#hasReached(position)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#reached.push({ position, resolve });
    });
  }

  #hasReached(position: MessageId): boolean {
    return this.#position !== undefined && compareMessageIds(position, this.#position) <= 0;
  }

  async #run(first: Reader): Promise<void> {
    const { clock, log, tenant } = this.#options;
    let reader: Reader | undefined = first;
    let backoffMs = BACKOFF_FIRST_MS;
    for (;;) {
      try {
        reader ??= await this.#readUp();
        if (backoffMs > BACKOFF_FIRST_MS) log.info({ tenant }, 'the machines can be read again');
        backoffMs = BACKOFF_FIRST_MS;
        for (;;) {
          this.#add(await reader.next());
          this.#refresh();
        }
      } catch (error) {
        this.#isUpToDate = false;
        reader = undefined;
        await this.#closeReader();
        if (this.#closed) return;
        if (backoffMs === BACKOFF_FIRST_MS) {
          log.warn({ tenant, err: error }, 'the machines cannot be read: trying until they can');
        }
        await Promise.race([sleep(clock, backoffMs), this.#stopping]);
        if (this.#isClosed()) return;
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
      }
    }
  }

  /** Opens a reader, and reads what there is by now. */
  async #readUp(): Promise<Reader> {
    const { broker, tenant } = this.#options;
    const topic = machinesTopic(tenant);
    const last = await broker.admin.lastMessageId(topic);
    const from = this.#position === undefined ? 'Earliest' : { after: this.#position };
    const reader = await broker.createReader({ topic, from });
    this.#reader = reader;
    try {
      if (this.#closed) throw new BrokerError('broker-closed', `the machines of ${tenant} are not read any more`);
      while (last !== undefined && this.#position !== last) this.#add(await reader.next());
    } catch (error) {
      await this.#closeReader();
      throw error;
    }
    this.#refresh();
    this.#isUpToDate = true;
    return reader;
  }

  async #closeReader(): Promise<void> {
    await this.#reader?.close().catch(() => undefined);
    this.#reader = undefined;
  }

  /** What is no machine must not keep the others from being read. */
  #add(message: Message): void {
    // Delivered again after a lost connection: what it put in force may not be in force any more.
    if (this.#hasReached(message.id)) return;
    this.#position = message.id;
    try {
      for (const publication of decodePublication(message)) this.definitions.apply(publication, message.publishTimeMs);
    } catch (error) {
      const { tenant, log } = this.#options;
      log.error({ tenant, position: message.id, err: error }, 'not a machine: passed over');
    }
  }

  #refresh(): void {
    this.#current = this.definitions.machines();
    this.#currentPosition = this.#position;
    for (const [hash, resolves] of this.#waiting) {
      if (!this.definitions.has(hash)) continue;
      this.#waiting.delete(hash);
      for (const resolve of resolves) resolve();
    }
    this.#tellReached();
  }

  #tellReached(): void {
    const done = this.#reached.filter(({ position }) => this.#closed || this.#hasReached(position));
    this.#reached = this.#reached.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isClosed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#isUpToDate = false;
    this.#stop();
    await this.#closeReader();
    await this.#running;
    this.#tellReached();
  }
}
