/** What stands in the way of an engine's loops while their tenant's partitions are being added to. */
export interface Gate {
  /** No deadline passes: what is under way is to come to an end. */
  readonly isHeld: () => boolean;
  /**
   * Asked by every owner before its barrier, and between that and its first step; rejects where nobody may step, or on another number of
   * partitions. Whoever moves states places its mark first and its barriers then: so an owner that it does not fence off
   * sees the mark.
   */
  readonly admit: () => Promise<void>;
}
