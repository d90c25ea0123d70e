import type { MachineHash, TenantName } from '../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { Machine } from '../../dsl/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, Reader } from '../broker/port.ts';

function machinesTopic(tenant: TenantName): string {
  return partitionTopic(engineTopic(tenant, 'machines'), 0);
}

/**
 * A tenant's machines, read as a table from their compacted topic and kept up to date. A machine is keyed by its content
 * hash and never changes; the one published last under a name is the active one.
 */
export class MachineTable {
  readonly #reader: Reader;
  /** By hash, in the order of publication: publishing one again makes it the newest. */
  readonly #machines = new Map<MachineHash, Machine>();
  readonly #waiting = new Map<MachineHash, (() => void)[]>();
  #current: Machines = machinesOf([]);
  /** Resolves with what ended the reading; undefined after `close`. */
  readonly ended: Promise<Error | undefined>;
  #closed = false;

  private constructor(reader: Reader, last: MessageId | undefined, loaded: () => void) {
    this.#reader = reader;
    if (last === undefined) loaded();
    this.ended = this.#run(last, loaded).catch((error: unknown) => {
      loaded();
      if (this.#closed) return undefined;
      return error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Resolves once everything published so far is in the table. */
  static async open(broker: Broker, tenant: TenantName): Promise<MachineTable> {
    const topic = machinesTopic(tenant);
    const last = await broker.admin.lastMessageId(topic);
    const reader = await broker.createReader({
      topic,
      from: 'Earliest',
      ...(broker.capabilities.compaction ? { readCompacted: true } : {}),
    });
    return new Promise((resolve) => {
      const table: MachineTable = new MachineTable(reader, last, () => {
        // The constructor may call this before it returns.
        queueMicrotask(() => {
          resolve(table);
        });
      });
    });
  }

  /** A new object whenever a machine was added. */
  get current(): Machines {
    return this.#current;
  }

  /** Resolves once the machine is here; undefined where it is already. */
  ready(hash: MachineHash): Promise<void> | undefined {
    if (this.#machines.has(hash)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.set(hash, [...(this.#waiting.get(hash) ?? []), resolve]);
    });
  }

  async #run(last: MessageId | undefined, loaded: () => void): Promise<undefined> {
    for (let isLoaded = last === undefined; ;) {
      const message = await this.#reader.next();
      this.#add(JSON.parse(message.payload.toString('utf8')) as Machine);
      if (isLoaded) this.#refresh();
      else if (message.id === last) {
        isLoaded = true;
        this.#refresh();
        loaded();
      }
    }
  }

  #add(machine: Machine): void {
    this.#machines.delete(machine.hash);
    this.#machines.set(machine.hash, machine);
  }

  #refresh(): void {
    this.#current = machinesOf([...this.#machines.values()]);
    for (const [hash, resolves] of this.#waiting) {
      if (!this.#machines.has(hash)) continue;
      this.#waiting.delete(hash);
      for (const resolve of resolves) resolve();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader.close();
    await this.ended;
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
      await producer.send({ key: machine.hash, payload: Buffer.from(JSON.stringify(machine), 'utf8') });
    }
  } finally {
    await producer.close();
  }
  return news;
}
