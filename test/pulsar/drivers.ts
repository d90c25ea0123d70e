import type { Broker } from '../../runtime/broker/port.ts';
import { openBroker } from '../../runtime/broker/open.ts';
import type { PulsarUrls } from './standalone.ts';

/** One way to reach a real Pulsar. */
export interface PulsarDriver {
  readonly name: 'native client' | 'WebSocket';
  /** As it is configured. */
  urlOf(urls: PulsarUrls): string;
  open(urls: PulsarUrls): Promise<Broker>;
}

const OVER_WEBSOCKET: PulsarDriver = driver('WebSocket', ({ wsUrl }) => wsUrl);
const NATIVE: PulsarDriver = driver('native client', ({ serviceUrl }) => serviceUrl);

/** In a variable, so that the compiler does not ask for a package that may be absent. */
const PACKAGE: string = 'pulsar-client';

export const nativeClientLoads: boolean = await import(PACKAGE).then(
  () => true,
  () => false,
);

/** Those that can be had here: the native client is an optional package. */
export const pulsarDrivers: readonly PulsarDriver[] = nativeClientLoads ? [OVER_WEBSOCKET, NATIVE] : [OVER_WEBSOCKET];

function driver(name: PulsarDriver['name'], urlOf: (urls: PulsarUrls) => string): PulsarDriver {
  return {
    ...{ name, urlOf },
    open: (urls) => openBroker(urlOf(urls), { adminUrl: urls.webUrl }),
  };
}
