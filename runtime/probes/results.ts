/** What the probes of this process found, for metrics. */
export interface ProbeResult {
  readonly definition: string;
  readonly scenario: string;
  readonly hasPassed: boolean;
  readonly durationMs: number;
  /** When it last passed; undefined where it has not since the start. */
  readonly passedAt: number | undefined;
  readonly passed: number;
  readonly failed: number;
}

export type ProbeOutcome = Pick<ProbeResult, 'definition' | 'scenario' | 'hasPassed' | 'durationMs'>;

export class ProbeResults {
  readonly startedAt: number;
  /** Files that could not be read, and what is wrong in others, as of the last turn. */
  problems = 0;
  readonly #results = new Map<string, ProbeResult>();

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  get all(): readonly ProbeResult[] {
    return [...this.#results.values()];
  }

  add(outcome: ProbeOutcome, now: number): void {
    const name = JSON.stringify([outcome.definition, outcome.scenario]);
    const before = this.#results.get(name);
    const { hasPassed } = outcome;
    this.#results.set(name, {
      ...outcome,
      passedAt: hasPassed ? now : before?.passedAt,
      passed: (before?.passed ?? 0) + (hasPassed ? 1 : 0),
      failed: (before?.failed ?? 0) + (hasPassed ? 0 : 1),
    });
  }

  /** Those that are not probed any more tell nothing. */
  keepOnly(wanted: readonly Pick<ProbeOutcome, 'definition' | 'scenario'>[]): void {
    const names = new Set(wanted.map(({ definition, scenario }) => JSON.stringify([definition, scenario])));
    for (const name of this.#results.keys()) if (!names.has(name)) this.#results.delete(name);
  }
}
