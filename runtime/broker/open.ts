import type { Clock } from '../clock.ts';
import { createEmbeddedBroker } from './embedded/broker.ts';
import { BrokerError } from './errors.ts';
import type { Broker } from './port.ts';

export interface OpenBrokerOptions {
  /**
   * Admin REST API of a Pulsar, `http://HOST:8080`. Required with `pulsar://`; with `ws://` it is by default the same
   * host and port over HTTP.
   */
  readonly adminUrl?: string | undefined;
  /** For a Pulsar that authenticates with tokens. */
  readonly token?: string | undefined;
  /** Folder of the embedded broker, where the URL is `embedded` alone. */
  readonly folder?: string | undefined;
  /** Clock of the embedded broker; a Pulsar has its own. Default: the system's. */
  readonly clock?: Clock;
  /** Warnings of the native client. */
  readonly log?: (message: string) => void;
}

/**
 * Chooses the driver by URL: `embedded:PATH` (or `embedded` with `folder`), `pulsar://…` and `pulsar+ssl://…` the
 * native client, `ws://…` and `wss://…` Pulsar's WebSocket API. The drivers of a Pulsar are loaded only when asked for.
 * Rejects with BrokerError, or NativeClientError where the native client is not installed. A Pulsar that cannot be
 * reached shows at the first call, or at `admin.ping()`.
 */
export async function openBroker(url: string, options: OpenBrokerOptions = {}): Promise<Broker> {
  const { adminUrl, token, clock, log } = options;
  const scheme = /^[a-z+]*/.exec(url)?.[0] ?? '';
  switch (scheme) {
    case 'embedded': {
      const folder = /^embedded:(.+)$/.exec(url)?.[1] ?? options.folder;
      if (folder === undefined) throw refused(url, 'the embedded broker needs a folder: embedded:PATH');
      return createEmbeddedBroker({ folder, ...(clock && { clock }) });
    }
    case 'pulsar':
    case 'pulsar+ssl': {
      const { createPulsarBroker } = await import('./pulsar/broker.ts');
      if (adminUrl === undefined) throw refused(url, 'it needs its admin REST API as well, http://HOST:8080');
      return createPulsarBroker({ serviceUrl: url, adminUrl, token, ...(log && { log }) });
    }
    case 'ws':
    case 'wss': {
      const { createWebSocketBroker } = await import('./websocket/broker.ts');
      return createWebSocketBroker({ serviceUrl: url, adminUrl: adminUrl ?? url.replace('ws', 'http'), token });
    }
    default:
      throw refused(url, 'expected embedded:PATH, pulsar://HOST:PORT, pulsar+ssl://…, ws://HOST:PORT or wss://…');
  }
}

function refused(url: string, reason: string): BrokerError {
  return new BrokerError('broker-refused', `"${url}" cannot be opened as a broker: ${reason}`);
}
