import { isDeepStrictEqual } from 'node:util';
import { partitionOf } from '../../channels/partition.ts';
import type { CheckedLoop } from './check-loop.ts';
import type { Shape } from './shape.ts';

/** What left a partition when the tenant grew is in the other as it was; and all is where it belongs. */
export function checkMoves(loops: readonly CheckedLoop[], { growsTo }: Shape): readonly string[] {
  if (growsTo === undefined) return [];
  const problems: string[] = [];
  const contacts = loops.filter(({ loop }) => !loop.isStateless);
  for (const { departed, loop } of contacts) {
    for (const { key, state } of departed) {
      const home = contacts[partitionOf(key, growsTo)];
      const arrived = home?.arrived.findLast((one) => one.key === key);
      if (!isDeepStrictEqual(arrived?.state, state))
        problems.push(`${key} left ${loop.source}, and did not arrive as it was`);
    }
  }
  for (const [partition, { states, loop }] of contacts.entries()) {
    for (const [key, state] of states) {
      if (state !== undefined && partitionOf(key, growsTo) !== partition)
        problems.push(`${loop.source} still has ${key}, which belongs elsewhere`);
    }
  }
  return problems;
}
