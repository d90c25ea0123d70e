import type { TenantName } from '../../channels/brands.ts';
import { BACKLOG_LOOK_INTERVAL_MS, MAX_EVENTS_WAITING } from './limits.ts';
import { HttpError, RETRY_AFTER } from './problem.ts';

/** How many events of a tenant are stored, but not taken by its conversations yet. */
export type EventsWaiting = (tenant: TenantName) => Promise<number>;

export interface BacklogLimitOptions {
  readonly waiting: EventsWaiting;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Default MAX_EVENTS_WAITING. */
  readonly max?: number;
}

interface Look {
  readonly atMs: number;
  readonly waiting: Promise<number>;
}

/** Refuses a tenant's events while too many of it wait for the engine: the edge is the only place that sheds. */
export class BacklogLimit {
  readonly #options: BacklogLimitOptions;
  readonly #looks = new Map<TenantName, Look>();

  constructor(options: BacklogLimitOptions) {
    this.#options = options;
  }

  /** Rejects with 503. The backlog is looked at now and then, so a burst in between still passes. */
  async check(tenant: TenantName): Promise<void> {
    const { max = MAX_EVENTS_WAITING } = this.#options;
    const waiting = await this.#look(tenant);
    if (waiting <= max) return;
    throw new HttpError(
      'unavailable',
      `${waiting.toString()} events of tenant "${tenant}" wait for its conversations: send this again later`,
      { headers: RETRY_AFTER },
    );
  }

  #look(tenant: TenantName): Promise<number> {
    const { waiting, now } = this.#options;
    const known = this.#looks.get(tenant);
    if (known && now() - known.atMs < BACKLOG_LOOK_INTERVAL_MS) return known.waiting;
    // A broker that does not answer refuses the events themselves.
    const look = { atMs: now(), waiting: waiting(tenant).catch(() => 0) };
    this.#looks.set(tenant, look);
    return look.waiting;
  }
}
