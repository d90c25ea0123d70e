import type { TenantName } from '../../channels/brands.ts';
import { HttpTarget } from '../black-box/http-target.ts';
import type { Broker } from '../broker/port.ts';
import { Prober } from '../probes/prober.ts';
import type { ProbeResults } from '../probes/results.ts';
import type { PlatformOptions } from './platform.ts';
import type { StopOrder } from './stop-order.ts';
import type { Tenants } from './tenants.ts';

export interface ProbingOptions extends PlatformOptions {
  readonly broker: Broker;
  readonly tenants: Tenants;
  readonly tenant: TenantName;
  readonly results: ProbeResults;
  /** Of this process. */
  readonly url: string;
}

/** Over HTTP, as from outside, also where it asks itself. Stops before everything that it needs. */
export function startProbing(options: ProbingOptions, order: StopOrder): void {
  const { configuration, broker, tenants, tenant, results, url, clock, log } = options;
  const { probe } = configuration;
  const stopping = new AbortController();
  const prober = new Prober({
    ...{ broker, tenant, results, clock, log, paths: probe.scenarios },
    target: new HttpTarget({ url: probe.url ?? url, tenant, key: probe.key, signal: stopping.signal }),
    publisher: { publish: (channel, event) => tenants.get(tenant).publisher.publish(channel, event) },
    intervalMs: probe.intervalSeconds * 1_000,
    timeoutMs: probe.timeoutSeconds * 1_000,
  });
  prober.start();
  order.push('probe', async () => {
    stopping.abort();
    await prober.stop();
  });
}
