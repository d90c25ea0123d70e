import { open, type Database, type RootDatabase } from 'lmdb';
import type { Millis } from '../../channels/brands.ts';
import { deadlineId, deadlinesOf, type Deadline, type KeptState, type StateKey } from '../../dsl/correlation.ts';
import { readState } from '../../dsl/state-format.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { Place, Vector } from './journal-record.ts';

/** Parsed states kept beside LMDB: those of contacts that are busy. A few kilobytes each. */
const CACHED_CONTACTS_MAX = 5_000;

/** Characters of a key, as of an event's attribute: LMDB takes up to 1978 bytes. */
const KEY_CHARACTERS_MAX = 512;

/** Contacts dropped in one transaction. */
const DROPPED_AT_ONCE = 5_000;

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
export interface DueDeadline {
  readonly key: StateKey;
  readonly deadline: Deadline;
}

/** A contact's state on its way back from a checkpoint; undefined: it was forgotten. */
export interface Restored {
  readonly state: KeptState | undefined;
  readonly sequence: number;
}

interface Unwritten {
  readonly state: KeptState | undefined;
  readonly sequence: number;
  readonly stored: Buffer | undefined;
}

/** Due time first, so that a range scan yields deadlines in order. */
type TimerKey = [due: number, owner: string, id: string];

/**
 * The owner's local copy of a partition: contacts by key, deadlines by due time. It may always be thrown away, since
 * the journal and the checkpoints rebuild it; it makes a restart on the same node fast and keeps idle contacts out of
 * memory. Steps see their own uncommitted states through `staged`; LMDB sees committed ones only.
 */
export class StateStore {
  readonly #root: RootDatabase;
  readonly #contacts: Database<Buffer, StateKey>;
  readonly #timers: Database<StateKey, TimerKey>;
  readonly #meta: Database<Checkpoint, string>;
  readonly #codec: EventCodec;
  /** What LMDB holds of the contacts written last, the oldest first. */
  readonly #written = new Map<StateKey, KeptState>();
  /** Newest state of contacts whose steps are not in LMDB yet, with the sequence that produced it. */
  readonly #staged = new Map<StateKey, { state: KeptState | undefined; sequence: number }>();
  /** Committed but unwritten, newest per contact. */
  #dirty = new Map<StateKey, Unwritten>();

  constructor(folder: string, codec: EventCodec) {
    this.#root = open({ path: folder, maxDbs: 4, noMemInit: true });
    this.#contacts = this.#root.openDB({ name: 'contacts', encoding: 'binary' });
    this.#timers = this.#root.openDB({ name: 'timers' });
    this.#meta = this.#root.openDB({ name: 'meta', encoding: 'json' });
    this.#codec = codec;
  }

  checkpoint(): Checkpoint | undefined {
    return this.#meta.get('checkpoint');
  }

  /** Nothing was ever written, or it was cleared. */
  get isEmpty(): boolean {
    return this.checkpoint() === undefined && this.contactsAfter(undefined, 1).length === 0;
  }

  /** The newest state, staged ones included. Throws RangeError for a key that no state can be written under. */
  get(contact: StateKey): KeptState | undefined {
    if (contact.length === 0 || contact.length > KEY_CHARACTERS_MAX) {
      throw new RangeError(`a key has 1 to ${KEY_CHARACTERS_MAX} characters, not ${contact.length}`);
    }
    const staged = this.#staged.get(contact);
    return staged ? staged.state : this.#stored(contact);
  }

  /** Makes an uncommitted state visible to the next step of the same contact. */
  stage(contact: StateKey, state: KeptState | undefined, sequence: number): void {
    this.#staged.set(contact, { state, sequence });
  }

  /** The record with this sequence is durable: its state may be written. `stored`: the state, encoded, where it is. */
  commit(contact: StateKey, state: KeptState | undefined, sequence: number, stored?: Buffer): void {
    this.#dirty.set(contact, { state, sequence, stored });
  }

  /** The newest state whose record is durable. */
  committed(contact: StateKey): KeptState | undefined {
    const dirty = this.#dirty.get(contact);
    return dirty ? dirty.state : this.#stored(contact);
  }

  /** Writes all committed states and the checkpoint that they belong to, in one transaction. */
  async flush(checkpoint: Checkpoint): Promise<void> {
    const dirty = await this.#writeDirty(checkpoint);
    this.#forgetOldest();
    for (const [contact, { sequence }] of dirty) {
      if (this.#staged.get(contact)?.sequence === sequence) this.#staged.delete(contact);
    }
  }

  async #writeDirty(checkpoint: Checkpoint | undefined): Promise<ReadonlyMap<StateKey, Unwritten>> {
    const dirty = this.#dirty;
    this.#dirty = new Map();
    // A batch is one transaction that lmdb's own thread carries out; `transaction` would hold up this one meanwhile.
    await this.#root.batch(() => {
      for (const [contact, unwritten] of dirty) this.#write(contact, unwritten);
      if (checkpoint) void this.#meta.put('checkpoint', checkpoint);
    });
    return dirty;
  }

  /** How many contacts wait to be written. */
  get unwritten(): number {
    return this.#dirty.size;
  }

  #forgetOldest(): void {
    for (const contact of this.#written.keys()) {
      if (this.#written.size <= CACHED_CONTACTS_MAX) break;
      this.#written.delete(contact);
    }
  }

  /** Writes each state unless one of a later sequence was restored before. Then `finishRestoring`. */
  async restore(states: ReadonlyMap<StateKey, Restored>): Promise<void> {
    const sequences = this.#sequences();
    await this.#root.batch(() => {
      for (const [contact, { state, sequence }] of states) {
        if ((sequences.get(contact) ?? 0) > sequence) continue;
        void sequences.put(contact, sequence);
        this.#write(contact, { state, sequence, stored: undefined });
      }
    });
    this.#forgetOldest();
  }

  /** Drops what was restored of sequences before `from`, and is complete up to `checkpoint`. */
  async finishRestoring(from: number, checkpoint: Checkpoint): Promise<void> {
    const sequences = this.#sequences();
    for (const { key, value } of sequences.getRange()) {
      if (value >= from) continue;
      this.commit(key, undefined, value);
      if (this.unwritten === DROPPED_AT_ONCE) await this.#writeDirty(undefined);
    }
    await this.flush(checkpoint);
    await sequences.drop();
  }

  /** Only while a checkpoint is being restored: of which sequence each contact's state is, since any order may come. */
  #sequences(): Database<number, StateKey> {
    return this.#root.openDB({ name: 'restored' });
  }

  #write(contact: StateKey, { state, stored }: Unwritten): void {
    const before = deadlinesOf(this.#stored(contact));
    const after = deadlinesOf(state);
    const keep = new Set(after.map(identity));
    for (const deadline of before) if (!keep.has(identity(deadline))) void this.#timers.remove(timerKey(deadline));
    const had = new Set(before.map(identity));
    for (const deadline of after) if (!had.has(identity(deadline))) void this.#timers.put(timerKey(deadline), contact);
    this.#written.delete(contact);
    if (state === undefined) {
      void this.#contacts.remove(contact);
      return;
    }
    this.#written.set(contact, state);
    void this.#contacts.put(contact, stored ?? this.#codec.encode(JSON.stringify(state), contact));
  }

  #stored(contact: StateKey): KeptState | undefined {
    const written = this.#written.get(contact);
    if (written) return written;
    const bytes = this.#contacts.get(contact);
    return bytes === undefined ? undefined : readState(JSON.parse(this.#codec.decode(bytes)) as object);
  }

  /** Deadlines at or before `now` that still stand, earliest first, at most `limit`; `after` this one. */
  dueDeadlines(now: Millis, limit: number, after?: Deadline): DueDeadline[] {
    const due: DueDeadline[] = [];
    const from = after ? { start: timerKey(after), exclusiveStart: true } : {};
    for (const { key: written, value: key } of this.#timers.getRange({ ...from, end: [now + 1, '', ''] })) {
      // A step that is not written yet may have taken the deadline back or moved it.
      const deadline = deadlinesOf(this.get(key)).find((one) => timerKey(one).join(' ') === written.join(' '));
      if (deadline) due.push({ key, deadline });
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
  contactsAfter(contact: StateKey | undefined, limit: number): readonly StateKey[] {
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
      this.#sequences().clearSync();
    });
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

function timerKey(deadline: Deadline): TimerKey {
  if ('correlation' in deadline) return [deadline.due, deadline.correlation, 'recent'];
  return [deadline.due, deadline.conversation, deadline.id];
}

function identity(deadline: Deadline): string {
  return `${deadline.due.toString()} ${deadlineId(deadline)}`;
}
