/** What became of requests since the process started; of one connector. */
export interface Tally {
  delivered: number;
  failed: number;
  /** Attempts that failed and were tried again. */
  retried: number;
  /** Requests that came again although they were completed: effectively-once, rule 1. */
  duplicatesDropped: number;
}

export function newTally(): Tally {
  return { delivered: 0, failed: 0, retried: 0, duplicatesDropped: 0 };
}
