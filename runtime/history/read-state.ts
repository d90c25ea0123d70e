import type { StateKey } from '../../dsl/correlation.ts';
import { rebuild, type RebuiltStep } from './fold.ts';
import { problemText } from './problem.ts';
import { readDefinitions, readSteps, type HistoryStore } from './read.ts';
import { placeOf } from './recorded-step.ts';
import type { StoredDefinitions } from './stored-definitions.ts';

export interface PastState {
  /** The last step until then. */
  readonly last: RebuiltStep;
  readonly steps: number;
  readonly definitions: StoredDefinitions;
  /** The first step that gives something else than what was recorded, and what; then the state is not the engine's. */
  readonly mismatch: string | undefined;
}

/** Undefined where no step of the contact or value is stored until then. `at`: milliseconds. */
export async function readState(store: HistoryStore, key: StateKey, at: number): Promise<PastState | undefined> {
  const definitions = await readDefinitions(store);
  const rebuilt = rebuild({ key, steps: await readSteps(store, key, at), definitions });
  const last = rebuilt.at(-1);
  if (!last) return undefined;
  const wrong = rebuilt.find(({ problem }) => problem !== undefined);
  const mismatch = wrong && `${placeOf(wrong.step)}: ${wrong.problem ? problemText(wrong.problem) : ''}`;
  return { last, steps: rebuilt.length, definitions, mismatch };
}
