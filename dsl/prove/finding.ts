import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Severity } from '../diagnostics/diagnostic.ts';
import type { Target } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import type { Action, Given } from '../scenario/scenario.ts';

/** Something that is proved of a machine and that its author should know. */
export interface Finding extends Position {
  readonly code: DiagnosticCode;
  /** In whose file it stands. */
  readonly flow: string;
  /** Where it is weaker or stronger than its code usually is. */
  readonly severity?: Severity;
  readonly message: string;
  readonly expected?: string;
  /** What a dialogue has to do to show it; without it no dialogue can, as where something is never reached. */
  readonly claim?: Claim;
  /** What would make an error of a warning. */
  readonly worst?: Claim;
  /** The shortest that was found. */
  readonly dialogue?: Dialogue;
}

/** What is seen after the last action of a dialogue. */
export type Claim =
  /** The conversation fails with one of these codes. */
  | { readonly sees: 'failure'; readonly codes: readonly string[] }
  /** The last action passes this node; `times` of it, and more than `silenceMs` after the person last wrote. */
  | {
      readonly sees: 'passage';
      readonly flow: string;
      readonly node: Target;
      readonly times?: number;
      readonly silenceMs?: number;
    }
  /** It waits at this node, as it did before, and only time has passed in between. */
  | { readonly sees: 'return'; readonly flow: string; readonly node: Target }
  /** It waits at this node before the last action, with which its lifetime is used up. */
  | { readonly sees: 'expiry'; readonly flow: string; readonly node: Target }
  /** What the last action leads to in that instant has no end, or one only because the platform refuses to go on. */
  | { readonly sees: 'endless' };

/** Plays on any stage: see scenario/stage.ts. */
export interface Dialogue {
  readonly given: Given;
  readonly actions: readonly Action[];
  readonly claim: Claim;
}
