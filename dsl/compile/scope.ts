import type { Compilation } from './compilation.ts';
import type { Label, Layout } from './layout.ts';

/** Where a part of a step stands: what `goto` means there. */
export interface Scope {
  readonly c: Compilation;
  readonly layout: Layout;
  readonly state: string;
  readonly steps: ReadonlyMap<string, Label>;
  /** What follows the construct: `next`. */
  readonly after: Label;
}
