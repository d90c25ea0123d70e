import { open, type Database, type RootDatabase } from 'lmdb';
import type { ContactKey, ConversationId, Millis } from '../../channels/brands.ts';
import { timersOf, type ContactState, type Timer } from '../../dsl/contact.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { Place, Vector } from './journal-record.ts';

/** Parsed states kept beside LMDB: those of contacts that are busy. A few kilobytes each. */
const CACHED_CONTACTS_MAX = 5_000;

/** Up to which record the store is complete: written in the same transaction as what it describes. */
export interface Checkpoint extends Vector {
  readonly generation: string;
  /** Last record whose state is contained. */
  readonly applied: Place;
  /** Last record whose outputs are known to be durable, if any: recovery reads on from here. Never after `applied`. */
  readonly published?: Place;
  /** Sequence of the record that the last complete checkpoint, by whichever owner, is known to cover. */
  readonly checkpointed?: number;
  readonly now: number;
}

/** A due deadline and whose it is. */
export interface DueTimer {
  readonly contact: ContactKey;
  readonly timer: Timer;
}

interface Unwritten {
  readonly state: ContactState | undefined;
  readonly sequence: number;
  readonly json: string | undefined;
}

/** Due time first, so that a range scan yields deadlines in order. */
type TimerKey = [due: number, conversation: string, id: string];

/**
 * The owner's local copy of a partition: contacts by key, deadlines by due time. It may always be thrown away, since
 * the journal and the checkpoints rebuild it; it makes a restart on the same node fast and keeps idle contacts out of
 * memory. Steps see their own uncommitted states through `staged`; LMDB sees committed ones only.
 */
export class StateStore {
  readonly #root: RootDatabase;
  readonly #contacts: Database<Buffer, ContactKey>;
  readonly #timers: Database<ContactKey, TimerKey>;
  readonly #meta: Database<Checkpoint, string>;
  readonly #codec: EventCodec;
  /** What LMDB holds of the contacts written last, the oldest first. */
  readonly #written = new Map<ContactKey, ContactState>();
  /** Newest state of contacts whose steps are not in LMDB yet, with the sequence that produced it. */
  readonly #staged = new Map<ContactKey, { state: ContactState | undefined; sequence: number }>();
  /** Committed but unwritten, newest per contact. */
  #dirty = new Map<ContactKey, Unwritten>();

  constructor(folder: string, codec: EventCodec) {
    this.#root = open({ path: folder, maxDbs: 3, noMemInit: true });
    this.#contacts = this.#root.openDB({ name: 'contacts', encoding: 'binary' });
    this.#timers = this.#root.openDB({ name: 'timers' });
    this.#meta = this.#root.openDB({ name: 'meta', encoding: 'json' });
    this.#codec = codec;
  }

  checkpoint(): Checkpoint | undefined {
    return this.#meta.get('checkpoint');
  }

  /** The newest state, staged ones included. */
  get(contact: ContactKey): ContactState | undefined {
    const staged = this.#staged.get(contact);
    return staged ? staged.state : this.#stored(contact);
  }

  /** Makes an uncommitted state visible to the next step of the same contact. */
  stage(contact: ContactKey, state: ContactState | undefined, sequence: number): void {
    this.#staged.set(contact, { state, sequence });
  }

  /** The record with this sequence is durable: its state may be written. `json`: the state's, where it is known. */
  commit(contact: ContactKey, state: ContactState | undefined, sequence: number, json?: string): void {
    this.#dirty.set(contact, { state, sequence, json });
  }

  /** The newest state whose record is durable. */
  committed(contact: ContactKey): ContactState | undefined {
    const dirty = this.#dirty.get(contact);
    return dirty ? dirty.state : this.#stored(contact);
  }

  /** Writes all committed states and the checkpoint that they belong to, in one transaction. */
  async flush(checkpoint: Checkpoint): Promise<void> {
    const dirty = this.#dirty;
    this.#dirty = new Map();
    // A batch is one transaction that lmdb's own thread carries out; `transaction` would hold up this one meanwhile.
    await this.#root.batch(() => {
      for (const [contact, unwritten] of dirty) this.#write(contact, unwritten);
      void this.#meta.put('checkpoint', checkpoint);
    });
    for (const contact of this.#written.keys()) {
      if (this.#written.size <= CACHED_CONTACTS_MAX) break;
      this.#written.delete(contact);
    }
    for (const [contact, { sequence }] of dirty) {
      if (this.#staged.get(contact)?.sequence === sequence) this.#staged.delete(contact);
    }
  }

  #write(contact: ContactKey, { state, json }: Unwritten): void {
    const before = timersOf(this.#stored(contact));
    const after = timersOf(state);
    const keep = new Set(after.map(timerIdentity));
    for (const timer of before) if (!keep.has(timerIdentity(timer))) void this.#timers.remove(timerKey(timer));
    const had = new Set(before.map(timerIdentity));
    for (const timer of after) if (!had.has(timerIdentity(timer))) void this.#timers.put(timerKey(timer), contact);
    this.#written.delete(contact);
    if (state === undefined) {
      void this.#contacts.remove(contact);
      return;
    }
    this.#written.set(contact, state);
    void this.#contacts.put(contact, this.#codec.encode(json ?? JSON.stringify(state), contact));
  }

  #stored(contact: ContactKey): ContactState | undefined {
    const written = this.#written.get(contact);
    if (written) return written;
    const bytes = this.#contacts.get(contact);
    return bytes === undefined ? undefined : (JSON.parse(this.#codec.decode(bytes)) as ContactState);
  }

  /** Deadlines at or before `now` that still stand, earliest first, at most `limit`. */
  dueTimers(now: Millis, limit: number): DueTimer[] {
    const due: DueTimer[] = [];
    for (const { key, value: contact } of this.#timers.getRange({ end: [now + 1, '', ''] })) {
      const [at, conversation, id] = key;
      const timer: Timer = { conversation: conversation as ConversationId, id, due: at as Millis };
      // A step that is not written yet may have taken the deadline back or moved it.
      const stands = timersOf(this.get(contact)).some((other) => timerIdentity(other) === timerIdentity(timer));
      if (stands) due.push({ contact, timer });
      if (due.length >= limit) break;
    }
    return due;
  }

  /** When the earliest written deadline is due. */
  nextDue(): Millis | undefined {
    for (const key of this.#timers.getKeys({ limit: 1 })) return key[0] as Millis;
    return undefined;
  }

  /** Written contacts in the order of their keys, from the one after `contact` on. */
  contactsAfter(contact: ContactKey | undefined, limit: number): readonly ContactKey[] {
    const from = contact === undefined ? {} : { start: contact, exclusiveStart: true };
    return [...this.#contacts.getKeys({ ...from, limit })];
  }

  /** Forgets everything: the folder belonged to another incarnation of the journal. */
  async clear(): Promise<void> {
    this.#staged.clear();
    this.#written.clear();
    this.#dirty.clear();
    await this.#root.transaction(() => {
      this.#contacts.clearSync();
      this.#timers.clearSync();
      this.#meta.clearSync();
    });
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

function timerKey(timer: Timer): TimerKey {
  return [timer.due, timer.conversation, timer.id];
}

function timerIdentity(timer: Timer): string {
  return `${timer.due.toString()} ${timer.conversation} ${timer.id}`;
}
