/** A recorded step, taken once more: it has to give again what is on record. */
import { deadlineId, deadlinesOf, type KeptState } from '../../dsl/correlation.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Basis, Play } from './play.ts';
import type { Problem } from './problem.ts';
import type { RecordedStep } from './recorded-step.ts';
import { stateHash } from './state-hash.ts';

export interface Retaken {
  readonly emissions: readonly OutgoingEmission[];
  /** In what it differs from what was recorded. From there on states are not what the engine had. */
  readonly problem: Problem | undefined;
}

export function retake(play: Play, step: RecordedStep, basis: Basis): Retaken {
  const before = play.state;
  const taken = take(play, step, basis);
  if ('code' in taken) return { emissions: [], problem: taken };
  return { emissions: taken, problem: stateProblem(step, before, play.state) ?? outputProblem(step, taken, play) };
}

function take(play: Play, step: RecordedStep, basis: Basis): readonly OutgoingEmission[] | Problem {
  const { input, now } = step;
  try {
    switch (input.kind) {
      case 'event':
        return play.event(basis, input.event, now);
      case 'timer': {
        const deadline = deadlinesOf(play.state).find((one) => deadlineId(one) === input.id);
        if (deadline) return play.deadline(basis, deadline, now);
        // One that nothing waited for any more.
        const isNothing = step.outputs === 0 && (step.stateHash ?? '') === '';
        return isNothing ? [] : { code: 'deadline-unknown', detail: inputText(step) };
      }
      case 'missing':
        return { code: 'input-missing', detail: inputText(step) };
      case 'moved-here':
      case 'moved-away':
        return [];
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'step-threw', detail: `${inputText(step)}: ${message}` };
  }
}

function stateProblem(
  step: RecordedStep,
  before: KeptState | undefined,
  after: KeptState | undefined,
): Problem | undefined {
  const { stateHash: recorded, input } = step;
  // It is kept at its new place already.
  if (recorded === undefined || input.kind === 'moved-away') return undefined;
  if (recorded === '') {
    if (after === before) return undefined;
    return { code: 'state-differs', detail: `${inputText(step)}: the state changes, and in the record it did not` };
  }
  if (stateHash(after ?? null) === recorded) return undefined;
  return { code: 'state-differs', detail: `${inputText(step)}: the state has another hash than the recorded one` };
}

function outputProblem(step: RecordedStep, emissions: readonly OutgoingEmission[], { key }: Play): Problem | undefined {
  const { outputs, given, input } = step;
  if (input.kind === 'moved-here' || input.kind === 'moved-away') return undefined;
  const differs = (detail: string): Problem => ({ code: 'output-differs', detail: `${inputText(step)}: ${detail}` });
  if (given) {
    const onChannels = emissions.filter(({ to, subject }) => to !== 'inbox' && subject === key);
    for (const [index, { type, conversation = '', data }] of onChannels.entries()) {
      const expected = given.fingerprints[index];
      if (expected === undefined) return differs(`${type} is given, and nothing is on record`);
      // An event has data, whatever its emitter stated.
      if (fingerprintOf(type, conversation, JSON.stringify(data ?? null)) !== expected)
        return differs(`${type} is given, another event is on record`);
    }
    const left = given.fingerprints.length - onChannels.length;
    if (left > 0) return differs(`${left.toString()} more events are on record than are given`);
  }
  if (emissions.length === outputs) return undefined;
  return differs(`it gives ${emissions.length.toString()} events, and in the record ${outputs.toString()}`);
}

function inputText({ input }: RecordedStep): string {
  if (input.kind === 'event') return `${input.event.type} ${input.id}`;
  return input.kind === 'missing' ? `${input.type} ${input.id}` : input.id;
}
