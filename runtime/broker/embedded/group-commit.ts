import { BrokerError } from '../errors.ts';
import type { Clock } from '../../clock.ts';
import { CommitShares } from './commit-shares.ts';
import { storageFull } from './lmdb-store.ts';
import type { Store, Write } from './store.ts';

/** Acknowledgements wait at most this long for a publish whose commit they can share. */
const LAZY_DELAY_MS = 20;

/** What one participant adds to a commit. Exactly one of `committed` and `failed` is called afterwards. */
export interface Contribution {
  readonly writes: readonly Write[];
  /** Bytes of new messages; 0 for what must go through even on a full disk. */
  readonly bytes: number;
  committed(): void;
  failed(error: BrokerError): void;
}

/** A contribution, and whose it is. */
interface Due {
  readonly tenant: string | undefined;
  readonly contribution: Contribution;
}

export interface Participant {
  /** Whose messages it adds; undefined where it adds none. */
  readonly tenant?: string;
  /** While it contributes others may join, who then take part in the same commit if there is room. */
  readonly leads?: boolean;
  /** Called as a commit begins, with the bytes that it may still add. Undefined: nothing to write after all. */
  contribute(maxBytes: number): Contribution | undefined;
}

/**
 * One commit at a time, over all topics: what arrives while one is being synced goes into the next. Publishes are
 * refused when the disk is full; everything else then commits without them, from the reserve.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #shares = new CommitShares();
  #ready = new Set<Participant>();
  /** There was no room for them. */
  #late: Participant[] = [];
  #lazy = new Set<Participant>();
  #cancelLazy: (() => void) | undefined;
  #running: Promise<void> | undefined;
  /** Of how many contributions to their last commit tenants are still to be told. They take part again after that. */
  readonly #untold = new Map<string, number>();
  #broken: BrokerError | undefined;

  constructor(store: Store, clock: Clock, folder: string) {
    this.#store = store;
    this.#clock = clock;
    this.#folder = folder;
  }

  /** Takes part in the next commit, which begins at the end of this turn of the event loop if none is under way. */
  join(participant: Participant): void {
    this.#ready.add(participant);
    this.#running ??= this.#run();
  }

  /** Takes part in the next commit that comes anyway, or in one of its own after LAZY_DELAY_MS. */
  joinLazily(participant: Participant): void {
    this.#lazy.add(participant);
    this.#cancelLazy ??= this.#clock.after(LAZY_DELAY_MS, () => {
      this.#cancelLazy = undefined;
      this.#running ??= this.#run();
    });
  }

  /** Commits these writes with whatever else is due; resolves when they are durable. */
  write(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.join({ contribute: () => ({ writes, bytes: 0, committed: resolve, failed: reject }) });
    });
  }

  /** Commits everything that is waiting, lazy participants included; what fails on a full disk stays waiting. */
  async flush(): Promise<void> {
    for (const participant of this.#lazy) this.#ready.add(participant);
    while (this.#running !== undefined || this.#isDue()) await (this.#running ??= this.#run());
  }

  /** Flushes; everything later fails with broker-closed. */
  async close(): Promise<void> {
    await this.flush();
    this.#cancelLazy?.();
    this.#broken ??= new BrokerError('broker-closed', 'the broker is closed');
  }

  async #run(): Promise<void> {
    do {
      // The reactions to the last commit (replies sent, acknowledgements) belong in this one.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#commit(this.#gather());
    } while (this.#isDue());
    this.#running = undefined;
  }

  #isDue(): boolean {
    return this.#ready.size > 0 || this.#late.length > 0 || this.#untold.size > 0;
  }

  /** Who had no room the last time comes first, then who leads others, then these and everybody else. */
  #gather(): readonly Due[] {
    const late = this.#late;
    const due = [...this.#ready, ...this.#lazy];
    this.#ready = new Set();
    this.#lazy = new Set();
    this.#late = [];
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    const contributions: Due[] = [];
    const room = this.#shares.begin([...late, ...due], this.#clock.now());
    const asked = new Set<Participant>();
    const ask = (participants: Iterable<Participant>): void => {
      for (const participant of participants) {
        if (asked.has(participant)) continue;
        asked.add(participant);
        const { tenant } = participant;
        const bytes = tenant !== undefined && this.#untold.has(tenant) ? 0 : room.for(participant);
        if (bytes <= 0) this.#late.push(participant);
        const contribution = bytes > 0 ? participant.contribute(bytes) : undefined;
        if (!contribution) continue;
        contributions.push({ tenant, contribution });
        room.take(participant, contribution.bytes);
      }
    };
    ask(late);
    ask(due.filter(({ leads }) => leads === true));
    const joined = [...this.#ready];
    // Who has contributed and has more waits for the next commit.
    this.#ready = new Set(joined.filter((participant) => asked.has(participant)));
    ask(joined);
    ask(due);
    const hasMore = [...this.#ready, ...this.#late].flatMap(({ tenant }) => tenant ?? []);
    this.#shares.begun(
      contributions.flatMap(({ tenant }) => tenant ?? []),
      new Set(hasMore),
    );
    return contributions;
  }

  async #commit(all: readonly Due[]): Promise<void> {
    let due = all;
    const bytes = due.reduce((sum, { contribution }) => sum + contribution.bytes, 0);
    if (bytes > 0 && !this.#store.hasRoomFor(bytes)) due = refusePublishes(due, storageFull(this.#folder));
    for (;;) {
      const error = await this.#attempt(due);
      if (!error) {
        this.#tell(due);
        return;
      }
      const rest = error.code === 'storage-full' ? refusePublishes(due, error) : [];
      if (rest.length === 0 || rest.length === due.length) {
        for (const { contribution } of error.code === 'storage-full' ? rest : due) contribution.failed(error);
        return;
      }
      due = rest;
    }
  }

  /**
   * A tenant that is busy beside calm ones is told in turns of its own, one for each topic, the next commit being under
   * way by then: what it makes of its messages keeps nobody else's from the disk.
   */
  #tell(due: readonly Due[]): void {
    const busy = this.#shares.busy();
    const later: (() => void)[] = [];
    for (const { tenant, contribution } of due) {
      if (tenant === undefined || !busy.has(tenant)) contribution.committed();
      else later.push(this.#untoldOf(tenant, contribution));
    }
    // The next commit begins in the next turn.
    if (later.length > 0)
      setImmediate(() => {
        callInTurns(later);
      });
  }

  /** Call what it returns to tell of it. */
  #untoldOf(tenant: string, contribution: Contribution): () => void {
    this.#untold.set(tenant, (this.#untold.get(tenant) ?? 0) + 1);
    return () => {
      const left = (this.#untold.get(tenant) ?? 0) - 1;
      if (left > 0) this.#untold.set(tenant, left);
      else this.#untold.delete(tenant);
      contribution.committed();
    };
  }

  async #attempt(due: readonly Due[]): Promise<BrokerError | undefined> {
    if (this.#broken) return this.#broken;
    const writes = due.flatMap(({ contribution }) => contribution.writes);
    if (writes.length === 0) return undefined;
    try {
      await this.#store.commit(writes);
      return undefined;
    } catch (cause) {
      const error =
        cause instanceof BrokerError ? cause : new BrokerError('broker-refused', 'a commit failed', { cause });
      // After a failed sync nobody knows what is on the disk: only reopening, which reads it again, helps.
      if (error.code !== 'storage-full') this.#broken = error;
      return error;
    }
  }
}

/** Each in a turn of the event loop of its own. */
function callInTurns([next, ...rest]: readonly (() => void)[]): void {
  setImmediate(() => {
    next?.();
    if (rest.length > 0) callInTurns(rest);
  });
}

/** Fails the publishes and returns the rest. */
function refusePublishes(due: readonly Due[], error: BrokerError): readonly Due[] {
  const rest = due.filter(({ contribution }) => contribution.bytes === 0);
  for (const { contribution } of due) if (contribution.bytes > 0) contribution.failed(error);
  return rest;
}
