/**
 * Pure: the recorded steps of a contact, or of a value of events, taken once more. What the engine kept after each of
 * them comes out of it, held against the hash that was recorded.
 */
import type { Millis } from '../../channels/brands.ts';
import { deadlineId, deadlinesOf, type KeptState, type StateKey } from '../../dsl/correlation.ts';
import type { Step } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { step as pureStep } from '../../dsl/step/step.ts';
import { contactLogic } from '../engine/contact-logic.ts';
import type { Decision, LoopLogic } from '../engine/loop-logic.ts';
import type { RecordedStep } from './recorded-step.ts';
import { stateHash } from './state-hash.ts';
import type { StoredDefinitions } from './stored-definitions.ts';

export interface RebuiltStep {
  readonly step: RecordedStep;
  readonly before: KeptState | undefined;
  /** Undefined: nothing is kept. */
  readonly after: KeptState | undefined;
  readonly emissions: readonly OutgoingEmission[];
  /** In what it differs from what was recorded. From there on states are not what the engine had. */
  readonly problem?: string;
}

export interface History {
  readonly key: StateKey;
  /** All of the key's, from the first on, in the order in which they were taken. */
  readonly steps: readonly RecordedStep[];
  readonly definitions: StoredDefinitions;
  /** Default: this version's own. */
  readonly step?: Step;
}

export function rebuild(history: History): readonly RebuiltStep[] {
  let before: KeptState | undefined;
  return history.steps.map((step) => {
    const rebuilt = rebuildStep(history, step, before);
    before = rebuilt.after;
    return rebuilt;
  });
}

function rebuildStep(history: History, step: RecordedStep, before: KeptState | undefined): RebuiltStep {
  const { input } = step;
  const unchanged = { step, before, after: before, emissions: [] };
  // It is kept at its new place already.
  if (input.kind === 'moved-away') return unchanged;
  if (input.kind === 'moved-here') return withProblem(unchanged, differenceOf(step, before, before));
  const decided = decide(history, step, before);
  if (typeof decided === 'string') return { ...unchanged, problem: decided };
  const { state: after, emissions } = decided;
  return withProblem({ step, before, after, emissions }, differenceOf(step, before, after, emissions.length));
}

function withProblem(rebuilt: RebuiltStep, problem: string | undefined): RebuiltStep {
  return problem === undefined ? rebuilt : { ...rebuilt, problem };
}

function differenceOf(
  { stateHash: recorded, outputs }: RecordedStep,
  before: KeptState | undefined,
  after: KeptState | undefined,
  emitted: number = outputs.length,
): string | undefined {
  if (recorded === '' && after !== before) return 'the state changes, and in the record it did not';
  if (recorded !== '' && stateHash(after ?? null) !== recorded)
    return 'the state has another hash than the recorded one';
  if (emitted === outputs.length) return undefined;
  return `it gives ${emitted.toString()} events, and in the record ${outputs.length.toString()}`;
}

/** Text: why it can not be decided. */
function decide(history: History, step: RecordedStep, before: KeptState | undefined): Decision | string {
  const { key } = history;
  const { input, stateHash: recorded } = step;
  const now = step.now as Millis;
  const logic = logicOf(history, step);
  try {
    if (input.kind === 'event') {
      if (!input.event) return `its input ${input.id} is not stored`;
      return input.isFatal ? logic.onFatal(input.event, before, now) : logic.onEvent(input.event, before, now);
    }
    const deadline = deadlinesOf(before).find((one) => deadlineId(one) === input.id);
    if (deadline && input.kind === 'timer' && input.isFatal) return logic.onFatal({ key, deadline }, before, now);
    if (deadline) return logic.onDeadline(key, deadline, before, now);
    // One that nothing waited for any more.
    return recorded === '' ? { state: before, emissions: [] } : `no deadline ${input.id} stands`;
  } catch (error) {
    return `the step throws: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The engine's own, on what that step rested on. */
function logicOf({ definitions, step = pureStep }: History, { partition, basis, now }: RecordedStep): LoopLogic {
  const { company, partitions } = basis;
  return contactLogic({
    step,
    machines: { current: definitions.at(basis, now), ready: () => undefined },
    ...(company === '' ? {} : { company }),
    ...(partitions === 0 ? {} : { place: { partition, partitions } }),
  });
}
