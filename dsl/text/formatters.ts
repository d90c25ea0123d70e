/** Building a formatter of Intl costs 50 µs: kept by what it is for. Locales and zones come from outside, so it is capped. */
export class FormatterCache<Formatter> {
  private readonly known = new Map<string, Formatter>();
  private readonly make: (key: string) => Formatter;

  constructor(make: (key: string) => Formatter) {
    this.make = make;
  }

  of(key: string): Formatter {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MAX_FORMATTERS) this.known.clear();
    const made = this.make(key);
    this.known.set(key, made);
    return made;
  }
}

const MAX_FORMATTERS = 2000;
