/**
 * What is dear to make and asked for again and again: Intl's formatters (50 µs), patterns. Keys hold locales and zones,
 * which come from outside, so it is capped.
 */
export class Cache<Made> {
  private readonly known = new Map<string, Made>();
  private readonly make: (key: string) => Made;

  constructor(make: (key: string) => Made) {
    this.make = make;
  }

  of(key: string): Made {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MAX_ENTRIES) this.known.clear();
    const made = this.make(key);
    this.known.set(key, made);
    return made;
  }
}

const MAX_ENTRIES = 2000;
