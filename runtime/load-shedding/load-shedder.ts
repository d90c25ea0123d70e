import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import type { Clock } from '../clock.ts';

/** How old a count may be: what comes in between is taken. */
const LOOK_INTERVAL_MS = 1_000;

/** Of the limit: once no more than this wait, everything is taken again. In between the verdict stays. */
const ENOUGH_ROOM = 0.5;

/** Nothing of it was taken: send it again later. */
export class TenantBehindError extends ParlanceError<'tenant-behind'> {
  constructor(tenant: TenantName, waiting: number) {
    super('tenant-behind', `${waiting} messages of "${tenant}" wait for its conversations: send this again later`);
  }
}

export interface LoadShedderOptions {
  /** How many messages of a tenant wait. */
  readonly waiting: (tenant: TenantName) => Promise<number>;
  /** As many may. */
  readonly waitingMax: number;
  readonly clock: Clock;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** What an edge knows of one tenant. */
export interface TenantLoad {
  /** As counted last. */
  readonly waiting: number;
  readonly refused: number;
}

interface Known extends TenantLoad {
  waiting: number;
  refused: number;
  atMs: number;
  isLooking: boolean;
  isBehind: boolean;
  /** The next look that nobody asked for. */
  cancel: () => void;
}

/**
 * Takes nothing from outside for a tenant whose conversations are too far behind. It is the only place that sheds: what
 * was taken goes its way without waiting for anybody. Nobody waits for a count either: it is made beside the requests.
 */
export class LoadShedder {
  readonly #options: LoadShedderOptions;
  readonly #tenants = new Map<TenantName, Known>();
  #closed = false;

  constructor(options: LoadShedderOptions) {
    this.#options = options;
  }

  /** Throws TenantBehindError. */
  check(tenant: TenantName): void {
    const known = this.#knownOf(tenant);
    if (this.#options.clock.now() - known.atMs >= LOOK_INTERVAL_MS) void this.#look(tenant, known);
    if (!known.isBehind) return;
    known.refused += 1;
    throw new TenantBehindError(tenant, known.waiting);
  }

  /** Of the tenants that anything came for. */
  get tenants(): ReadonlyMap<TenantName, TenantLoad> {
    return this.#tenants;
  }

  #knownOf(tenant: TenantName): Known {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const unknown: Known = {
      waiting: 0,
      refused: 0,
      atMs: -Infinity,
      isLooking: false,
      isBehind: false,
      cancel: () => undefined,
    };
    this.#tenants.set(tenant, unknown);
    return unknown;
  }

  async #look(tenant: TenantName, known: Known): Promise<void> {
    if (known.isLooking || this.#closed) return;
    const { clock, log, waiting, waitingMax } = this.#options;
    known.isLooking = true;
    try {
      known.waiting = await waiting(tenant);
    } catch (error) {
      // A broker that cannot be reached refuses what is published; one that only does not count must not stop anybody.
      known.waiting = 0;
      log.warn({ tenant, err: error }, 'cannot count what waits: everything is taken');
    }
    known.isLooking = false;
    known.atMs = clock.now();
    const wasBehind = known.isBehind;
    known.isBehind = known.waiting > (wasBehind ? waitingMax * ENOUGH_ROOM : waitingMax);
    const { waiting: count, refused } = known;
    if (known.isBehind && !wasBehind) log.warn({ tenant, waiting: count }, 'too much waits: nothing more is taken');
    if (wasBehind && !known.isBehind) log.info({ tenant, waiting: count, refused }, 'everything is taken again');
    // Whoever was refused may come back long after it is over.
    if (known.isBehind && !this.#isClosed()) {
      known.cancel = clock.after(LOOK_INTERVAL_MS, () => void this.#look(tenant, known));
    }
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#tenants.values()) cancel();
  }
}
