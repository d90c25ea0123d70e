import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Feed } from './feed.ts';
import type { DueDeadline, StateStore } from './state-store.ts';
import type { TenantTurns } from './turns.ts';

/** Due deadlines taken between inputs: in one turn. */
const TIMER_BATCH_MAX = 16;

/** Records on their way to the journal when the next are taken: enough to keep a commit filled. */
const TIMERS_IN_FLIGHT_MAX = 128;

/** Longest sleep towards a deadline: Node's timers overflow beyond 2^31 ms. */
export const SLEEP_MAX_MS = 86_400_000;

export interface DeadlinesOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly store: StateStore;
  readonly feeds: readonly Feed[];
  readonly turns: TenantTurns;
  /** While it is so, none fires. */
  readonly isHeld: () => boolean;
  /** A returned promise holds up those behind it. */
  readonly fire: (deadline: DueDeadline) => Promise<void> | undefined;
  /** Resolves once at most so many records are on their way to the journal. */
  readonly drained: (most: number) => Promise<void>;
  /** Resolves once everything that is durable is written to the store. */
  readonly flush: () => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** Turns deadlines that have passed into inputs, in bounded batches between the others. */
export class Deadlines {
  readonly #options: DeadlinesOptions;
  #cancel: () => void = () => undefined;
  #firing = false;
  #stopped = false;

  constructor(options: DeadlinesOptions) {
    this.#options = options;
  }

  /** Sleeps until the earliest written deadline. Call whenever states were written. */
  schedule(): void {
    if (this.#isStopped() || this.#firing) return;
    this.#cancel();
    const { store, clock, fail } = this.#options;
    const due = store.nextDue();
    if (due === undefined) return;
    const delayMs = Math.min(Math.max(due - clock.now(), 0), SLEEP_MAX_MS);
    this.#cancel = clock.after(delayMs, () => {
      this.#fireDue().catch(fail);
    });
  }

  /**
   * A deadline fires only once every input published before it has been read, so that after an outage a reply that came
   * in time is seen first.
   */
  async #fireDue(): Promise<void> {
    const { broker, clock, feeds, store, fire, drained, flush, turns } = this.#options;
    if (this.#isStopped()) return;
    this.#firing = true;
    const watermark = clock.now();
    await Promise.all(feeds.map((feed) => feed.caughtUp(broker)));
    let due: readonly DueDeadline[] = [];
    while (!this.#isStopped()) {
      const turn = turns.next(TIMER_BATCH_MAX);
      if (turn) await turn;
      if (this.#isStopped()) break;
      // What was fired may not be written yet: the next batch goes on behind it.
      due = store.dueDeadlines(watermark, TIMER_BATCH_MAX, due.at(-1)?.deadline);
      for (const deadline of due) {
        const held = fire(deadline);
        if (held) await held;
      }
      await drained(TIMERS_IN_FLIGHT_MAX);
      if (due.length < TIMER_BATCH_MAX) break;
    }
    await drained(0);
    if (!this.#stopped) await flush();
    this.#firing = false;
    this.schedule();
  }

  #isStopped(): boolean {
    return this.#stopped || this.#options.isHeld();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
