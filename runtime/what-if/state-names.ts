import { matchedSteps } from '../../dsl/diff/steps.ts';
import type { Machine } from '../../dsl/machine/machine.ts';

const known = new WeakMap<Machine, WeakMap<Machine, ReadonlyMap<string, string>>>();

/** What a state of one version is called in another: steps without a name are called by their number, which moves. */
export function stateNames(before: Machine | undefined, after: Machine | undefined): (state: string) => string {
  if (!before || !after || before === after) return (state) => state;
  const ofBefore = known.get(before) ?? new WeakMap<Machine, ReadonlyMap<string, string>>();
  known.set(before, ofBefore);
  const names = ofBefore.get(after) ?? matchedSteps(before, after);
  ofBefore.set(after, names);
  return (state) => names.get(state) ?? state;
}
