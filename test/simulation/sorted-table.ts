/** Keys as LMDB orders them, as far as the platform uses them: bytes, texts, numbers, and lists of these. */
export type Key = Buffer | string | number | readonly Key[];

interface Bounds {
  readonly start?: Key;
  readonly end?: Key;
  readonly reverse?: boolean;
  readonly exclusiveStart?: boolean;
  readonly inclusiveEnd?: boolean;
  readonly limit?: number;
}

/** A map in the order of its keys. */
export class SortedTable {
  #keys: Key[] = [];
  #values: unknown[] = [];

  get(key: Key): unknown {
    const at = this.#firstFrom(key);
    return this.#has(at, key) ? this.#values[at] : undefined;
  }

  /** Undefined takes the key away. */
  set(key: Key, value: unknown): void {
    const at = this.#firstFrom(key);
    const isThere = this.#has(at, key);
    if (value !== undefined) {
      this.#keys.splice(at, isThere ? 1 : 0, key);
      this.#values.splice(at, isThere ? 1 : 0, value);
    } else if (isThere) {
      this.#keys.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  range(bounds: Bounds): (readonly [Key, unknown])[] {
    const { start, end, reverse = false, exclusiveStart = false, inclusiveEnd = false, limit = Infinity } = bounds;
    const [low, high] = reverse ? [end, start] : [start, end];
    const [withoutLow, withoutHigh] = reverse ? [!inclusiveEnd, exclusiveStart] : [exclusiveStart, !inclusiveEnd];
    const from = low === undefined ? 0 : this.#edge(low, withoutLow);
    const to = high === undefined ? this.#keys.length : this.#edge(high, !withoutHigh);
    const found: (readonly [Key, unknown])[] = [];
    const count = Math.min(to - from, limit);
    for (let index = 0; index < count; index++) {
      const at = reverse ? to - 1 - index : from + index;
      found.push([this.#keys[at] ?? '', this.#values[at]]);
    }
    return found;
  }

  copy(): SortedTable {
    const copy = new SortedTable();
    copy.#keys = [...this.#keys];
    copy.#values = [...this.#values];
    return copy;
  }

  /** Index of the first key from `key` on, or after it. */
  #edge(key: Key, isAfter: boolean): number {
    const at = this.#firstFrom(key);
    return isAfter && this.#has(at, key) ? at + 1 : at;
  }

  #has(at: number, key: Key): boolean {
    const found = this.#keys[at];
    return found !== undefined && compareKeys(found, key) === 0;
  }

  #firstFrom(key: Key): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#keys[middle];
      if (found !== undefined && compareKeys(found, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compareKeys(a: Key, b: Key): number {
  if (a instanceof Buffer && b instanceof Buffer) return Buffer.compare(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [listOf(a), listOf(b)];
  if (!left && !right) return rankOf(a) - rankOf(b);
  return compareLists(left ?? [a], right ?? [b]);
}

function compareLists(left: readonly Key[], right: readonly Key[]): number {
  for (const [at, one] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const order = compareKeys(one, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function listOf(key: Key): readonly Key[] | undefined {
  return Array.isArray(key) ? (key as readonly Key[]) : undefined;
}

function rankOf(key: Key): number {
  return typeof key === 'number' ? 0 : 1;
}
