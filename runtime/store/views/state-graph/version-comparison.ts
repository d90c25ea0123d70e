import { TENANT, TIME, versionOf, type Databases, type View } from '../view.ts';

/** In visits and endings that differ, of which there are few: how often, by how many, and since when. */
const counted = ({ views }: Databases): string => `
        SELECT tenant, definition, machine, state,
          if(is_last, if(outcome = '', left_by, concat(left_by, ': ', outcome)), '') AS ending,
          min(entered) AS begun, countIf(begins_version) AS ran, countIf(occurrence = 1) AS came, count() AS times
        FROM ${views}.visits GROUP BY tenant, definition, machine, state, ending`;

/** Each version beside the one before it; a version is: begun, machine, ran, conversations by state, by ending. */
const pairs = (databases: Databases): string => `
    SELECT tenant, definition, arraySort(one -> (one.1, one.2), groupArray((begun, machine, ran, came, ended))) AS versions,
      arrayZip(arrayPopFront(versions), arrayPopBack(versions)) AS pairs
    FROM (
      SELECT tenant, definition, machine, min(begun) AS begun, sum(ran) AS ran,
        sumMap(map(state, came)) AS came, sumMapIf(map(ending, times), ending != '') AS ended
      FROM (${counted(databases)}
      ) GROUP BY tenant, definition, machine
    ) GROUP BY tenant, definition`;

/** Of either version, once. */
const names = (what: string, at: number): string =>
  `arrayMap(name -> ('${what}', name), arrayDistinct(arrayConcat(mapKeys(pair.1.${at}), mapKeys(pair.2.${at}))))`;

const percentOf = (version: string): string =>
  `round(100 * if(fact.1 = 'state', ${version}.4, ${version}.5)[fact.2] / ${version}.3, 1)`;

export const VERSION_COMPARISON: View = {
  name: 'version_comparison',
  about: 'Each version beside the one before it: which share of its conversations came to each state, and ended how.',
  columns: [
    TENANT,
    ['definition', 'String', 'its name', 'e.definition'],
    ['version', 'String', 'the version', versionOf('e.pair.1.2')],
    ['previous', 'String', 'the version that ran before it', versionOf('e.pair.2.2')],
    ['begun', TIME, 'when the first conversation came to run it', 'e.pair.1.1'],
    ['what', 'String', '`state`: came to the state; `end`: ended so', 'fact.1'],
    ['name', 'String', 'the state; or how it ended, such as `completed: confirmed`', 'fact.2'],
    ['conversations', 'UInt64', 'conversations of the version', 'e.pair.1.3'],
    ['percent', 'Float64', 'of those, for which it is true', percentOf('e.pair.1')],
    ['previous_percent', 'Float64', 'the same of the version before', percentOf('e.pair.2')],
    ['change', 'Float64', 'percentage points more (or fewer) than before', '`percent` - `previous_percent`'],
  ],
  from: (databases) => `(
  SELECT tenant, definition, pair, arrayConcat(${names('state', 4)}, ${names('end', 5)}) AS facts
  FROM (${pairs(databases)}
  ) ARRAY JOIN pairs AS pair
) AS e ARRAY JOIN e.facts AS fact WHERE fact.2 != ''`,
  examples: [
    {
      about: 'What the newest version of each definition changed.',
      sql: `SELECT definition, version, previous, what, name, previous_percent, percent, change FROM version_comparison
ORDER BY begun DESC, abs(change) DESC LIMIT 50`,
    },
  ],
};
