import type { Millis } from '../../channels/brands.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';

/** Real, whatever code under test is given instead. */
const nextTurn = setImmediate;

/** How often time passes although something could go on: whoever waits for the clock then overtakes it. */
const HASTE = 0.004;

/** Of what is on its way between processes, how much takes a while: one of these, for a whole world; and how long at most. */
const SLOW = [0.02, 0.06, 0.2];
const SLOW_MS = 250;

/** A step that can be taken now. */
export interface Task {
  /** Whose it is; undefined: of the world between processes, which does not stop with any of them. */
  readonly owner: Process | undefined;
  readonly label: string;
  readonly run: () => void;
}

interface Timer extends Task {
  readonly due: number;
  readonly number: number;
}

/**
 * Decides everything that could go one way or another: which of the steps that can be taken is next, and when time
 * passes. After each step everything that follows from it without waiting is run to its end.
 */
export class Scheduler {
  /** Of all steps so far, in order: two runs with the same hash went the same way. */
  hash = 0x811c9dc5;
  steps = 0;
  /** Called before each step. */
  onStep: () => void = () => undefined;
  /** How much the wall clock is ahead of time that has passed. */
  wallAheadMs = 0;
  readonly #random: Random;
  readonly #slow: number;
  readonly #tasks: Task[] = [];
  /** Sorted by due time, the latest first. */
  readonly #timers: Timer[] = [];
  #passedMs: number;
  #timersSet = 0;
  #isOver = false;

  constructor(random: Random, startMs: number) {
    this.#random = random;
    this.#slow = random.pick(SLOW);
    this.#passedMs = startMs;
  }

  /** Time that has passed; never goes back. */
  get passedMs(): number {
    return this.#passedMs;
  }

  /** What clocks show. */
  now(): Millis {
    return (this.#passedMs + this.wallAheadMs) as Millis;
  }

  add(task: Task): void {
    if (this.#isOver) nextTurn(task.run);
    else this.#tasks.push(task);
  }

  /** Nothing more is decided: whoever looks at the world is not kept waiting. */
  end(): void {
    this.#isOver = true;
  }

  /** Something on its way between processes: there at once, or after a while. */
  travel(task: Task): void {
    if (this.#random.chance(this.#slow)) this.after(this.#random.between(1, SLOW_MS), task);
    else this.add(task);
  }

  /** Adds the task after a time; the returned function takes it back. */
  after(delayMs: number, task: Task): () => void {
    const timer: Timer = { ...task, due: this.#passedMs + Math.max(0, delayMs), number: this.#timersSet++ };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other && (other.due > timer.due || (other.due === timer.due && other.number > timer.number)))
        low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** Until `done`, or until nothing is left that could happen. */
  async run(done: () => boolean): Promise<void> {
    while (!done()) {
      const task = this.#next();
      if (!task) return;
      this.#note(task);
      this.onStep();
      task.run();
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
  }

  #next(): Task | undefined {
    for (;;) {
      const early = this.#tasks.length > 0 && this.#timers.length > 0 && this.#random.chance(HASTE);
      const task =
        early || this.#tasks.length === 0 ? this.#nextTimer() : this.#take(this.#random.below(this.#tasks.length));
      if (!task) return undefined;
      const { owner } = task;
      if (!owner?.isDead) {
        if (!owner?.isPaused) return task;
        owner.hold(task);
      }
    }
  }

  #take(index: number): Task | undefined {
    const task = this.#tasks[index];
    const last = this.#tasks.pop();
    if (last && last !== task) this.#tasks[index] = last;
    return task;
  }

  #nextTimer(): Task | undefined {
    const timer = this.#timers.pop();
    if (timer) this.#passedMs = Math.max(this.#passedMs, timer.due);
    return timer;
  }

  #note({ owner, label }: Task): void {
    this.steps += 1;
    const text = `${owner?.name ?? ''} ${label} ${this.#passedMs}`;
    for (let at = 0; at < text.length; at++) this.hash = Math.imul(this.hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
}
