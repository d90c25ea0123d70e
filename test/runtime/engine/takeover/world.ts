import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { decodeRecord } from '../../../../runtime/engine/journal.ts';
import { JournalFold } from '../../../../runtime/engine/journal-record.ts';
import { acquireJournal, Owner, type Acquire } from './owner.ts';
import { ModelTopic, type Entry } from './topic.ts';

/** What is explored: the engine as it is, or with something left out. */
export interface Model {
  /** Whether the broker fences. */
  readonly fencing: boolean;
  /** Whether it says so. */
  readonly claimsFencing?: boolean;
  readonly acquire?: Acquire;
  /** The rule by which every reader decides which records count. */
  readonly newFold?: () => JournalFold;
  /** Ownerships, each by whichever worker. */
  readonly owners: number;
  /** Of each ownership. */
  readonly steps: number;
  readonly crashes: number;
  readonly unloads: number;
}

export type Action =
  { readonly kind: 'open' | 'look' | 'store' | 'step' | 'crash'; readonly owner: number } | { readonly kind: 'unload' };

/** One run of the model: some owners, one journal, and what has happened so far. */
export class World {
  readonly #model: Model;
  readonly #topic: ModelTopic;
  readonly #owners: readonly Owner[];
  #crashes = 0;
  #unloads = 0;
  /** What each owner has been told, and when: with the journal, all that its future depends on. */
  #told = '';

  constructor(model: Model) {
    this.#model = model;
    this.#topic = new ModelTopic(model.fencing);
    this.#owners = Array.from({ length: model.owners }, () => new Owner());
  }

  /** What may happen next. */
  actions(): readonly Action[] {
    const { steps, crashes, unloads } = this.#model;
    const next = this.#owners.findIndex(({ state }) => state === 'absent');
    const actions: Action[] = next >= 0 ? [{ kind: 'open', owner: next }] : [];
    for (const [owner, { state, steps: stepped }] of this.#owners.entries()) {
      if (this.#topic.isLooking(owner)) actions.push({ kind: 'look', owner });
      if (this.#topic.sentBy(owner).length > 0) actions.push({ kind: 'store', owner });
      if (state === 'owning' && stepped < steps) actions.push({ kind: 'step', owner });
      const lives = state === 'acquiring' || state === 'owning';
      if (lives && this.#crashes < crashes) actions.push({ kind: 'crash', owner });
    }
    if (this.#unloads < unloads && this.#topic.entries.length > 0) actions.push({ kind: 'unload' });
    return actions;
  }

  /** Resolves once everybody has done what follows from it by itself. */
  async act(action: Action): Promise<void> {
    if (action.kind === 'unload') {
      this.#unloads += 1;
      this.#topic.unload();
    } else {
      this.#actOn(action.kind, action.owner);
    }
    await new Promise(setImmediate);
  }

  #actOn(kind: 'open' | 'look' | 'store' | 'step' | 'crash', index: number): void {
    const owner = this.#owners[index];
    if (!owner) throw new RangeError(`no owner ${index}`);
    const { acquire = acquireJournal, fencing, claimsFencing = fencing } = this.#model;
    switch (kind) {
      case 'open':
        owner.open(acquire, this.#topic.endOf(index, claimsFencing), this.#newFold());
        return;
      case 'look':
        this.#told += ` ${index}:${this.#topic.entries.length}`;
        this.#topic.look(index);
        return;
      case 'store':
        this.#topic.store(index);
        return;
      case 'step':
        owner.step();
        return;
      case 'crash':
        this.#crashes += 1;
        owner.crash();
        this.#topic.disconnect(index);
    }
  }

  #newFold(): JournalFold {
    return this.#model.newFold?.() ?? new JournalFold();
  }

  /** Two runs with the same one have the same future. */
  fingerprint(): string {
    const entries = this.#topic.entries.map(({ id, from, payload }) => `${id} ${from} ${placeOf(payload)}`).join();
    const owners = this.#owners.map(
      ({ state, steps }, owner) =>
        `${state} ${steps} ${this.#topic
          .sentBy(owner)
          .map(({ payload }) => placeOf(payload))
          .join('+')}`,
    );
    const { holder } = this.#topic;
    return [entries, ...owners, holder ?? '-', this.#crashes, this.#unloads, this.#told].join('|');
  }

  /** What must never be, in words; undefined where all is well. */
  violation(): string | undefined {
    const counted = this.#counted();
    const counts = new Set(counted.map(({ id }) => id));
    const past = new Set<number>();
    for (const [index, { id, from }] of counted.entries()) {
      if (past.has(from)) return `record ${id} of owner ${from} counts, after one of its successor`;
      if (counted[index + 1]?.from !== from) past.add(from);
    }
    for (const [from, { effects }] of this.#owners.entries()) {
      const early = effects.find((id) => !counts.has(id));
      if (early !== undefined) return `the outputs of ${early} left owner ${from}, and it does not count`;
    }
    return this.#lost(counted);
  }

  /** Each owner must go on from all that counted before its own first record. */
  #lost(counted: readonly Entry[]): string | undefined {
    for (const [from, { recovered, hasOwned }] of this.#owners.entries()) {
      const first = counted.findIndex((entry) => entry.from === from);
      if (first < 0 || !hasOwned) continue;
      const missing = counted.slice(0, first).find(({ id }) => !recovered.includes(id));
      if (missing) return `owner ${from} goes on without ${missing.id}, which counts`;
    }
    return undefined;
  }

  #counted(): readonly Entry[] {
    const fold = this.#newFold();
    return this.#topic.entries.filter(({ payload }) => fold.accept(decodeRecord(payload, PLAIN_CODEC)));
  }

  get #effects(): number {
    return this.#owners.reduce((sum, { effects }) => sum + effects.length, 0);
  }

  /** Whether, with no more faults, the owner that there is or a new one can step. Ends this run. */
  async canGoOn(): Promise<boolean> {
    const before = this.#effects;
    for (const [index, owner] of this.#owners.entries()) {
      if (owner.state === 'owning') await this.act({ kind: 'step', owner: index });
      while (this.#topic.sentBy(index).length > 0) await this.act({ kind: 'store', owner: index });
    }
    if (this.#effects > before) return true;
    const { acquire = acquireJournal, fencing, claimsFencing = fencing } = this.#model;
    const fresh = new Owner();
    const index = this.#owners.length;
    fresh.open(acquire, this.#topic.endOf(index, claimsFencing), this.#newFold());
    await new Promise(setImmediate);
    for (const kind of ['look', 'store'] as const) {
      this.#topic[kind](index);
      await new Promise(setImmediate);
    }
    fresh.step();
    this.#topic.store(index);
    await new Promise(setImmediate);
    return fresh.effects.length === 1;
  }

  /** The journal, for whoever reads a counterexample. */
  toString(): string {
    const counts = new Set(this.#counted().map(({ id }) => id));
    const line = ({ id, from, payload }: Entry): string =>
      `${id} owner ${from} ${placeOf(payload)}${counts.has(id) ? '' : ' (does not count)'}`;
    return this.#topic.entries.map(line).join('\n');
  }
}

/** `barrier 2:5`: epoch and sequence. */
function placeOf(payload: Buffer): string {
  const { kind, epoch, sequence } = decodeRecord(payload, PLAIN_CODEC);
  return `${kind} ${epoch}:${sequence}`;
}
