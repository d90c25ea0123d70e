import { SHOWN, TENANT, TIME, TIME_OR_NULL, versionOf, type View } from './view.ts';

/** What an event says of its conversation's way: time, sequence, move, the state before and after, detail. */
const MARK = `(e.time, e.sequence, e.move,
  CAST(e.from_state AS String), CAST(e.state AS String), CAST(e.detail AS String))`;

const isEnd = "mark.3 IN ('completed', 'failed', 'expired', 'cancelled')";

/**
 * One row a conversation: what moved it, in order. Equal rows that ClickHouse has not merged yet count once. Who never
 * waited or advanced has said everything in the first state.
 */
const moves: View['from'] = ({ tables }) => `(
    SELECT e.tenant AS tenant, e.conversation AS conversation, any(e.subject) AS contact,
      anyIf(e.definition, e.move = 'started') AS definition,
      arrayCompact(arraySort(groupArrayIf(${MARK}, e.move != 'said'))) AS marks,
      anyIf(e.from_state, e.move = 'said') AS said
    FROM ${tables}.events AS e
    WHERE e.conversation != '' AND e.move != '' AND ${SHOWN}
    GROUP BY e.tenant, e.conversation
  )`;

/**
 * One row a conversation, with its stays: since when, state, move, the state before, detail, machine. An interrupt that
 * ends says so only by waiting in another state; a migration to a state that is named advances there as well.
 */
const stays: View['from'] = (databases) => `(
  SELECT tenant, conversation, contact, definition, arrayFirst(mark -> ${isEnd}, marks) AS end,
    arrayFilter(mark -> NOT ${isEnd}, marks) AS running,
    arrayFirst(mark -> mark.4 != '', marks).4 AS moved_from, if(moved_from = '', said, moved_from) AS first,
    arrayMap((move, state) -> if(move = 'started', first, state), running.3, running.5) AS states,
    arrayFill(machine -> machine != '',
      arrayMap((move, detail) -> if(move IN ('started', 'migrated'), detail, ''), running.3, running.6)) AS machines,
    arrayFilter((stay, before) -> (stay.3 != 'waiting' OR stay.2 != before) AND stay.5 != 'migrated',
      arrayMap((mark, state, machine) -> (mark.1, state, mark.3, mark.4, mark.6, machine), running, states, machines),
      arrayPushFront(arrayPopBack(states), '')) AS stays,
    arrayMap((move, detail) -> if(move = 'advanced', detail, CAST(move AS String)), stays.3, stays.5) AS causes,
    arrayPushBack(arrayPopFront(stays.1), if(end.3 = '', NULL, end.1)) AS ends,
    arrayPushBack(arrayPopFront(causes), CAST(end.3 AS String)) AS end_causes
  FROM ${moves(databases)} WHERE definition != ''
) AS e ARRAY JOIN e.stays AS stay, e.ends AS until, e.end_causes AS cause, arrayEnumerate(e.stays) AS number,
  arrayEnumerateUniq(e.stays.6, e.stays.2) AS occurrence, arrayEnumerateUniq(e.stays.6) AS number_of_version`;

const isLast = 'number = length(e.stays)';

export const VISITS: View = {
  name: 'visits',
  about: 'Every stay of a conversation in a state, one row each: what funnels and dwell times are made of.',
  columns: [
    TENANT,
    ['conversation', 'String', 'its id', 'e.conversation'],
    ['contact', 'String', 'contact key of the person', 'e.contact'],
    ['definition', 'String', 'name of the definition', 'e.definition'],
    ['version', 'String', 'version that it ran then', versionOf('stay.6')],
    ['machine', 'String', 'content hash of that version', 'stay.6'],
    ['number', 'UInt32', 'order within the conversation, from 1', 'number'],
    [
      'occurrence',
      'UInt32',
      '1 where it came to this state of this version for the first time, then 2, …',
      'occurrence',
    ],
    ['begins_version', 'UInt8', '1 where it came to run this version', 'number_of_version = 1'],
    ['state', 'String', 'the state', 'stay.2'],
    ['entered', TIME, 'when it came there', 'stay.1'],
    ['entered_from', 'String', 'the state before, where it advanced', "if(stay.3 = 'advanced', stay.4, '')"],
    ['entered_by', 'String', 'why, where it advanced: reply, silence, branch …', "if(stay.3 = 'advanced', stay.5, '')"],
    ['left', TIME_OR_NULL, 'when it went on or ended; NULL while it is there', 'until'],
    [
      'left_by',
      'String',
      'why it went on (reply, silence …) or how it ended: completed, failed, expired, cancelled; empty while it is there',
      'cause',
    ],
    ['is_last', 'UInt8', '1 where no other state followed', isLast],
    ['outcome', 'String', 'where it was completed there: how', `if(${isLast} AND e.end.3 = 'completed', e.end.6, '')`],
    ['dwell_ms', 'Nullable(Int64)', 'how long it was there, in milliseconds', "dateDiff('millisecond', stay.1, until)"],
  ],
  from: stays,
  examples: [
    {
      about: 'The way of one conversation.',
      sql: "SELECT number, state, entered, left_by, dwell_ms FROM visits WHERE conversation = 'v-1' ORDER BY number",
    },
    {
      about: 'What people do most, state by state.',
      sql: `SELECT definition, state, left_by, count() AS times FROM visits
GROUP BY definition, state, left_by ORDER BY times DESC LIMIT 50`,
    },
  ],
};
