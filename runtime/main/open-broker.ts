import { join } from 'node:path';
import { createEmbeddedBroker } from '../broker/embedded/broker.ts';
import type { Broker } from '../broker/port.ts';
import { createPulsarBroker } from '../broker/pulsar/broker.ts';
import { createWebSocketBroker } from '../broker/websocket/broker.ts';
import type { Configuration } from '../config/configuration.ts';

/** The driver is chosen by the URL. Rejects with BrokerError. */
export async function openBroker({ broker, dataFolder }: Configuration): Promise<Broker> {
  const { url, token } = broker;
  if (url === 'embedded') return createEmbeddedBroker({ folder: join(dataFolder, 'broker') });
  const serviceUrl = url.replace(/\/$/, '');
  const adminUrl = broker.adminUrl ?? adminUrlFor(serviceUrl);
  return /^wss?:/.test(url)
    ? createWebSocketBroker({ serviceUrl, adminUrl, token })
    : await createPulsarBroker({ serviceUrl, adminUrl, token });
}

/** Pulsar serves WebSocket and REST on one port; beside `pulsar://` REST has a port of its own, 8080 by default. */
function adminUrlFor(serviceUrl: string): string {
  const { protocol, hostname, host } = new URL(serviceUrl.replace(/^pulsar/, 'http').replace(/^http\+ssl/, 'https'));
  if (protocol === 'ws:') return `http://${host}`;
  if (protocol === 'wss:') return `https://${host}`;
  return protocol === 'https:' ? `https://${hostname}:8443` : `http://${hostname}:8080`;
}
