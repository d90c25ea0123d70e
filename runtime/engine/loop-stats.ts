/** Figures of one ownership. */
export interface LoopStats {
  steps: number;
  timersFired: number;
  duplicatesDropped: number;
  outputsPublished: number;
  outputsRepublished: number;
  recordsRecovered: number;
}

export function noStats(): LoopStats {
  return {
    steps: 0,
    timersFired: 0,
    duplicatesDropped: 0,
    outputsPublished: 0,
    outputsRepublished: 0,
    recordsRecovered: 0,
  };
}

export function addStats(total: LoopStats, added: Readonly<LoopStats>): void {
  total.steps += added.steps;
  total.timersFired += added.timersFired;
  total.duplicatesDropped += added.duplicatesDropped;
  total.outputsPublished += added.outputsPublished;
  total.outputsRepublished += added.outputsRepublished;
  total.recordsRecovered += added.recordsRecovered;
}
