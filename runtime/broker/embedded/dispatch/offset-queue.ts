/** Offsets in ascending order, each once. */
export class OffsetQueue {
  #offsets: number[] = [];

  get size(): number {
    return this.#offsets.length;
  }

  get first(): number | undefined {
    return this.#offsets[0];
  }

  /** Usually appended at the end; never there twice. */
  add(offset: number): void {
    let low = 0;
    let high = this.#offsets.length;
    if ((this.#offsets[high - 1] ?? -1) < offset) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    if (this.#offsets[low] !== offset) this.#offsets.splice(low, 0, offset);
  }

  takeFirst(): number | undefined {
    return this.#offsets.shift();
  }

  /** Removes and returns what `belongs` says. */
  takeAll(belongs: (offset: number) => boolean): readonly number[] {
    const taken = this.#offsets.filter(belongs);
    if (taken.length > 0) this.#offsets = this.#offsets.filter((offset) => !belongs(offset));
    return taken;
  }

  clear(): void {
    this.#offsets = [];
  }
}
