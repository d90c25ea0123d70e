import type { TenantName } from '../../channels/brands.ts';
import { channelTopic } from '../../channels/topics.ts';
import type { BrokerAdmin } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import { isTenantName } from '../events/tenant.ts';
import type { Log } from '../log.ts';

/** Between two looks at the broker's tenants. */
const LOOK_MS = 2_000;

/** Between two attempts with one name, at most. */
const PAUSE_MAX_MS = 60_000;

export interface NewTenantsOptions {
  readonly admin: Pick<BrokerAdmin, 'tenants' | 'partitions'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Worked for already. */
  readonly isTaken: (tenant: TenantName) => boolean;
  readonly take: (tenant: TenantName) => Promise<void>;
}

interface Attempts {
  readonly pauseMs: number;
  /** Not before this time. */
  readonly next: number;
}

/**
 * Takes every tenant of the broker on, also those that are created later, by whatever process. The broker's own list is
 * asked: it holds whoever created a tenant and whatever was missed. A name that is not (yet) a complete tenant of ours, or
 * that cannot be started, is tried less and less often.
 */
export class NewTenants {
  readonly #options: NewTenantsOptions;
  readonly #attempts = new Map<TenantName, Attempts>();
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #following: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: NewTenantsOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  /** Takes those that there are. One that is broken must not stop the others. Rejects where the broker cannot be asked. */
  async look(): Promise<void> {
    const { admin, clock, isTaken } = this.#options;
    for (const name of (await admin.tenants()).toSorted()) {
      if (this.#closed) return;
      if (!isTenantName(name) || isTaken(name)) continue;
      if (clock.now() >= (this.#attempts.get(name)?.next ?? 0)) await this.#try(name);
    }
  }

  async #try(name: TenantName): Promise<void> {
    const { admin, log, take } = this.#options;
    this.#postpone(name);
    if ((await admin.partitions(channelTopic(name, 'messaging'))) === 0) return;
    try {
      await take(name);
      this.#attempts.delete(name);
      log.info({ tenant: name }, 'tenant taken on');
    } catch (error) {
      log.error({ tenant: name, err: error }, 'tenant not started');
    }
  }

  #postpone(name: TenantName): void {
    const pauseMs = Math.min((this.#attempts.get(name)?.pauseMs ?? LOOK_MS / 2) * 2, PAUSE_MAX_MS);
    this.#attempts.set(name, { pauseMs, next: this.#options.clock.now() + pauseMs });
  }

  /** Looks again and again from now on. */
  follow(): void {
    this.#following = this.#follow();
  }

  async #follow(): Promise<void> {
    const { clock, log } = this.#options;
    for (let complained = false; ;) {
      await Promise.race([sleep(clock, LOOK_MS), this.#stopping]);
      if (this.#closed) return;
      try {
        await this.look();
        complained = false;
      } catch (error) {
        if (!complained) log.error({ err: error }, 'new tenants cannot be looked for: trying until they can');
        complained = true;
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    await this.#following;
  }
}
