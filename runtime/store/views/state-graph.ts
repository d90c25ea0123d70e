/** What each definition's own state graph, version by version, makes of what happened. */
import { percentileColumns, TENANT, TIME, versionOf, type Column, type Databases, type View } from './view.ts';

const DEFINITION: Column = ['definition', 'String', 'its name', 'g.definition'];
const VERSION: Column = ['version', 'String', 'the version', versionOf('g.machine')];
const MACHINE: Column = ['machine', 'String', 'content hash of the version', 'g.machine'];
const STATE: Column = ['state', 'String', 'the state', 'g.state'];
const POSITION: Column = ['position', 'UInt32', 'order in the definition, from 1', 'g.position'];
const OF_STATE: readonly Column[] = [
  ['tenant', 'String', 'the customer', 'g.tenant'],
  DEFINITION,
  VERSION,
  MACHINE,
  POSITION,
  STATE,
];

/** Every state `g` of every version that was published, once however often it was. */
const states = ({ tables }: Databases): string => `(
    SELECT tenant, machine, state, any(definition) AS definition, any(position) AS position,
           any(is_first) AS is_first, any(waits_for) AS waits_for, any(longest_wait_ms) AS longest_wait_ms,
           any(outcomes) AS outcomes
    FROM ${tables}.definition_states GROUP BY tenant, machine, state
  ) AS g`;

/** The same, each with what `select` makes of the rows of a view about it. */
const statesWith = (databases: Databases, view: string, select: string, where = '1'): string => `${states(databases)}
  GLOBAL LEFT JOIN (
    SELECT tenant, machine, state, ${select} FROM ${databases.views}.${view} WHERE ${where} GROUP BY tenant, machine, state
  ) AS v ON g.tenant = v.tenant AND g.machine = v.machine AND g.state = v.state`;

const percent = (part: string, whole: string): string => `round(100 * ${part} / nullIf(${whole}, 0), 1)`;

/** `1` where the percentiles are computed within the subquery. */
const percentilesOf = (prefix: string, about: string, column: string): readonly [Column[], string] => {
  const columns = percentileColumns(prefix, about, column);
  return [
    columns.map(([name, type, meaning]): Column => [name, type, meaning, `v.${name}`]),
    columns.map(([name, , , expression]) => `${expression} AS ${name}`).join(', '),
  ];
};

export const DEFINITION_STATES: View = {
  name: 'definition_states',
  about: 'The states of every version of every definition that was published, in the order of its file.',
  columns: [
    ...OF_STATE,
    ['is_first', 'UInt8', '1 where conversations begin', 'g.is_first'],
    [
      'waits_for',
      'Array(String)',
      'what conversations wait for there: reply, delay, event, data, handoff',
      'g.waits_for',
    ],
    [
      'longest_wait_ms',
      'Nullable(UInt64)',
      'the longest of those waits; NULL where it is not fixed',
      'g.longest_wait_ms',
    ],
    ['outcomes', 'Array(String)', 'with which conversations may end there', 'g.outcomes'],
  ],
  from: states,
  examples: [
    {
      about: 'What a definition may wait for.',
      sql: `SELECT version, state, waits_for, longest_wait_ms FROM definition_states
WHERE definition = 'appointment-reminder' ORDER BY version, position`,
    },
  ],
};

export const DEFINITION_TRANSITIONS: View = {
  name: 'definition_transitions',
  about: 'Every way from one state to another that a version has.',
  columns: [
    TENANT,
    ['definition', 'String', 'its name', 'any(e.definition)'],
    ['version', 'String', 'the version', versionOf('e.machine')],
    ['machine', 'String', 'content hash of the version', 'e.machine'],
    ['from_state', 'String', 'where it leads from', 'e.from_state'],
    ['to_state', 'String', 'where it leads to', 'e.to_state'],
    ['reason', 'String', 'by what: reply, silence, branch …', 'e.reason'],
  ],
  from: ({ tables }) =>
    `${tables}.definition_transitions AS e GROUP BY e.tenant, e.machine, e.from_state, e.to_state, e.reason`,
  examples: [
    {
      about: 'What may follow each state.',
      sql: `SELECT from_state, groupUniqArray((reason, to_state)) AS ways FROM definition_transitions
WHERE definition = 'appointment-reminder' GROUP BY from_state`,
    },
  ],
};

export const FUNNEL: View = {
  name: 'funnel',
  about: 'How many conversations came to each state of each version, in the order of the definition.',
  columns: [
    ...OF_STATE,
    ['conversations', 'UInt64', 'conversations that came there', 'v.conversations'],
    ['visits', 'UInt64', 'how often they did', 'v.visits'],
    ['ran', 'UInt64', 'conversations that ran this version', 'a.ran'],
    ['percent', 'Nullable(Float64)', 'of those, the ones that came there', percent('v.conversations', 'a.ran')],
  ],
  from: (
    databases,
  ) => `${statesWith(databases, 'visits', 'uniqExact(conversation) AS conversations, count() AS visits')}
  GLOBAL LEFT JOIN (
    SELECT tenant, machine, uniqExact(conversation) AS ran FROM ${databases.views}.visits GROUP BY tenant, machine
  ) AS a ON g.tenant = a.tenant AND g.machine = a.machine`,
  examples: [
    {
      about: 'The funnel of each version.',
      sql: `SELECT version, position, state, conversations, percent FROM funnel
WHERE definition = 'appointment-reminder' ORDER BY version, position`,
    },
  ],
};

const ended = (how: string, about: string): Column => [how, 'UInt64', about, `v.${how}`];
const ENDED_THERE: readonly Column[] = [
  ended('completed', 'completed there, with whatever outcome'),
  ended('failed', 'failed there'),
  ended('expired', "used up their definition's lifetime there"),
  ended('cancelled', 'cancelled there'),
];

export const DROP_OFF: View = {
  name: 'drop_off',
  about: 'What became of the conversations that came to each state: how many went on, how many ended there, and how.',
  columns: [
    ...OF_STATE,
    ['conversations', 'UInt64', 'conversations that came there', 'v.conversations'],
    [
      'went_on',
      'UInt64',
      'of those, the ones for which it was not the last state',
      'v.conversations - v.ended_there - v.still_there',
    ],
    ['still_there', 'UInt64', 'under way, and there now', 'v.still_there'],
    ...ENDED_THERE,
    ['outcomes', 'Map(String, UInt64)', 'completed there, by outcome', 'v.outcomes'],
    [
      'lost_percent',
      'Nullable(Float64)',
      'of those that came there, the ones that failed, expired or were cancelled there',
      percent('(v.failed + v.expired + v.cancelled)', 'v.conversations'),
    ],
  ],
  from: (databases) =>
    statesWith(
      databases,
      'visits',
      [
        'uniqExact(conversation) AS conversations',
        "countIf(is_last AND left_by != '') AS ended_there",
        "countIf(is_last AND left_by = '') AS still_there",
        ...ENDED_THERE.map(([how]) => `countIf(is_last AND left_by = '${how}') AS ${how}`),
        "sumMapIf(map(outcome, toUInt64(1)), outcome != '') AS outcomes",
      ].join(', '),
    ),
  examples: [
    {
      about: 'Where conversations get lost.',
      sql: `SELECT definition, version, state, conversations, lost_percent FROM drop_off
WHERE lost_percent > 0 ORDER BY lost_percent DESC`,
    },
  ],
};

const [DWELL_COLUMNS, DWELL_SELECT] = percentilesOf('', 'stays in the state', 'dwell_ms');

export const DWELL: View = {
  name: 'dwell',
  about: 'How long conversations stay in each state of each version.',
  columns: [
    ...OF_STATE,
    ['stays', 'UInt64', 'stays that are over', 'v.stays'],
    ...DWELL_COLUMNS,
    ['longest_ms', 'Nullable(Int64)', 'the longest, in milliseconds', 'v.longest_ms'],
  ],
  from: (databases) =>
    statesWith(
      databases,
      'visits',
      `count() AS stays, ${DWELL_SELECT}, maxOrNull(dwell_ms) AS longest_ms`,
      'left IS NOT NULL',
    ),
  examples: [
    {
      about: 'Where they stay longest.',
      sql: 'SELECT definition, version, state, stays, p50_ms, p95_ms FROM dwell ORDER BY p50_ms DESC LIMIT 20',
    },
  ],
};

const [PERSON_COLUMNS, PERSON_SELECT] = percentilesOf('person_', 'from what we sent to the reply', 'person_ms');
const [COMPANY_COLUMNS, COMPANY_SELECT] = percentilesOf(
  'company_',
  'from the reply to what we sent then',
  'company_ms',
);

export const RESPONSE_TIMES: View = {
  name: 'response_times',
  about: 'How long people take to reply in each state of each version, and how long the company takes to answer.',
  columns: [...OF_STATE, ['replies', 'UInt64', 'replies there', 'v.replies'], ...PERSON_COLUMNS, ...COMPANY_COLUMNS],
  from: (databases) => statesWith(databases, 'replies', `count() AS replies, ${PERSON_SELECT}, ${COMPANY_SELECT}`),
  examples: [
    {
      about: 'Which questions people take their time for.',
      sql: `SELECT definition, version, state, replies, person_p50_ms, person_p95_ms, company_p95_ms FROM response_times
WHERE replies > 0 ORDER BY person_p50_ms DESC`,
    },
  ],
};

export const VERSION_COMPARISON: View = {
  name: 'version_comparison',
  about: 'Each version beside the one before it: which share of its conversations came to each state, and ended how.',
  columns: [
    TENANT,
    ['definition', 'String', 'its name', 'e.definition'],
    ['version', 'String', 'the version', versionOf('e.machine')],
    ['previous', 'String', 'the version that ran before it', versionOf('e.previous')],
    ['begun', TIME, 'when the first conversation came to run it', 'e.begun'],
    ['what', 'String', '`state`: came to the state; `end`: ended so', 'v.what'],
    ['name', 'String', 'the state; or how it ended, such as `completed: confirmed`', 'v.name'],
    ['conversations', 'UInt64', 'conversations of the version', 'any(e.ran)'],
    [
      'percent',
      'Float64',
      'of those, for which it is true',
      'round(100 * sumIf(v.conversations, source = e.machine) / any(e.ran), 1)',
    ],
    [
      'previous_percent',
      'Float64',
      'the same of the version before',
      'round(100 * sumIf(v.conversations, source = e.previous) / any(e.previous_ran), 1)',
    ],
    ['change', 'Float64', 'percentage points more (or fewer) than before', '`percent` - `previous_percent`'],
  ],
  from: ({ views }) => `(
    SELECT tenant, definition, machine, previous, begun, ran, previous_ran, source FROM (
      SELECT tenant, definition, machine, min(entered) AS begun, uniqExact(conversation) AS ran,
        lagInFrame(machine) OVER before AS previous, lagInFrame(ran) OVER before AS previous_ran
      FROM ${views}.visits GROUP BY tenant, definition, machine
      WINDOW before AS (PARTITION BY tenant, definition ORDER BY begun, machine ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ) ARRAY JOIN [machine, previous] AS source WHERE previous != ''
  ) AS e GLOBAL INNER JOIN (
    SELECT tenant, machine, fact.1 AS what, fact.2 AS name, uniqExact(conversation) AS conversations FROM ${views}.visits
    ARRAY JOIN arrayFilter(one -> one.2 != '', [('state', state),
      ('end', if(is_last, if(outcome = '', left_by, concat(left_by, ': ', outcome)), ''))]) AS fact
    GROUP BY tenant, machine, what, name
  ) AS v ON e.tenant = v.tenant AND e.source = v.machine
  GROUP BY e.tenant, e.definition, e.machine, e.previous, e.begun, v.what, v.name`,
  examples: [
    {
      about: 'What the newest version of each definition changed.',
      sql: `SELECT definition, version, previous, what, name, previous_percent, percent, change FROM version_comparison
ORDER BY begun DESC, abs(change) DESC LIMIT 50`,
    },
  ],
};

export const CONFORMANCE: View = {
  name: 'conformance',
  about: 'Transitions that were made and that the machine does not have. There should be none.',
  columns: [
    TENANT,
    ['definition', 'String', 'its name', 'e.definition'],
    ['version', 'String', 'the version', 'e.version'],
    ['machine', 'String', 'content hash of the version', 'e.machine'],
    ['from_state', 'String', 'the state that was left', 'e.entered_from'],
    ['to_state', 'String', 'the state that was entered', 'e.state'],
    ['reason', 'String', 'why', 'e.entered_by'],
    ['times', 'UInt64', 'how often', 'count()'],
    ['conversation', 'String', 'one in which it happened', 'any(e.conversation)'],
  ],
  from: ({ tables, views }) => `${views}.visits AS e
  GLOBAL LEFT ANTI JOIN ${tables}.definition_transitions AS t ON e.tenant = t.tenant AND e.machine = t.machine
    AND e.entered_from = t.from_state AND e.state = t.to_state AND e.entered_by = t.reason
  WHERE e.entered_from != '' AND (e.tenant, e.machine) GLOBAL IN (SELECT tenant, machine FROM ${tables}.definition_states)
  GROUP BY e.tenant, e.definition, e.version, e.machine, e.entered_from, e.state, e.entered_by`,
  examples: [{ about: 'Whatever is wrong.', sql: 'SELECT * FROM conformance ORDER BY times DESC' }],
};
