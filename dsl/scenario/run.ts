/** Plays one scenario on a stage, and says where it differs from what is expected. */
import type { Event } from '../../channels/event.ts';
import type { Position } from '../machine/position.ts';
import { Expectations, Mismatch } from './expectations.ts';
import { completedReceipt } from './receipt.ts';
import type { Action, Scenario, ScenarioFile, ScenarioStep } from './scenario.ts';
import type { OpenStage, Stage } from './stage.ts';
import { actionLine, eventLine } from './transcript.ts';
import { EndlessEvents } from '../simulation/world.ts';
import { UNSCRIPTED } from '../simulation/answers.ts';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly failure?: Failure;
  /** What was done and said, line by line, up to the failure. */
  readonly transcript: readonly string[];
}

export interface Failure extends Position {
  readonly message: string;
  /** Where two texts differ. */
  readonly expected?: string;
  readonly actual?: string;
}

/** Stops at the first difference: what follows would only repeat it. Rejects where the stage fails. */
export async function runScenario(open: OpenStage, file: ScenarioFile, scenario: Scenario): Promise<ScenarioResult> {
  const stage = await open(scenario.given, file);
  const transcript: string[] = [];
  const isLenient = scenario.isIgnoringMessages || scenario.transcript !== undefined;
  const expectations = new Expectations(stage, scenario, isLenient);
  let place: Position = scenario;
  try {
    for (const step of scenario.steps) {
      place = step;
      if ('expect' in step) await expectations.check(step);
      else {
        expectations.nothingMore();
        transcript.push(...(await perform(stage, scenario, step)));
        expectations.collect();
      }
    }
    expectations.nothingMore();
    return { scenario, transcript };
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const { line, column } = place;
    const { message, expected, actual } = error;
    const texts = { ...(expected === undefined ? {} : { expected }), ...(actual === undefined ? {} : { actual }) };
    return { scenario, transcript, failure: { line, column, message, ...texts } };
  }
}

async function perform(stage: Stage, scenario: Scenario, step: ScenarioStep & Action): Promise<readonly string[]> {
  const before = stage.events().length;
  await performOn(stage, completed(stage, step));
  const happened = stage.events().slice(before);
  const unscripted = happened.find(({ type, data }) => type === 'data.failed' && codeOf(data) === UNSCRIPTED);
  if (unscripted) {
    const { source } = unscripted.data as { source: string };
    throw new Mismatch(`the conversation asks ${source}, for which "data" and "failing" say nothing`);
  }
  const isOwn = step.do === 'event' ? happened.slice(1) : happened;
  return [actionLine(step), ...isOwn.flatMap((event) => lineFor(stage, scenario, event))];
}

async function performOn(stage: Stage, action: Action): Promise<void> {
  try {
    await stage.perform(action);
  } catch (error) {
    throw error instanceof EndlessEvents ? new Mismatch(error.message) : error;
  }
}

function codeOf(data: unknown): string | undefined {
  return (data as { code?: string }).code;
}

/** With the person's name, where there are several. */
function lineFor(stage: Stage, scenario: Scenario, event: Event): readonly string[] {
  const line = eventLine(event);
  if (line === undefined) return [];
  const person = scenario.given.people.length > 1 ? stage.personOf(event) : undefined;
  return [person && person.name !== '' ? `  (${person.name})${line.slice(1)}` : line];
}

function completed(stage: Stage, step: Action): Action {
  if (step.do !== 'receive') return step;
  const receipt = completedReceipt(stage, step);
  if (!receipt) throw new Mismatch(`there is no message yet that ${step.type} could be about`);
  return receipt;
}
