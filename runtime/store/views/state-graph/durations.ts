/** How long conversations, people and the company take in the states of each version. */
import { percentileColumns, type Column, type View } from '../view.ts';
import { OF_STATE, statesWith } from './states.ts';

const percentilesOf = (prefix: string, about: string, column: string): readonly [Column[], string] => {
  const columns = percentileColumns(prefix, about, column);
  return [
    columns.map(([name, type, meaning]): Column => [name, type, meaning, `v.${name}`]),
    columns.map(([name, , , expression]) => `${expression} AS ${name}`).join(', '),
  ];
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
