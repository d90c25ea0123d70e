import { ENDS, field, ORDER, SHOWN, TENANT, TIME, TIME_OR_NULL, versionOf, type View } from './view.ts';

/** Due deadlines are at work within seconds; what is older than this is not. */
const GRACE_MINUTES = 5;

const STARTED = "e.type = 'conversation.started'";

/**
 * One row a conversation under way, with its deadlines: timers of which the newest that was said is that they are set. A
 * held message's is set anew where it may still not leave, and clocks are after a conversation was parked.
 */
const from: View['from'] = ({ tables }) => `(
  SELECT e.tenant AS tenant, e.conversation AS conversation, any(e.subject) AS contact,
    anyIf(e.definition, ${STARTED}) AS definition,
    argMaxIf(e.detail, ${ORDER}, e.move IN ('started', 'migrated')) AS machine,
    argMaxIf(e.state, ${ORDER}, e.channel = 'conversations' AND e.state != '') AS state,
    argMaxIf(e.type, ${ORDER}, e.type IN ('conversation.parked', 'conversation.resumed')) = 'conversation.parked' AS parked,
    max(e.time) AS last_event,
    arrayReverseSort(groupUniqArrayIf((e.time, e.sequence, ${field('timer')}, e.type = 'timer.scheduled',
      parseDateTime64BestEffortOrZero(${field('due')}, 3, 'UTC')), e.channel = 'timers')) AS told,
    arrayFilter((timer, nth) -> nth = 1 AND timer.4, told, arrayEnumerateUniq(told.3)) AS timers
  FROM ${tables}.events AS e
  WHERE e.conversation != '' AND e.channel IN ('conversations', 'timers') AND ${SHOWN}
  GROUP BY e.tenant, e.conversation
  HAVING definition != '' AND countIf(e.type IN (${ENDS})) = 0
) AS e`;

const due = 'if(empty(e.timers), NULL, arrayMin(timer -> timer.5, e.timers))';

const problem = `multiIf(e.parked, 'parked', empty(e.timers), 'no deadline',
  ${due} < now64(3) - INTERVAL ${GRACE_MINUTES} MINUTE, 'overdue', '')`;

export const STUCK: View = {
  name: 'stuck',
  about: 'Conversations under way with which something is wrong.',
  columns: [
    TENANT,
    ['conversation', 'String', 'its id', 'e.conversation'],
    ['contact', 'String', 'contact key of the person', 'e.contact'],
    ['definition', 'String', 'name of the definition it runs', 'e.definition'],
    ['version', 'String', 'version of the definition that it runs', versionOf('e.machine')],
    ['state', 'String', 'state that it is in', 'e.state'],
    [
      'problem',
      'String',
      `parked: an input stopped it; overdue: its deadline passed more than ${GRACE_MINUTES} minutes ago and nothing happened; no deadline: it waits and nothing would end that`,
      problem,
    ],
    ['last_event', TIME, 'when something last happened in it', 'e.last_event'],
    ['due', TIME_OR_NULL, 'its next deadline', due],
  ],
  from: (databases) => `${from(databases)} WHERE ${problem} != ''`,
  examples: [
    {
      about: 'What to look at first.',
      sql: 'SELECT problem, conversation, definition, state, last_event, due FROM stuck ORDER BY last_event LIMIT 100',
    },
    {
      about: 'How many there are.',
      sql: 'SELECT definition, problem, count() AS conversations FROM stuck GROUP BY definition, problem',
    },
  ],
};
