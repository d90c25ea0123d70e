/** Between processes and the broker: requests and answers travel when the scheduler says, in order on each connection. */
import { BrokerError } from '../../runtime/broker/errors.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { errorOf } from './error-of.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** How long the broker takes at most to notice that a connection is gone. */
const NOTICE_MS = 3_000;

/** One thing after another, each when the scheduler says. */
export class Pipe {
  readonly #scheduler: Scheduler;
  readonly #waiting: Task[] = [];
  #busy = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  push(task: Task): void {
    this.#waiting.push(task);
    if (!this.#busy) this.#goOn();
  }

  #goOn(): void {
    const task = this.#waiting.shift();
    this.#busy = task !== undefined;
    if (!task) return;
    const run = (): void => {
      task.run();
      this.#goOn();
    };
    this.#scheduler.travel({ ...task, run });
  }
}

export interface Closable {
  close(): Promise<void>;
}

/** From one process to the broker, until one of them or the network between them fails. */
export class Connection {
  readonly process: Process;
  readonly network: Network;
  /** What the broker holds open for it. */
  readonly #held = new Set<Closable>();
  #isGone = false;
  /** What ended it. */
  failure: BrokerError | undefined;
  readonly #pending = new Set<(error: BrokerError) => void>();
  /** Requests that are under way when it breaks and still get there. */
  #stragglers = 0;

  constructor(process: Process, network: Network) {
    this.process = process;
    this.network = network;
    process.onDeath(() => {
      this.cut(new BrokerError('broker-disconnected', 'the process was killed'));
    });
  }

  cut(failure: BrokerError): void {
    if (this.failure) return;
    this.failure = failure;
    const { random, scheduler } = this.network;
    this.#stragglers = random.below(4) * random.below(4);
    for (const reject of this.#pending) {
      this.process.task('cut', () => {
        reject(failure);
      });
    }
    this.#pending.clear();
    const close = (): void => {
      this.#stragglers = 0;
      this.#isGone = true;
      for (const one of this.#held) one.close().catch(() => undefined);
      this.#held.clear();
    };
    scheduler.after(random.below(NOTICE_MS), { owner: undefined, label: 'connection noticed gone', run: close });
  }

  /** Until it is released, or the broker notices that the connection is gone. */
  hold(one: Closable): void {
    if (this.#isGone) one.close().catch(() => undefined);
    else this.#held.add(one);
  }

  release(one: Closable): void {
    this.#held.delete(one);
  }

  /** A request, and its answer. `ask` is called when it has reached the broker. */
  call<Answer>(
    label: string,
    ask: (broker: Broker) => Promise<Answer>,
    requests?: Pipe,
    answers?: Pipe,
  ): Promise<Answer> {
    if (this.failure) return this.#refused(this.failure);
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const answer = (settle: () => void): void => {
        const run = (): void => {
          if (this.#pending.delete(reject)) settle();
        };
        const task = { owner: this.process, label: `${label} answered`, run };
        if (answers) answers.push(task);
        else if (!this.process.isDead) this.network.scheduler.travel(task);
      };
      const run = (): void => {
        if (!this.#gets()) return;
        const { broker } = this.network;
        const asked = broker
          ? ask(broker)
          : Promise.reject(new BrokerError('broker-unreachable', 'the broker is down'));
        asked.then(
          (value) => {
            answer(() => {
              resolve(value);
            });
          },
          (error: unknown) => {
            answer(() => {
              reject(errorOf(error));
            });
          },
        );
      };
      const task = { owner: undefined, label, run };
      if (requests) requests.push(task);
      else this.network.scheduler.travel(task);
    });
  }

  /** What the broker sends by itself: no request need travel for it. */
  wait<Item>(label: string, next: () => Promise<Item>): Promise<Item> {
    if (this.failure) return this.#refused(this.failure);
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const arrive = (settle: () => void): void => {
        this.process.task(label, () => {
          if (this.#pending.delete(reject)) settle();
        });
      };
      next().then(
        (item) => {
          arrive(() => {
            resolve(item);
          });
        },
        (error: unknown) => {
          arrive(() => {
            reject(errorOf(error));
          });
        },
      );
    });
  }

  #gets(): boolean {
    if (!this.failure) return true;
    this.#stragglers -= 1;
    return this.#stragglers >= 0;
  }

  #refused(failure: BrokerError): Promise<never> {
    return new Promise((_, reject) => {
      this.process.task('refused', () => {
        reject(failure);
      });
    });
  }
}

/** All connections to the broker there is at the time, if there is one. */
export class Network {
  readonly scheduler: Scheduler;
  readonly random: Random;
  broker: Broker | undefined;
  /** Names that only one connection at a time may produce under, where the broker does not fence. */
  readonly locks: Map<string, Connection> = new Map();
  /** When each message was known to be durable, by topic and id: as clocks showed it. */
  readonly durableAtMs: Map<string, number> = new Map();
  /** Likewise, by which life of a process it was sent. */
  readonly authors: Map<string, number> = new Map();
  #lives = 0;
  readonly #connections = new Set<Connection>();
  readonly #unreachable = new Set<string>();

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  /** A number for the life of a process. */
  newLife(): number {
    this.#lives += 1;
    return this.#lives;
  }

  connect(process: Process): Connection {
    const connection = new Connection(process, this);
    if (this.#unreachable.has(process.name)) connection.failure = unreachable(process);
    else this.#connections.add(connection);
    return connection;
  }

  /** Breaks the connections of a process, or all. */
  cut(name?: string): void {
    for (const connection of this.#connections) {
      if (name !== undefined && connection.process.name !== name) continue;
      this.#connections.delete(connection);
      connection.cut(new BrokerError('broker-disconnected', 'the connection broke'));
    }
  }

  /** While it is, a process cannot open connections. */
  setReachable(name: string, isReachable: boolean): void {
    if (isReachable) this.#unreachable.delete(name);
    else this.#unreachable.add(name);
  }
}

function unreachable(process: Process): BrokerError {
  return new BrokerError('broker-unreachable', `${process.name} does not reach the broker`);
}
