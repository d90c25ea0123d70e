/** At most so many a second, evenly: what was not used in one second is not made up for in the next. */
export class Pace {
  readonly #perSecond: number;
  #tokens = 1;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#atMs = nowMs;
  }

  /** How many of `most` may go now; they count as gone. */
  take(most: number, nowMs: number): number {
    this.#refill(nowMs);
    const taken = Math.min(most, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** Until the next may go; at least a tenth of a second's worth is worth waking up for. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    const wanted = Math.max(1, this.#perSecond / 10);
    return Math.max(1, Math.ceil(((wanted - this.#tokens) / this.#perSecond) * 1000));
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + (elapsedMs * this.#perSecond) / 1000);
  }
}
