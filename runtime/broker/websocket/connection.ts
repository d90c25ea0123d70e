import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerError } from '../errors.ts';
import type { PulsarAdmin } from '../admin/pulsar-admin.ts';
import { topicPath } from '../admin/topic-name.ts';
import { openSocket, type Socket, type SocketOptions } from './socket.ts';

/** What producers, consumers and readers of one broker share. */
export interface Connection {
  /** `ws://pulsar.example:8080` */
  readonly serviceUrl: string;
  readonly token: string | undefined;
  readonly admin: PulsarAdmin;
}

export interface Endpoint extends Pick<SocketOptions, 'conflict' | 'onText' | 'onLost'> {
  readonly role: 'producer' | 'consumer' | 'reader';
  readonly topic: string;
  readonly subscription?: string;
  readonly query: Readonly<Record<string, string | number | boolean>>;
}

/** How long the broker may take to let go of a name after its connection has closed. */
const RELEASE_TIMEOUT_MS = 5_000;

const RELEASE_POLL_MS = 10;

export function open(connection: Connection, endpoint: Endpoint): Promise<Socket> {
  const { role, topic, subscription, query, ...rest } = endpoint;
  const tail = subscription === undefined ? '' : `/${encodeURIComponent(subscription)}`;
  const url = new URL(`/ws/v2/${role}/${topicPath(topic)}${tail}`, connection.serviceUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value.toString());
  return openSocket({ url, token: connection.token, ...rest });
}

/** A name that no other producer or consumer has. */
export function uniqueName(): string {
  return `parlance-${randomUUID()}`;
}

/**
 * The broker's WebSocket side closes its producer or consumer after the connection, on its own time. Waits until it
 * has, so that a closed name can be opened again at once, and what was acknowledged has been written.
 */
export async function untilReleased(connection: Connection, topic: string, name: string): Promise<void> {
  const deadline = Date.now() + RELEASE_TIMEOUT_MS;
  try {
    while ((await connection.admin.connected(topic)).has(name) && Date.now() < deadline) await pause(RELEASE_POLL_MS);
  } catch (error) {
    // Closing must succeed also where the broker is gone or does not show its figures; the next to open may then wait.
    if (!(error instanceof BrokerError)) throw error;
  }
}
