/** Changed definitions of which nothing started in the window: of these, zeros say nothing. */
import { nearest } from '../../dsl/diagnostics/did-you-mean.ts';
import type { HistoryStore } from '../history/read.ts';
import { newestStartsSql, type Window } from './people-query.ts';

export interface Unrecorded {
  readonly definition: string;
  /** What to do about it, as a sentence. */
  readonly reason: string;
}

/** None where something of each is on record. */
export async function unrecorded(
  store: HistoryStore,
  definitions: readonly string[],
  window: Window,
): Promise<readonly Unrecorded[]> {
  const inWindow = new Set((await newest(store, window)).keys());
  const lacking = definitions.filter((definition) => !inWindow.has(definition));
  if (lacking.length === 0) return [];
  const known = await newest(store);
  return lacking.map((definition) => ({ definition, reason: reasonOf(definition, known.get(definition), known) }));
}

/** By definition: when its newest conversation started. */
async function newest(store: HistoryStore, window?: Window): Promise<ReadonlyMap<string, string>> {
  const rows = await store.rows<{ readonly name: string; readonly at: string }>(newestStartsSql(window));
  return new Map(rows.map(({ name, at }) => [name, new Date(Number(at)).toISOString()]));
}

function reasonOf(definition: string, newestAt: string | undefined, known: ReadonlyMap<string, string>): string {
  const none = `no conversation of "${definition}"`;
  if (newestAt !== undefined) {
    return `${none} started in this window; the newest started at ${newestAt}: take another one with --against.`;
  }
  if (known.size === 0) return `${none} is on record, nor of any other definition: is this the right tenant?`;
  const near = nearest(definition, known.keys());
  const names = near === undefined ? `on record are ${[...known.keys()].sort().join(', ')}` : `did you mean "${near}"?`;
  return `${none} is on record; ${names}${near === undefined ? '.' : ''} Conversations are compared by the name under "conversation".`;
}
