import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import type { Log } from '../../runtime/log.ts';
import { CARRIER, carrierConnector, Outside, shopConnector } from './carrier.ts';
import { reseed } from './chance.ts';
import { ClickHouse } from './clickhouse.ts';
import { disks } from './disk.ts';
import { foundedDisk, START_MS, TENANT } from './founding.ts';
import { hub } from './hub.ts';
import type { Instances } from './instances.ts';
import { Link } from './link.ts';
import { loadOf, type Incoming } from './load.ts';
import { Network } from './network.ts';
import { Connection as PeerConnection } from './peer.ts';
import { Process, type Reaper } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';

/** How long a supervisor waits before it starts a process that ended. */
const RESTART_MS = 400;

/** Few, so that there are checkpoints. */
const CHECKPOINT_RECORDS = 12;
/** As few as come between two inputs. */
const PASSED_OVER_MAX = 3;

/** Before a gateway tries again what it got no word of. */
const RETRY_MS = 700;

export const RIVALS = ['w2'] as const;
export const WORKERS: readonly string[] = ['w1', ...RIVALS];
export const SERVICES = ['connectors', 'store', 'gateway'] as const;

export interface Shape {
  readonly partitions: number;
  readonly isFencing: boolean;
  /** Workers share the partitions; otherwise each takes all of them that it can get. */
  readonly isShared: boolean;
  readonly loadMs: number;
  /** After so long without anything to do, a loop is closed; undefined: never. */
  readonly restAfterMs: number | undefined;
}

/** A process with what it runs. */
interface Running {
  readonly process: Process;
  readonly link: Link;
  /** Lets it finish, as SIGTERM. */
  stop: () => Promise<void>;
}

export class World {
  readonly seed: number;
  readonly shape: Shape;
  readonly instances: Instances;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly clickhouse: ClickHouse = new ClickHouse();
  readonly outside: Outside = new Outside();
  readonly load: readonly Incoming[];
  /** Ids of what was accepted: its publication was confirmed. */
  readonly accepted: Set<string> = new Set();
  readonly lines: string[] = [];
  /** Then nobody can say what was published before what. */
  clockWentBack = false;
  /** In this step. */
  someoneDied = false;
  readonly running: Map<string, Running> = new Map();
  /** Asked at each await. */
  reaper: Reaper = () => undefined;
  /** Whose processes are started again when they end. */
  readonly supervised: Set<string> = new Set();
  readonly #random: Random;
  /** Of each node, how often its disk was replaced. */
  readonly #disksReplaced = new Map<string, number>();
  #ids = 0;

  /** `busyMs`: moments at which more comes in than otherwise. */
  constructor(seed: number, shape: Shape, instances: Instances, busyMs: readonly number[]) {
    this.seed = seed;
    this.shape = shape;
    this.instances = instances;
    this.#random = new Random(seed, 'world');
    this.scheduler = new Scheduler(new Random(seed, 'schedule'), START_MS);
    this.network = new Network(this.scheduler, new Random(seed, 'network'));
    this.load = loadOf(new Random(seed, 'load'), shape.loadMs, busyMs);
    this.scheduler.onStep = () => {
      this.someoneDied = false;
    };
    reseed(seed);
    hub.processes.clear();
  }

  async begin(): Promise<void> {
    disks.restore(await foundedDisk(this.instances, this.shape.partitions));
    await this.startBroker();
    for (const name of ['w1', ...SERVICES]) {
      this.supervised.add(name);
      this.start(name);
    }
    for (const incoming of this.load) {
      const accept = (): void => {
        this.#send(incoming);
      };
      this.scheduler.after(incoming.atMs, { owner: undefined, label: `in ${incoming.event.id}`, run: accept });
    }
  }

  /** Ms since the world began. */
  get elapsedMs(): number {
    return this.scheduler.passedMs - START_MS;
  }

  /** Runs until so long after the beginning. */
  async runUntil(elapsedMs: number): Promise<void> {
    await this.scheduler.run(() => this.elapsedMs >= elapsedMs);
  }

  async startBroker(): Promise<Broker> {
    const { createEmbeddedBroker } = this.instances.broker;
    const process = new Process('broker', this.scheduler, () => undefined);
    const broker = await createEmbeddedBroker({ folder: '/broker', clock: process.clock });
    this.network.broker = broker;
    return broker;
  }

  crashBroker(): void {
    hub.processes.get('broker')?.kill();
    disks.crash('/broker', this.#random, true);
    this.network.broker = undefined;
    this.network.locks.clear();
    this.network.cut();
  }

  /** Starts a process by its name; where it can not start, a supervisor tries again. */
  start(name: string): void {
    const process = new Process(name, this.scheduler, (...at) => this.reaper(...at));
    const link = new Link(this.network, process, this.shape.isFencing);
    const running: Running = { process, link, stop: () => Promise.resolve() };
    this.running.set(name, running);
    process.onDeath(() => {
      this.someoneDied = true;
      this.say(name, 'ended');
      disks.crash(`/${name}/`, this.#random, this.#random.chance(0.3));
      this.running.delete(name);
      if (this.supervised.has(name)) this.#startLater(name);
    });
    const parts = this.#partsOf(name, running);
    process.task('start', () => {
      parts().catch((error: unknown) => {
        this.say(name, `did not start: ${String(error)}`);
        process.kill();
      });
    });
  }

  #startLater(name: string): void {
    const run = (): void => {
      if (!this.running.has(name) && this.supervised.has(name)) this.start(name);
    };
    this.scheduler.after(RESTART_MS, { owner: undefined, label: `restart ${name}`, run });
  }

  /** The next start of a worker finds an empty disk. */
  replaceDisk(name: string): void {
    this.#disksReplaced.set(name, (this.#disksReplaced.get(name) ?? 0) + 1);
  }

  say(name: string, line: string): void {
    this.lines.push(`${(this.elapsedMs / 1000).toFixed(3)} ${name}: ${line}`);
  }

  /** What a process does when it begins. */
  #partsOf(name: string, running: Running): () => Promise<void> {
    if (name === 'connectors') return this.#connectorsOn(name, running);
    if (name === 'store') return this.#sinkOn(name, running);
    if (name === 'gateway') return this.#gatewayOn(name, running);
    return this.#engineOn(name, running);
  }

  #engineOn(name: string, running: Running): () => Promise<void> {
    const modules = this.instances.workers.get(name);
    if (!modules) throw new Error(`there is no worker "${name}"`);
    const { Engine, Membership, NapTable } = modules;
    const { process, link } = running;
    const { clock } = process;
    const { partitions, isShared, restAfterMs } = this.shape;
    const disk = `/${name}/${this.#disksReplaced.get(name) ?? 0}`;
    const stateFolder = `${disk}/state`;
    const log = this.#logOf(name);
    return async () => {
      const self = { name, incarnation: this.#newId() };
      const workers = isShared ? new Membership({ broker: link, clock, log, self }) : undefined;
      const rest = restAfterMs === undefined ? undefined : { afterMs: restAfterMs, naps: new NapTable(`${disk}/naps`) };
      const engine = await Engine.start({
        rest,
        ...{ broker: link, tenant: TENANT, partitions, codec: PLAIN_CODEC, clock, log, step, route, stateFolder },
        ...{
          worker: name,
          newId: () => this.#newId(),
          checkpointRecords: CHECKPOINT_RECORDS,
          passedOverMax: PASSED_OVER_MAX,
          ...(workers && { workers }),
        },
      });
      running.stop = async () => {
        workers?.leave();
        await engine.close();
        await workers?.close();
      };
    };
  }

  #sinkOn(name: string, running: Running): () => Promise<void> {
    const { Sink } = this.instances.store;
    const { process, link } = running;
    const store = this.clickhouse.seenBy(new PeerConnection(process, this.scheduler));
    return () => {
      const limits = { rows: 30, lingerMs: 150 };
      const sink = new Sink({
        broker: link,
        store,
        tenant: TENANT,
        log: this.#logOf(name),
        clock: process.clock,
        limits,
      });
      running.stop = () => sink.stop();
      return Promise.resolve();
    };
  }

  #connectorsOn(name: string, running: Running): () => Promise<void> {
    const { createConnectors, createPublisher, createDeadLetters } = this.instances.connectors;
    const { process, link } = running;
    const outside = new PeerConnection(process, this.scheduler);
    const clock = { now: () => process.clock.now(), newId: () => this.#newId() };
    const { partitions } = this.shape;
    return async () => {
      const operations = createPublisher(link, TENANT, partitions, { source: '/operations', ...clock });
      const connectors = createConnectors(
        {
          ...{
            broker: link,
            tenant: TENANT,
            partitions,
            folder: `/${name}/disk`,
            clock: process.clock,
            log: this.#logOf(name),
          },
          createPublisher: (source, statements) =>
            createPublisher(link, TENANT, partitions, { source, statements, ...clock }),
          deadLetter: createDeadLetters(link, TENANT, operations).put,
        },
        {
          [CARRIER]: (host) => carrierConnector(host, this.outside, outside),
          shop: (host) => shopConnector(host, this.outside, outside),
        },
      );
      await connectors.start();
      running.stop = () => connectors.stop();
    };
  }

  #gatewayOn(name: string, running: Running): () => Promise<void> {
    const { createPublisher } = this.instances.gateway;
    const { process, link } = running;
    return () => {
      const publisher = createPublisher(link, TENANT, this.shape.partitions, {
        ...{ source: '/gateway', now: () => process.clock.now(), newId: () => this.#newId() },
      });
      const underWay = new Set<Incoming>();
      const sendLater = (incoming: Incoming): void => {
        underWay.delete(incoming);
        this.#sendLater(incoming);
      };
      this.#publish = (incoming) => {
        underWay.add(incoming);
        publisher.publish(incoming.channel, incoming.event).then(
          () => {
            underWay.delete(incoming);
            this.accepted.add(incoming.event.id);
          },
          () => {
            sendLater(incoming);
          },
        );
      };
      process.onDeath(() => {
        this.#publish = undefined;
        for (const incoming of underWay) sendLater(incoming);
      });
      running.stop = () => publisher.close();
      return Promise.resolve();
    };
  }

  #publish: ((incoming: Incoming) => void) | undefined;

  /** Whoever gets no word tries again. */
  #send(incoming: Incoming): void {
    if (this.accepted.has(incoming.event.id)) return;
    if (this.#publish) this.#publish(incoming);
    else this.#sendLater(incoming);
  }

  #sendLater(incoming: Incoming): void {
    const run = (): void => {
      this.#send(incoming);
    };
    this.scheduler.after(RETRY_MS, { owner: undefined, label: 'retry', run });
  }

  #newId(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  #logOf(name: string): Log {
    const say = (fields: object, message: string): void => {
      const { err, loop } = fields as { readonly err?: unknown; readonly loop?: string };
      this.say(name, [message, loop, err instanceof Error ? `${err.name}: ${err.message}` : undefined].join(' '));
    };
    const log: Log = { debug: () => undefined, info: say, warn: say, error: say, child: () => log };
    return log;
  }
}
