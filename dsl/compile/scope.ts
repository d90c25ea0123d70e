import type { Compilation } from './compilation.ts';
import type { Label, Layout } from './layout.ts';

/** Where a part of a step stands: what `goto` means there. */
export interface Scope {
  readonly c: Compilation;
  readonly layout: Layout;
  readonly state: string;
  /** Beside the line, in an interrupt or after a failure: a way that leads back into the line gives that up. */
  readonly isAside?: boolean;
  readonly steps: ReadonlyMap<string, Label>;
  /** What follows the construct: `next`. */
  readonly after: Label;
}
