/** Figures of one ownership. */
export interface LoopStats {
  steps: number;
  timersFired: number;
  duplicatesDropped: number;
  outputsPublished: number;
  outputsRepublished: number;
  recordsRecovered: number;
}
