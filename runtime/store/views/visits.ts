import { ENDS, field, ORDER, SHOWN, TENANT, TIME, TIME_OR_NULL, versionOf, type View } from './view.ts';

const STARTED = "e.type = 'conversation.started'";
const MIGRATED = "e.type = 'conversation.migrated'";
const ADVANCED = "e.type = 'conversation.advanced'";

/** The state before and after, and why: of a start or migration the machine, of an advance its reason, of an end its outcome. */
const MARK = `tuple(e.time, e.sequence, replaceOne(e.type, 'conversation.', ''),
  multiIf(${ADVANCED}, ${field('from')}, ${MIGRATED}, ${field('left')}, e.state),
  if(e.type IN (${ENDS}), '', e.state),
  multiIf(${STARTED}, ${field('machine')}, ${MIGRATED}, ${field('to')}, ${ADVANCED}, ${field('reason')}, ${field('outcome')}))`;

const isEnd = "mark.3 IN ('completed', 'failed', 'expired', 'cancelled')";

/**
 * One row a conversation: what moved it, in order. An interrupt that ends says so only by waiting in another state; a
 * migration to a state that is named advances there as well.
 */
const moves: View['from'] = ({ tables }) => `(
  SELECT tenant, conversation, contact, definition, arrayFirst(mark -> ${isEnd}, marks) AS end,
    arrayMap(mark -> if(mark.3 = 'started', first, mark.5), arrayFilter(mark -> NOT ${isEnd}, marks)) AS states,
    arrayFilter(mark -> NOT ${isEnd}, marks) AS running,
    arrayFilter(number -> (running[number].3 != 'waiting' OR states[number] != states[number - 1])
      AND running[number].6 != 'migrated', arrayEnumerate(running)) AS kept,
    arrayFill(machine -> machine != '', arrayMap(mark -> if(mark.3 IN ('started', 'migrated'), mark.6, ''), running)) AS machines
  FROM (
    SELECT e.tenant AS tenant, e.conversation AS conversation, any(e.subject) AS contact,
      anyIf(e.definition, ${STARTED}) AS definition,
      arraySort(mark -> (mark.1, mark.2), groupUniqArrayIf(${MARK}, e.channel = 'conversations')) AS marks,
      argMinIf(${field('step')}, ${ORDER}, e.type = 'message.requested') AS said,
      if(arrayExists(mark -> mark.4 != '', marks), arrayFirst(mark -> mark.4 != '', marks).4, said) AS first
    FROM ${tables}.events AS e
    WHERE e.conversation != '' AND ${SHOWN} AND (e.type = 'message.requested' OR e.type IN (${ENDS}) OR e.type IN (
      'conversation.started', 'conversation.advanced', 'conversation.waiting', 'conversation.migrated'))
    GROUP BY e.tenant, e.conversation
  ) WHERE definition != ''
) AS e ARRAY JOIN e.kept AS at, arrayEnumerate(e.kept) AS number`;

const isLast = 'number = length(e.kept)';
const next = 'e.kept[number + 1]';
const ended = "e.end.3 != ''";
const left = `multiIf(NOT ${isLast}, e.running[${next}].1, ${ended}, e.end.1, NULL)`;

export const VISITS: View = {
  name: 'visits',
  about: 'Every stay of a conversation in a state, one row each: what funnels and dwell times are made of.',
  columns: [
    TENANT,
    ['conversation', 'String', 'its id', 'e.conversation'],
    ['contact', 'String', 'contact key of the person', 'e.contact'],
    ['definition', 'String', 'name of the definition', 'e.definition'],
    ['version', 'String', 'version that it ran then', versionOf('e.machines[at]')],
    ['machine', 'String', 'content hash of that version', 'e.machines[at]'],
    ['number', 'UInt32', 'order within the conversation, from 1', 'number'],
    ['state', 'String', 'the state', 'e.states[at]'],
    ['entered', TIME, 'when it came there', 'e.running[at].1'],
    [
      'entered_from',
      'String',
      'the state before, where it advanced',
      "if(e.running[at].3 = 'advanced', e.running[at].4, '')",
    ],
    [
      'entered_by',
      'String',
      'why, where it advanced: reply, silence, branch …',
      "if(e.running[at].3 = 'advanced', e.running[at].6, '')",
    ],
    ['left', TIME_OR_NULL, 'when it went on or ended; NULL while it is there', left],
    [
      'left_by',
      'String',
      'why it went on (reply, silence …) or how it ended: completed, failed, expired, cancelled; empty while it is there',
      `multiIf(NOT ${isLast}, if(e.running[${next}].3 = 'advanced', e.running[${next}].6, e.running[${next}].3), ${ended}, e.end.3, '')`,
    ],
    ['is_last', 'UInt8', '1 where no other state followed', isLast],
    ['outcome', 'String', 'where it was completed there: how', `if(${isLast} AND e.end.3 = 'completed', e.end.6, '')`],
    [
      'dwell_ms',
      'Nullable(Int64)',
      'how long it was there, in milliseconds',
      `dateDiff('millisecond', e.running[at].1, ${left})`,
    ],
  ],
  from: moves,
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
