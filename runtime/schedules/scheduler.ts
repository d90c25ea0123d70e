import type { Machine } from '../../dsl/machine/machine.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import type { Clock } from '../clock.ts';
import { LOOK_BACK_MS, LOOK_EVERY_MS, MARK_EVERY_MS } from './limits.ts';
import type { Marks, ScheduleMarks } from './marks.ts';
import { keyOf, nextOccurrence, occurrencesIn, schedulesOf, type Occurrence, type Schedule } from './occurrences.ts';

export interface SchedulerLog {
  error(fields: object, message: string): void;
}

export interface SchedulerOptions {
  readonly marks: ScheduleMarks;
  /** Those in force. */
  readonly machines: () => Machines;
  /** Resolves once what becomes of it is durable. Called again for the same one after a crash or a rejection. */
  readonly send: (occurrence: Occurrence) => Promise<void>;
  readonly clock: Clock;
  readonly log: SchedulerLog;
}

/**
 * Sees that every occurrence of every schedule in force is sent, at least once: what has been looked at is marked on the
 * disk after it was sent, and sending is repeatable. A schedule counts from when it is first seen in force.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #marks: Marks | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: () => void = () => undefined;
  /** When and at what it looked last: as long as both hold, a look costs nothing. */
  #lookedMs: number | undefined;
  #seen: readonly Machine[] | undefined;
  #nextMs = -Infinity;
  #failures = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#marks = this.#options.marks.get();
    this.#running = this.#run();
  }

  /** Lets what is under way finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
    if (this.#lookedMs !== undefined) await this.#mark(this.#lookedMs, this.#marks?.known ?? []);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped()) {
      try {
        await this.#look();
        this.#failures = 0;
      } catch (error) {
        this.#failures++;
        if (this.#failures === 1) this.#options.log.error({ err: error }, 'schedules can not be sent; tried again');
      }
      await this.#pause();
    }
  }

  async #look(): Promise<void> {
    const { clock, machines } = this.#options;
    const nowMs = clock.now();
    const active = machines().active();
    if (active !== this.#seen || nowMs >= this.#nextMs) {
      const schedules = schedulesOf(active);
      await this.#sendAll(this.#due(schedules, nowMs));
      await this.#mark(nowMs, schedules.map(keyOf));
      this.#seen = active;
      this.#nextMs = Math.min(...schedules.map((schedule) => nextOccurrence(schedule, nowMs)));
    } else if (this.#marks && nowMs - this.#marks.checkedUpToMs >= MARK_EVERY_MS) {
      await this.#mark(nowMs, this.#marks.known);
    }
    this.#lookedMs = nowMs;
  }

  /** One that can not be sent keeps none of the others waiting; afterwards it rejects, so that all are offered again. */
  async #sendAll(occurrences: readonly Occurrence[]): Promise<void> {
    const failures: unknown[] = [];
    for (const occurrence of occurrences) {
      await this.#options.send(occurrence).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} schedules can not be sent`);
  }

  /** Of all schedules, oldest first. */
  #due(schedules: readonly Schedule[], nowMs: number): readonly Occurrence[] {
    const known = new Set(this.#marks?.known);
    // What came into force between two looks may have been due between them.
    const newFromMs = Math.max(this.#lookedMs ?? nowMs, nowMs - 2 * LOOK_EVERY_MS);
    const knownFromMs = Math.max(this.#lookedMs ?? this.#marks?.checkedUpToMs ?? nowMs, nowMs - LOOK_BACK_MS);
    return schedules
      .flatMap((schedule) => occurrencesIn(schedule, known.has(keyOf(schedule)) ? knownFromMs : newFromMs, nowMs))
      .toSorted((one, other) => one.dueMs - other.dueMs);
  }

  /** Nothing where there are no schedules: most tenants have none. */
  async #mark(checkedUpToMs: number, known: readonly string[]): Promise<void> {
    if (known.length === 0 && !this.#marks?.known.length) return;
    const marks = { checkedUpToMs, known };
    await this.#options.marks.put(marks);
    this.#marks = marks;
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #pause(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(LOOK_EVERY_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
