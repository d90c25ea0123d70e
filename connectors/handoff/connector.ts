/**
 * Hand-off: people of ours take care of conversations, in a support desk's own tool. The connector follows who is
 * handed off and what they write, keeps that on its disk, and states what the desk does as `handoff.…`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { ConnectorHost, Gateway } from '../port.ts';
import { follows } from './follow.ts';
import { InOrder } from './in-order.ts';
import { Inbox, type InboxParts } from './inbox.ts';
import { inboxRoutes } from './routes.ts';
import { HandoffStore } from './store.ts';

/** How often what is old is looked for. */
const SWEEP_INTERVAL_MS = 60 * 60 * 1000;

export function createHandoffConnector(host: ConnectorHost): Gateway {
  mkdirSync(host.dataFolder, { recursive: true });
  // `overlappingSync: false`: a write resolves only when it is on the disk.
  const environment = open({ path: join(host.dataFolder, 'handoff.mdb'), overlappingSync: false });
  const parts: InboxParts = { host, store: new HandoffStore(environment), order: new InOrder() };
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  const sweepAgain = (): Promise<void> => (sweeping = sweep(parts, stopping.signal));

  return {
    name: 'handoff',
    routes: inboxRoutes(new Inbox(parts)),
    upgrades: [],
    follows: follows(parts),
    async start() {
      await sweepAgain();
      timer = setInterval(() => void sweepAgain(), SWEEP_INTERVAL_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await sweeping;
      await parts.order.idle();
      await parts.store.close();
    },
  };
}

async function sweep({ host, store }: InboxParts, stopping: AbortSignal): Promise<void> {
  try {
    await store.forgetOld(host.now(), stopping);
  } catch (error) {
    host.log.warn({ err: error }, 'could not remove old hand-offs; tried again in an hour');
  }
}
