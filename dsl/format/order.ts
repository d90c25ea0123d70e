/** The order of keys: that of the schema; but what happens, happens in the order written, so actions keep theirs. */
import type { Schema } from '../schema/schema.ts';

/** What says more about an action stands behind it. A detail belongs to the first of its actions that is there. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  ask: ['into', 'check', 'typos', 'from', 'within', 'replies', 'silence'],
  call: ['with', 'outcomes'],
  fetch: ['failed'],
  listen: ['within', 'silence'],
  handoff: ['returned', 'nobody', 'within'],
};

/** What stands first in a step, reply, case or interrupt. */
const HEADS = ['step', 'match', 'event', 'key', 'equals', 'when', 'label', 'value', 'share', 'name', 'otherwise'];
/** What stands last in them. */
const TAILS = ['within', 'again', 'exhausted', 'then'];

/** The keys of a map of this schema in their canonical order; those that the schema does not know stay behind. */
export function orderedKeys(keys: readonly string[], schema: Schema): readonly string[] {
  const { properties } = schema;
  if (!properties) return keys;
  if ('emit' in properties && 'say' in properties) return orderedActions(keys);
  const known = Object.keys(properties).filter((key) => keys.includes(key));
  return [...known, ...keys.filter((key) => !known.includes(key))];
}

function orderedActions(keys: readonly string[]): readonly string[] {
  const present = (candidates: readonly string[]) => candidates.filter((key) => keys.includes(key));
  const heads = present(HEADS);
  const details = new Map<string, readonly string[]>();
  const owned = new Set<string>(heads);
  for (const [action, names] of Object.entries(DETAILS)) {
    if (!keys.includes(action)) continue;
    const mine = present(names).filter((name) => !owned.has(name));
    for (const name of mine) owned.add(name);
    details.set(action, mine);
  }
  const tails = present(TAILS).filter((key) => !owned.has(key));
  const actions = keys.filter((key) => !owned.has(key) && !tails.includes(key));
  return [...heads, ...actions.flatMap((action) => [action, ...(details.get(action) ?? [])]), ...tails];
}
