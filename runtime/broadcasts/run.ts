import type { EventId } from '../../channels/brands.ts';
import type { Clock } from '../clock.ts';
import type { Publisher } from '../events/publisher.ts';
import { BATCH_MAX, FIRST_RETRY_MS, MOST_RETRY_MS } from './limits.ts';
import { Outlet, type OutletOptions } from './outlet.ts';
import { Pace } from './pace.ts';
import type { Broadcast, BroadcastStore } from './store.ts';

export interface RunLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RunOptions extends OutletOptions {
  readonly store: BroadcastStore;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: RunLog;
}

/**
 * Drives one broadcast until it has ended or the process stops: states what there is to state, then publishes item after
 * item at its pace, and keeps the place after each batch. The store is the truth: it looks there before each batch.
 */
export class Run {
  readonly #name: string;
  readonly #options: RunOptions;
  readonly #done: Promise<void>;
  #stopped = false;
  #wake: () => void = () => undefined;
  #outlet: Outlet | undefined;
  #pace: Pace | undefined;
  /** Halved where a batch fails: only a whole one counts, so that smaller ones get further over a bad connection. */
  #batchMost = BATCH_MAX;

  constructor(name: string, options: RunOptions) {
    this.#name = name;
    this.#options = options;
    this.#done = this.#run();
  }

  /** Something about the broadcast has changed in the store. */
  changed(): void {
    this.#wake();
  }

  /** Lets the batch under way finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    for (let goesOn = true; goesOn && !this.#isStopped();) {
      try {
        goesOn = await this.#proceed();
        failures = 0;
      } catch (error) {
        failures++;
        const fields = { err: error, broadcast: this.#name, failures };
        if (failures === 1) log.warn(fields, 'a broadcast can not go on just now; tried again');
        this.#batchMost = Math.max(1, Math.floor(this.#batchMost / 2));
        await this.#closeOutlet();
        await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10), MOST_RETRY_MS));
      }
    }
    await this.#closeOutlet();
  }

  /** One piece of work; false once the broadcast has ended and everything about it is stated. */
  async #proceed(): Promise<boolean> {
    const { store } = this.#options;
    const broadcast = store.get(this.#name);
    if (!broadcast) return false;
    if (broadcast.statements.length > 0) {
      await this.#state(broadcast);
    } else if (broadcast.endedAt !== undefined) {
      await store.tidy(broadcast);
      return false;
    } else if (broadcast.state === 'paused') {
      this.#pace = undefined;
      await this.#pause(undefined);
    } else if (!(await this.#publishSome(broadcast))) {
      await this.#complete();
    }
    return true;
  }

  async #state({ name, statements }: Broadcast): Promise<void> {
    const { publisher, store } = this.#options;
    for (const { id, type, data } of statements) {
      await publisher.publish('broadcasts', { id, type, data, partitionkey: name });
      await store.update(name, (present) => ({
        ...present,
        statements: present.statements.filter((statement) => statement.id !== id),
      }));
    }
  }

  /** False where nothing is left. */
  async #publishSome(broadcast: Broadcast): Promise<boolean> {
    const { store, clock } = this.#options;
    this.#pace ??= new Pace(broadcast.perSecond, clock.now());
    const items = store.items(broadcast, broadcast.position, this.#batchMost);
    if (items.length === 0) return false;
    const most = this.#pace.take(items.length, clock.now());
    if (most === 0) {
      await this.#pause(this.#pace.waitMs(clock.now()));
      return true;
    }
    this.#outlet ??= new Outlet(this.#options, broadcast);
    await this.#outlet.publish(items.slice(0, most), broadcast.position);
    await store.update(broadcast.name, (present) => ({ ...present, position: broadcast.position + most }));
    this.#batchMost = Math.min(BATCH_MAX, this.#batchMost * 2);
    return true;
  }

  async #complete(): Promise<void> {
    const { store, clock, log } = this.#options;
    const ended = await store.update(this.#name, (present) => {
      // Cancelled at the last moment.
      if (present.state !== 'running') return present;
      const { name, source, recipients, skipped, statements } = present;
      const id = `${source}/completed` as EventId;
      const data = { broadcast: name, targeted: recipients, skipped };
      return {
        ...present,
        state: 'completed',
        endedAt: new Date(clock.now()).toISOString(),
        statements: [...statements, { id, type: 'broadcast.completed', data }],
      };
    });
    if (ended?.state === 'completed')
      log.info({ broadcast: this.#name, targeted: ended.recipients }, 'broadcast completed');
  }

  async #closeOutlet(): Promise<void> {
    await this.#outlet?.close();
    this.#outlet = undefined;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Until woken, or for this long. */
  #pause(durationMs: number | undefined): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = durationMs === undefined ? undefined : this.#options.clock.after(durationMs, resolve);
      this.#wake = () => {
        cancel?.();
        resolve();
      };
    });
  }
}
