/** A clock that stands still until it is told; what falls due on the way happens at its own time, first come first. */
export class StandingClock {
  private time: number;
  private due: { readonly id: number; readonly at: number; readonly run: () => void }[] = [];
  private ids = 0;

  constructor(now: number) {
    this.time = now;
  }

  setTimeout(run: () => void, ms: number): number {
    this.ids += 1;
    this.due.push({ id: this.ids, at: this.now + ms, run });
    return this.ids;
  }

  clearTimeout(id: number): void {
    this.due = this.due.filter((other) => other.id !== id);
  }

  get now(): number {
    return this.time;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [first] = this.due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!first) break;
      this.clearTimeout(first.id);
      this.time = Math.max(this.time, first.at);
      first.run();
    }
    this.time = end;
  }

  /** Time passes, and nothing has fallen due yet. */
  skip(ms: number): void {
    this.time += ms;
  }
}
