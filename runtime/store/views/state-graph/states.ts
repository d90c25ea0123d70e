/** The states of each version that was published, which the views of state graphs tell of. */
import { TENANT, versionOf, type Column, type Databases } from '../view.ts';

/** Columns of a view of which one row is a state `g`. */
export const OF_STATE: readonly Column[] = [
  [TENANT[0], TENANT[1], TENANT[2], 'g.tenant'],
  ['definition', 'String', 'its name', 'g.definition'],
  ['version', 'String', 'the version', versionOf('g.machine')],
  ['machine', 'String', 'content hash of the version', 'g.machine'],
  ['position', 'UInt32', 'order in the definition, from 1', 'g.position'],
  ['state', 'String', 'the state', 'g.state'],
];

/** Every state `g` of every version that was published, once however often it was. */
export function states({ tables }: Databases): string {
  return `(
    SELECT tenant, machine, state, any(definition) AS definition, any(position) AS position,
           any(is_first) AS is_first, any(waits_for) AS waits_for, any(longest_wait_ms) AS longest_wait_ms,
           any(outcomes) AS outcomes
    FROM ${tables}.definition_states GROUP BY tenant, machine, state
  ) AS g`;
}

/** The same, each with what `select` makes of the rows of a view about it. */
export function statesWith(databases: Databases, view: string, select: string, where = '1'): string {
  return `${states(databases)}
  GLOBAL LEFT JOIN (
    SELECT tenant, machine, state, ${select} FROM ${databases.views}.${view} WHERE ${where} GROUP BY tenant, machine, state
  ) AS v ON g.tenant = v.tenant AND g.machine = v.machine AND g.state = v.state`;
}

export function percent(part: string, whole: string): string {
  return `round(100 * ${part} / nullIf(${whole}, 0), 1)`;
}
