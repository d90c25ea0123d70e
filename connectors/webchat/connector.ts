/**
 * Web chat: a page that we serve ourselves, and a mailbox per person behind it. This process is the "provider": a
 * message counts as sent once it is in the person's mailbox, and as delivered once one of their tabs has it.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { Connector, ConnectorHost, MessageRequest } from '../port.ts';
import { erasing } from './erase.ts';
import { BEAT_INTERVAL_MS, SESSION_BURST, SESSIONS_PER_SECOND } from './limits.ts';
import { Mailboxes } from './mailbox.ts';
import { pageRoutes, sessionRoute } from './page-routes.ts';
import { Rate } from './rate.ts';
import { Rooms } from './room.ts';
import { SessionStore } from './session-store.ts';
import { Sockets } from './socket.ts';
import { removeEnded } from './sweep.ts';
import { CONNECTOR_NAME, deliver, type Talk } from './talk.ts';

/** How often ended sessions are looked for. */
const SWEEP_INTERVAL_MS = 60 * 60 * 1000;

/** How long `stop` waits for browsers to answer the close. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface WebchatOptions {
  /** Where the page is served, without a slash at the end. Default `/chat`. */
  readonly basePath?: string;
  /** The same as browsers see it, where the routes hang under a prefix: `/acme/chat`. Default: `basePath`. */
  readonly publicPath?: string;
  /** What the page calls itself. Default `Chat`. */
  readonly title?: string;
  /** Origins beside the page's own, e.g. `https://chat.example.org` where a proxy rewrites the Host header. */
  readonly allowedOrigins?: readonly string[];
  /** Cryptographically strong. Default: Node's. */
  readonly randomBytes?: (size: number) => Buffer;
}

export function createWebchatConnector(host: ConnectorHost, options: WebchatOptions = {}): Connector {
  const { basePath = '/chat', title = 'Chat', allowedOrigins = [] } = options;
  const environment = openEnvironment(host.dataFolder);
  const talk: Talk = {
    host,
    mailboxes: new Mailboxes(environment),
    sessions: new SessionStore(environment),
    rooms: new Rooms(host.now),
  };
  const sockets = new Sockets(talk, allowedOrigins);
  const newSessions = new Rate(SESSION_BURST, SESSIONS_PER_SECOND, host.now());
  const timers: NodeJS.Timeout[] = [];
  const stopping = new AbortController();
  let sweeping: Promise<void> | undefined;
  const sweepAgain = (): Promise<void> => (sweeping = removeEnded(talk, stopping.signal));

  return {
    name: CONNECTOR_NAME,
    schemes: ['webchat'],
    routes: [
      ...pageRoutes(basePath),
      sessionRoute({
        path: `${basePath}/session`,
        cookiePath: options.publicPath ?? basePath,
        title,
        allowedOrigins,
        randomBytes: options.randomBytes ?? randomBytes,
        has: (address) => talk.sessions.has(address),
        take: () => newSessions.take(host.now()),
        issue: (address) => talk.sessions.issue(address, host.now()),
      }),
    ],
    upgrades: [
      {
        path: `${basePath}/socket`,
        handle: (request, socket, head) => {
          sockets.upgrade(request, socket, head);
        },
      },
    ],
    follows: [erasing(talk)],
    async start() {
      await sweepAgain();
      timers.push(
        every(BEAT_INTERVAL_MS, () => {
          sockets.beat();
        }),
      );
      timers.push(every(SWEEP_INTERVAL_MS, () => void sweepAgain()));
    },
    deliver: (request: MessageRequest) => deliver(talk, request),
    async stop() {
      timers.splice(0).forEach(clearInterval);
      stopping.abort();
      await sweeping;
      await closeSockets(sockets);
      // What tabs had already asked for is finished, so that its answer is in the mailbox when they are back.
      await Promise.all(talk.rooms.all().map((room) => room.inOrder(() => Promise.resolve())));
      await environment.close();
    },
  };
}

/** `overlappingSync: false`: a write resolves only when it is on the disk. */
function openEnvironment(folder: string): RootDatabase {
  mkdirSync(folder, { recursive: true });
  return open({ path: join(folder, 'webchat.mdb'), overlappingSync: false });
}

function every(intervalMs: number, task: () => void): NodeJS.Timeout {
  return setInterval(task, intervalMs).unref();
}

async function closeSockets(sockets: Sockets): Promise<void> {
  sockets.close();
  const deadline = Date.now() + CLOSE_TIMEOUT_MS;
  while (sockets.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  sockets.terminate();
}
