import type { Clock } from '../../runtime/clock.ts';
import { hub, never, type Site } from './hub.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** Whether a process dies at an await, and when: before what it waits for, or right after. */
export type Death = 'before' | 'after';

/** Asked at each await of each process. */
export type Reaper = (process: Process, site: Site) => Death | undefined;

/** One life of an operating system process: killed or ended it does nothing more; its successor is another. */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #reaper: Reaper;
  readonly #onDeath: (() => void)[] = [];
  #held: Task[] = [];
  #paused = false;
  #dead = false;

  constructor(name: string, scheduler: Scheduler, reaper: Reaper) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#reaper = reaper;
    this.clock = {
      now: () => scheduler.now(),
      after: (delayMs, callback) => scheduler.after(delayMs, { owner: this, label: 'timer', run: callback }),
    };
    hub.processes.set(name, this);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Something that it does once the scheduler lets it. */
  task(label: string, run: () => void): void {
    if (!this.#dead) this.#scheduler.add({ owner: this, label, run });
  }

  /** Takes care of a task that came up while it is paused. */
  hold(task: Task): void {
    this.#held.push(task);
  }

  /** As SIGSTOP: whatever comes meanwhile waits. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const task of this.#held) if (!this.#dead) this.#scheduler.add(task);
    this.#held = [];
  }

  /** At once where it is dead already: its code still ends the turn in which it was killed. */
  onDeath(callback: () => void): void {
    if (this.#dead) callback();
    else this.#onDeath.push(callback);
  }

  /** As SIGKILL. What its code would still do in this turn goes nowhere: all that it reaches the world by is dead too. */
  kill(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#held = [];
    if (hub.processes.get(this.name) === this) hub.processes.delete(this.name);
    for (const callback of this.#onDeath) callback();
  }

  /**
   * An await. Nothing but a death changes what is awaited: within a process JavaScript itself settles what goes on first,
   * and code may rely on it. The scheduler decides when what comes from outside arrives.
   */
  at(site: Site, awaited: unknown): unknown {
    const death = this.#reaper(this, site);
    if (death === undefined) return awaited;
    if (death === 'before') {
      this.kill();
      return never(awaited);
    }
    const die = (): Promise<never> => {
      this.kill();
      return new Promise<never>(() => undefined);
    };
    return Promise.resolve(awaited).then(die, die);
  }
}
