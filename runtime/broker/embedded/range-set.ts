/** Offsets as sorted, disjoint, non-adjacent ranges [start, end): many acknowledgements, few holes. */
export class RangeSet {
  #starts: number[] = [];
  #ends: number[] = [];

  get size(): number {
    return this.#starts.reduce((sum, start, index) => sum + (this.#ends[index] ?? start) - start, 0);
  }

  has(offset: number): boolean {
    const index = this.#lastStartingAtOrBefore(offset);
    return index >= 0 && offset < (this.#ends[index] ?? 0);
  }

  /** False where it was there already. */
  add(offset: number): boolean {
    const index = this.#lastStartingAtOrBefore(offset);
    const end = this.#ends[index] ?? -1;
    if (index >= 0 && offset < end) return false;
    const joinsLeft = index >= 0 && offset === end;
    const joinsRight = this.#starts[index + 1] === offset + 1;
    if (joinsLeft && joinsRight) {
      this.#ends[index] = this.#ends[index + 1] ?? offset + 1;
      this.#starts.splice(index + 1, 1);
      this.#ends.splice(index + 1, 1);
    } else if (joinsLeft) this.#ends[index] = offset + 1;
    else if (joinsRight) this.#starts[index + 1] = offset;
    else {
      this.#starts.splice(index + 1, 0, offset);
      this.#ends.splice(index + 1, 0, offset + 1);
    }
    return true;
  }

  /** The first offset at or after `offset` that is not in the set. */
  firstMissingFrom(offset: number): number {
    const index = this.#lastStartingAtOrBefore(offset);
    return index >= 0 ? Math.max(offset, this.#ends[index] ?? offset) : offset;
  }

  removeBelow(offset: number): void {
    while ((this.#ends[0] ?? Infinity) <= offset) {
      this.#starts.shift();
      this.#ends.shift();
    }
    if ((this.#starts[0] ?? Infinity) < offset) this.#starts[0] = offset;
  }

  clear(): void {
    this.#starts = [];
    this.#ends = [];
  }

  /** The first `limit` ranges. */
  ranges(limit: number): readonly (readonly [start: number, end: number])[] {
    return this.#starts.slice(0, limit).map((start, index) => [start, this.#ends[index] ?? start]);
  }

  /** Ranges must be given in ascending order. */
  load(ranges: readonly (readonly [start: number, end: number])[]): void {
    this.#starts = ranges.map(([start]) => start);
    this.#ends = ranges.map(([, end]) => end);
  }

  #lastStartingAtOrBefore(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
