import type { MachineHash, TenantName } from '../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import { MACHINE_FORMAT, type Machine } from '../../dsl/machine/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { BrokerError } from '../broker/errors.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, Message, Reader } from '../broker/port.ts';
import { sleep, systemClock, type Clock } from '../clock.ts';

/** Waits between attempts to read on; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 15_000;

/** On the topic: a machine, or that one which is there already is in force again. */
type Publication = Machine | { readonly activate: MachineHash };

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
 * connection. A machine is keyed by its content hash and never changes; the one published last under a name is the
 * active one. The topic is never shortened: a conversation may need any version for months, and it grows only by what
 * people publish.
 */
export class MachineTable {
  readonly #options: MachineTableOptions;
  /** By hash, in the order of publication: publishing one again makes it the newest. */
  readonly #machines = new Map<MachineHash, Machine>();
  readonly #waiting = new Map<MachineHash, (() => void)[]>();
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #reader: Reader | undefined;
  #position: MessageId | undefined;
  #current: Machines = machinesOf([]);
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

  /** False while the broker is away: machines may be missing. */
  get isUpToDate(): boolean {
    return this.#isUpToDate;
  }

  /** Resolves once the machine is here; undefined where it is already. */
  ready(hash: MachineHash): Promise<void> | undefined {
    if (this.#machines.has(hash)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.set(hash, [...(this.#waiting.get(hash) ?? []), resolve]);
    });
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
  #add({ id, payload }: Message): void {
    this.#position = id;
    try {
      const published = JSON.parse(payload.toString('utf8')) as Publication;
      const machine = 'activate' in published ? this.#machines.get(published.activate) : published;
      if (!machine) return;
      // One of an older version: nothing runs on it any more.
      const { format }: { readonly format: number } = machine;
      if (format !== MACHINE_FORMAT) throw new TypeError(`a machine of format ${format.toString()}`);
      machinesOf([machine]);
      this.#machines.delete(machine.hash);
      this.#machines.set(machine.hash, machine);
    } catch (error) {
      const { tenant, log } = this.#options;
      log.error({ tenant, position: id, err: error }, 'not a machine: passed over');
    }
  }

  #refresh(): void {
    this.#current = machinesOf([...this.#machines.values()]);
    for (const [hash, resolves] of this.#waiting) {
      if (!this.#machines.has(hash)) continue;
      this.#waiting.delete(hash);
      for (const resolve of resolves) resolve();
    }
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
  }
}

/** Publishes what is not yet the active version of its definition; returns what was published. */
export async function publishMachines(
  broker: Broker,
  tenant: TenantName,
  machines: readonly Machine[],
  known: Machines,
): Promise<readonly Machine[]> {
  const active = new Map(known.active().map(({ name, hash }) => [name, hash]));
  const news = machines.filter(({ name, hash }) => active.get(name) !== hash);
  if (news.length === 0) return [];
  const producer = await broker.createProducer({ topic: machinesTopic(tenant) });
  try {
    for (const machine of news) {
      const { hash } = machine;
      // Short where the version is there already: workers of two versions that restart in turn must not fill the topic.
      const publication: Publication = known.byHash(hash) ? { activate: hash } : machine;
      await producer.send({ key: hash, payload: Buffer.from(JSON.stringify(publication), 'utf8') });
    }
  } finally {
    await producer.close();
  }
  return news;
}

function machinesTopic(tenant: TenantName): string {
  return partitionTopic(engineTopic(tenant, 'machines'), 0);
}
