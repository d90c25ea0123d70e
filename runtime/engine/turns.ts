/** Inputs that a tenant decides before others have their turn: half a millisecond or so. */
export const INPUTS_A_TURN = 4;

/**
 * Whose turn it is on the one JavaScript thread that all tenants of a process share. Each decides a few inputs, and then
 * waits until what came from outside meanwhile is taken in and every other one that waits has had as much. So a tenant
 * that has one message waiting is served next, however many thousands another has.
 *
 * Counted, not timed: the same inputs give the same order, which the simulation relies on.
 */
export class Turns {
  /** With inputs that wait; the first is next. */
  readonly #waiting: TenantTurns[] = [];
  #given = 0;

  /** Those of one more tenant. */
  tenant(): TenantTurns {
    return new TenantTurns(this);
  }

  /** Turns that were given so far. */
  get given(): number {
    return this.#given;
  }

  /** Calls `begin` once it is the tenant's turn. */
  queue(tenant: TenantTurns): void {
    if (this.#waiting.push(tenant) === 1) this.#giveNext();
  }

  #giveNext(): void {
    setImmediate(() => {
      const tenant = this.#waiting.shift();
      if (this.#waiting.length > 0) this.#giveNext();
      this.#given += 1;
      tenant?.begin();
    });
  }
}

interface Held {
  readonly inputs: number;
  readonly go: () => void;
}

/** The turns of one tenant, for all its loops: among them, first come, first served. */
export class TenantTurns {
  readonly #turns: Turns;
  #held: Held[] = [];
  #seen = 0;
  /** Inputs of this turn. Below 0 where more were taken at once: so many fewer in the next ones. */
  #left = INPUTS_A_TURN;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Ask before so many inputs are decided. Undefined: at once. */
  next(inputs = 1): Promise<void> | undefined {
    if (this.#held.length === 0 && this.#seen !== this.#turns.given) this.#refill();
    if (this.#held.length === 0 && this.#left > 0) {
      this.#left -= inputs;
      return undefined;
    }
    return new Promise((go) => {
      if (this.#held.push({ inputs, go }) === 1) this.#turns.queue(this);
    });
  }

  /** It is this tenant's turn. */
  begin(): void {
    this.#refill();
    let going = 0;
    for (const { inputs } of this.#held) {
      if (this.#left <= 0) break;
      this.#left -= inputs;
      going += 1;
    }
    const gone = this.#held.splice(0, going);
    if (this.#held.length > 0) this.#turns.queue(this);
    for (const { go } of gone) go();
  }

  #refill(): void {
    this.#seen = this.#turns.given;
    this.#left = Math.min(this.#left + INPUTS_A_TURN, INPUTS_A_TURN);
  }
}
