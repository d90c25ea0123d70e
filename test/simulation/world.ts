import type { Broker } from '../../runtime/broker/port.ts';
import type { Log } from '../../runtime/log.ts';
import { Outside } from './carrier.ts';
import { ClickHouse } from './clickhouse.ts';
import { disks } from './disks.ts';
import { foundedDisk, START_MS } from './founding.ts';
import type { Home, Program } from './home.ts';
import { hub } from './hub.ts';
import type { Instances } from './instances.ts';
import { Link } from './link.ts';
import { errandsOf, type Errand } from './errands.ts';
import { loadOf, type Incoming } from './load.ts';
import { travelsOf } from './travels.ts';
import { reseed } from './look-alikes/chance.ts';
import { Network } from './network.ts';
import { Process, type Reaper } from './process.ts';
import { connectors } from './programs/connectors.ts';
import { gateway } from './programs/gateway.ts';
import { operator } from './programs/operator.ts';
import { sink } from './programs/sink.ts';
import { worker } from './programs/worker.ts';
import { Random } from './random.ts';
import { Reception } from './reception.ts';
import { Scheduler } from './scheduler.ts';
import type { Shape } from './shape.ts';

/** How long a supervisor waits before it starts a process that ended. */
const RESTART_MS = 400;

const PROGRAMS: Readonly<Record<string, Program>> = { connectors, store: sink, gateway, operator };

/** Everything that there is outside the scheduler, which alone decides what happens next. */
export class World {
  readonly seed: number;
  readonly shape: Shape;
  readonly instances: Instances;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly clickhouse: ClickHouse = new ClickHouse();
  readonly outside: Outside = new Outside();
  readonly load: readonly Incoming[];
  /** At the gateway. */
  readonly incoming: Reception<Incoming>;
  readonly plannedErrands: readonly Errand[];
  /** At the operator's edge. */
  readonly errands: Reception<Errand>;
  readonly lines: string[] = [];
  /** Then nobody can say what was published before what. */
  clockWentBack = false;
  /** In this step. */
  someoneDied = false;
  readonly running: Map<string, Home> = new Map();
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
    this.incoming = new Reception(this.scheduler);
    this.errands = new Reception(this.scheduler);
    const { loadMs: durationMs, isPoisonous, growsTo } = shape;
    this.load = [
      ...loadOf({ random: new Random(seed, 'load'), durationMs, busyMs, isPoisonous }),
      ...travelsOf({ random: new Random(seed, 'travels'), durationMs }),
    ];
    this.plannedErrands = shape.processes.includes('operator')
      ? errandsOf({ random: new Random(seed, 'errands'), durationMs, growsTo })
      : [];
    this.scheduler.onStep = () => {
      this.someoneDied = false;
    };
    reseed(seed);
    hub.processes.clear();
  }

  async begin(): Promise<void> {
    disks.restore(await foundedDisk(this.instances, this.shape.partitions));
    await this.startBroker();
    for (const name of this.shape.processes) {
      this.supervised.add(name);
      this.start(name);
    }
    for (const incoming of this.load) {
      this.after(incoming.atMs, `in ${incoming.id}`, () => {
        this.incoming.bring(incoming);
      });
    }
    for (const errand of this.plannedErrands) {
      this.after(errand.atMs, errand.what, () => {
        this.say('operator', `is asked to: ${errand.what}`);
        this.errands.bring(errand);
      });
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

  /** Something that no process does. */
  after(delayMs: number, label: string, run: () => void): void {
    this.scheduler.after(delayMs, { owner: undefined, label, run });
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
    const link = new Link(this.network, process, this.shape);
    const folder = `/${name}/${this.#disksReplaced.get(name) ?? 0}`;
    const stop = (): Promise<void> => Promise.resolve();
    const home: Home = { name, world: this, process, link, folder, log: this.#logOf(name), stop };
    this.running.set(name, home);
    process.onDeath(() => {
      this.someoneDied = true;
      this.say(name, 'ended');
      disks.crash(`/${name}/`, this.#random, this.#random.chance(0.3));
      this.running.delete(name);
      if (this.supervised.has(name)) this.#startLater(name);
    });
    const program = PROGRAMS[name] ?? worker;
    process.task('start', () => {
      program(home).catch((error: unknown) => {
        this.say(name, `did not start: ${String(error)}`);
        process.kill();
      });
    });
  }

  #startLater(name: string): void {
    this.after(RESTART_MS, `restart ${name}`, () => {
      if (!this.running.has(name) && this.supervised.has(name)) this.start(name);
    });
  }

  /** The next start of a worker finds an empty disk. */
  replaceDisk(name: string): void {
    this.#disksReplaced.set(name, (this.#disksReplaced.get(name) ?? 0) + 1);
  }

  say(name: string, line: string): void {
    this.lines.push(`${(this.elapsedMs / 1000).toFixed(3)} ${name}: ${line}`);
  }

  newId(): string {
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
