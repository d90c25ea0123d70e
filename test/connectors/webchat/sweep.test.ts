import { expect } from 'chai';
import { open, type RootDatabase } from 'lmdb';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Address, TenantName } from '../../../channels/brands.ts';
import { MAX_IDLE_EMPTY_SESSION_MS } from '../../../connectors/webchat/limits.ts';
import { Mailboxes } from '../../../connectors/webchat/mailbox.ts';
import { Rooms } from '../../../connectors/webchat/room.ts';
import { SessionStore } from '../../../connectors/webchat/session-store.ts';
import { removeEnded } from '../../../connectors/webchat/sweep.ts';
import type { Talk } from '../../../connectors/webchat/talk.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { silentLog } from '../scene.ts';

const ANA = 'webchat:ana' as Address;
const BEN = 'webchat:ben' as Address;

describe('The end of web chat sessions', () => {
  const goesOn = new AbortController().signal;
  let folder: ReturnType<typeof temporaryFolder>;
  let environment: RootDatabase;
  let nowMs: number;
  let talk: Talk;

  beforeEach(async () => {
    folder = temporaryFolder();
    environment = open({ path: join(folder.path, 'webchat.mdb'), overlappingSync: false });
    nowMs = 0;
    const now = (): number => nowMs;
    talk = {
      host: {
        ...{ tenant: 'acme' as TenantName, dataFolder: folder.path, log: silentLog, now },
        publish: () => Promise.resolve(),
      },
      mailboxes: new Mailboxes(environment),
      sessions: new SessionStore(environment),
      rooms: new Rooms(now),
    };
    for (const address of [ANA, BEN]) await talk.sessions.issue(address, nowMs);
  });

  afterEach(async () => {
    await environment.close();
    folder.remove();
  });

  const left = (): readonly Address[] => [ANA, BEN].filter((address) => talk.sessions.has(address));

  it('comes after a day without any message', async () => {
    nowMs = MAX_IDLE_EMPTY_SESSION_MS;
    await removeEnded(talk, goesOn);
    expect(left()).to.deep.equal([ANA, BEN]);
    nowMs += 1;
    await removeEnded(talk, goesOn);
    expect(left()).to.deep.equal([]);
  });

  it('takes what was said with it, but not before its time', async () => {
    const entry = { from: 'person', id: 'p1', text: 'Hello', atMs: nowMs } as const;
    await talk.mailboxes.append(ANA, entry);
    nowMs = 2 * MAX_IDLE_EMPTY_SESSION_MS;
    await removeEnded(talk, goesOn);
    expect(left()).to.deep.equal([ANA]);
    nowMs = 200 * MAX_IDLE_EMPTY_SESSION_MS;
    await removeEnded(talk, goesOn);
    expect([left(), talk.mailboxes.last(ANA)]).to.deep.equal([[], 0]);
  });

  it('does not come while the page is open, nor within a day after that', async () => {
    const tab = new WebSocket('ws://127.0.0.1:9');
    tab.on('error', () => undefined);
    talk.rooms.enter(ANA).sockets.add(tab);
    nowMs = 2 * MAX_IDLE_EMPTY_SESSION_MS;
    await removeEnded(talk, goesOn);
    expect(left()).to.deep.equal([ANA]);
    talk.rooms.enter(ANA).sockets.delete(tab);
    nowMs += MAX_IDLE_EMPTY_SESSION_MS;
    await removeEnded(talk, goesOn);
    expect(left()).to.deep.equal([ANA]);
  });

  it('does not come over somebody who is back while the ended are removed', async () => {
    nowMs = 2 * MAX_IDLE_EMPTY_SESSION_MS;
    const removing = removeEnded(talk, goesOn);
    await Promise.all([removing, talk.sessions.touch(BEN, nowMs)]);
    expect(left()).to.deep.equal([BEN]);
  });
});
