import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { systemClock, type Clock } from '../../../runtime/clock.ts';
import { sendPublications } from '../../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../../runtime/definitions/published.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { NapTable } from '../../../runtime/engine/nap-table.ts';
import type { Rest } from '../../../runtime/engine/owned-partition.ts';
import { Turns } from '../../../runtime/engine/turns.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { benchMachine } from '../definition.ts';
import { logInto } from '../scene.ts';

const READY_BUDGET_MS = 600_000;

/** One process's broker and the engines of the tenants that it works for. */
export class BenchWorker {
  readonly broker: Broker;
  readonly warnings: string[] = [];
  readonly clock: Clock;
  readonly #folder: string;
  readonly #turns = new Turns();
  readonly #engines = new Map<TenantName, Engine>();
  readonly #naps: NapTable;
  readonly #rest: Rest | undefined;

  private constructor(folder: string, clock: Clock, broker: Broker, restAfterMs: number | undefined) {
    this.#folder = folder;
    this.#naps = new NapTable(join(folder, 'naps'));
    this.#rest = restAfterMs === undefined ? undefined : { afterMs: restAfterMs, naps: this.#naps };
    this.clock = clock;
    this.broker = broker;
  }

  /** `restAfterMs`: after so long without anything to do partitions are closed; default: never. */
  static async open(folder: string, clock: Clock = systemClock, restAfterMs?: number): Promise<BenchWorker> {
    const broker = await createEmbeddedBroker({ folder: join(folder, 'broker'), clock });
    return new BenchWorker(folder, clock, broker, restAfterMs);
  }

  /** Partitions of all tenants that nothing is kept open for. */
  get asleep(): number {
    return [...this.#engines.values()].reduce((sum, { asleep }) => sum + asleep, 0);
  }

  get stateFolder(): string {
    return join(this.#folder, 'state');
  }

  /** Where the states of a tenant's partitions are kept. */
  partitionFolders(tenant: TenantName, partitions: number): readonly string[] {
    return Array.from({ length: partitions }, (_, at) => join(this.stateFolder, tenant, `contacts-${at.toString()}`));
  }

  async createTenant(tenant: TenantName, partitions: number, machine: Machine = benchMachine()): Promise<void> {
    await createTenant(this.broker.admin, tenant, partitions);
    const publications = publicationsOf(machine, new PublishedDefinitions(), 'command');
    await sendPublications(this.broker, tenant, publications);
  }

  /** Without waiting until it is ready. */
  async startEngine(tenant: TenantName, partitions: number): Promise<Engine> {
    const engine = await Engine.start({
      ...{ broker: this.broker, tenant, partitions, log: logInto(this.warnings), step, route },
      turns: this.#turns,
      codec: PLAIN_CODEC,
      clock: this.clock,
      stateFolder: this.stateFolder,
      worker: 'bench',
      newId: randomUUID,
      rest: this.#rest,
    });
    this.#engines.set(tenant, engine);
    return engine;
  }

  async openEngine(tenant: TenantName, partitions: number): Promise<Engine> {
    const engine = await this.startEngine(tenant, partitions);
    await this.ready(engine);
    return engine;
  }

  async ready(engine: Engine): Promise<void> {
    const deadline = Date.now() + READY_BUDGET_MS;
    while (!engine.isReady) {
      if (Date.now() > deadline) throw new Error(`the engine was not ready in time: ${this.warnings.join('; ')}`);
      await sleep(5);
    }
  }

  async closeEngine(tenant: TenantName): Promise<void> {
    await this.#engines.get(tenant)?.close();
    this.#engines.delete(tenant);
  }

  async close(): Promise<void> {
    for (const tenant of [...this.#engines.keys()]) await this.closeEngine(tenant);
    await this.#naps.close();
    await this.broker.close();
  }
}
