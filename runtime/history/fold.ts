/**
 * Pure: the recorded steps of a contact, or of a value of events, taken once more. What the engine kept after each of
 * them comes out of it, held against the hash that was recorded.
 */
import type { KeptState } from '../../dsl/correlation.ts';
import type { Step } from '../../dsl/step/contract.ts';
import { basisOf, Play } from './play.ts';
import { retake, type Retaken } from './retake.ts';
import type { RecordedHistory, RecordedStep } from './recorded-step.ts';
import type { StoredDefinitions } from './stored-definitions.ts';

export interface RebuiltStep extends Retaken {
  readonly step: RecordedStep;
  readonly before: KeptState | undefined;
  /** Undefined: nothing is kept. */
  readonly after: KeptState | undefined;
}

export interface History extends RecordedHistory {
  readonly definitions: StoredDefinitions;
  /** Default: this version's own. */
  readonly step?: Step;
}

export function rebuild({ key, steps, definitions, step: pureStep }: History): readonly RebuiltStep[] {
  const play = new Play(key, pureStep);
  return steps.map((step) => {
    const before = play.state;
    const retaken = retake(play, step, basisOf(step, definitions));
    return { step, before, after: play.state, ...retaken };
  });
}
