import type { Database, RootDatabase } from 'lmdb';
import type { Address, ContactKey } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { inSlices } from '../in-slices.ts';
import { MAX_IDLE_EMPTY_SESSION_MS, MAX_IDLE_SESSION_MS } from './limits.ts';

interface SessionRecord {
  readonly issuedAtMs: number;
  readonly seenAtMs: number;
}

/** `seenAtMs` is only as exact as session ends need it: this saves a write at every connection. */
const SEEN_RESOLUTION_MS = 60 * 60 * 1000;

/** The sessions that this server issued, by address (a hash of the token; the token itself is nowhere stored). */
export class SessionStore {
  readonly #sessions: Database<SessionRecord, string>;

  constructor(environment: RootDatabase) {
    this.#sessions = environment.openDB({ name: 'sessions', encoding: 'json' });
  }

  /** Resolves once durable. */
  async issue(address: Address, nowMs: number): Promise<void> {
    await this.#sessions.put(address, { issuedAtMs: nowMs, seenAtMs: nowMs });
  }

  has(address: Address): boolean {
    return this.#sessions.get(address) !== undefined;
  }

  async touch(address: Address, nowMs: number): Promise<void> {
    const session = this.#sessions.get(address);
    if (session === undefined || nowMs - session.seenAtMs < SEEN_RESOLUTION_MS) return;
    await this.#sessions.put(address, { ...session, seenAtMs: nowMs });
  }

  /** Sessions that nobody has used for long. `isEmpty` tells those that never held a message. */
  async *ended(nowMs: number, isEmpty: (address: Address) => boolean, stopping: AbortSignal): AsyncGenerator<Address> {
    for await (const rows of inSlices(this.#sessions, stopping)) {
      for (const { key, value } of rows) {
        const address = key as Address;
        if (!stopping.aborted && hasEnded(value, nowMs, () => isEmpty(address))) yield address;
      }
    }
  }

  /** Addresses of one contact. There is no index: nobody is erased often. */
  async *of(contact: ContactKey, stopping: AbortSignal): AsyncGenerator<Address> {
    for await (const rows of inSlices(this.#sessions, stopping)) {
      for (const { key } of rows) if (contactKeyOf(key as Address) === contact) yield key as Address;
    }
  }

  /** Unless somebody has used it since it was found to have ended: then false. Resolves once durable. */
  removeEnded(address: Address, nowMs: number, isEmpty: (address: Address) => boolean): Promise<boolean> {
    return this.#sessions.transaction(() => {
      const session = this.#sessions.get(address);
      if (session === undefined || !hasEnded(session, nowMs, () => isEmpty(address))) return false;
      void this.#sessions.remove(address);
      return true;
    });
  }
}

function hasEnded({ seenAtMs }: SessionRecord, nowMs: number, isEmpty: () => boolean): boolean {
  const idleMs = nowMs - seenAtMs;
  return idleMs > MAX_IDLE_SESSION_MS || (idleMs > MAX_IDLE_EMPTY_SESSION_MS && isEmpty());
}
