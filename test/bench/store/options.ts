/** What every part of the suite is told. */
export interface PartOptions {
  /** Published before the sink starts, to be sunk as fast as it can. */
  readonly events: number;
  /** In the tables when queries are asked. */
  readonly rows: number;
  /** Whose recorded conversations what-if compares. */
  readonly people: number;
  readonly partitions: number;
  /** How long a steady stream is sunk. */
  readonly seconds: number;
  /** Of the steady stream. */
  readonly perSecond: number;
  /** Empty, and the part's own. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}
