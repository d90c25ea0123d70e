/** Awaits of modules under test that no process of a world comes to, and why: they are neither visited nor counted. */

interface Uncounted {
  readonly file: string;
  /** Name of the function. Default: the whole file. */
  readonly within?: string;
  readonly why: string;
}

export const UNCOUNTED: readonly Uncounted[] = [];
