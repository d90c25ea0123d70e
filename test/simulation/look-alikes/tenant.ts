/** Stands in for the platform's own in code under test: of a tenant, a simulated process runs its own part only. */
import type { Broker } from '../../../runtime/broker/port.ts';
import type { TenantOptions } from '../../../runtime/main/tenant.ts';

/** What a process runs of a tenant. */
export interface TenantPart {
  /** As long as the tenant is to come to rest. */
  hold?(): Promise<void>;
  close(): Promise<void>;
}

export type OpenPart = (options: TenantOptions) => Promise<TenantPart>;

/** By the connection of the process. */
export const partsOf: WeakMap<Broker, OpenPart> = new WeakMap<Broker, OpenPart>();

export class Tenant {
  readonly mounts: readonly [] = [];
  readonly #part: TenantPart;
  isHeld = false;

  private constructor(part: TenantPart) {
    this.#part = part;
  }

  static async start(options: TenantOptions): Promise<Tenant> {
    const open = partsOf.get(options.broker);
    if (!open) throw new Error('a process that works for no tenant was asked to');
    return new Tenant(await open(options));
  }

  async hold(): Promise<void> {
    this.isHeld = true;
    await this.#part.hold?.();
  }

  close(): Promise<void> {
    return this.#part.close();
  }
}
