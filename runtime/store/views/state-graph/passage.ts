/** How conversations pass through the states of each version. */
import type { Column, View } from '../view.ts';
import { OF_STATE, percent, statesWith } from './states.ts';

const CAME_THERE = 'countIf(occurrence = 1) AS conversations';

export const FUNNEL: View = {
  name: 'funnel',
  about: 'How many conversations came to each state of each version, in the order of the definition.',
  columns: [
    ...OF_STATE,
    ['conversations', 'UInt64', 'conversations that came there', 'v.conversations'],
    ['visits', 'UInt64', 'how often they did', 'v.visits'],
    ['ran', 'UInt64', 'conversations that ran this version', 'max(v.ran) OVER (PARTITION BY g.tenant, g.machine)'],
    ['percent', 'Nullable(Float64)', 'of those, the ones that came there', percent('v.conversations', '`ran`')],
  ],
  from: (databases) =>
    statesWith(
      databases,
      'visits',
      `${CAME_THERE}, count() AS visits, sum(countIf(begins_version)) OVER (PARTITION BY tenant, machine) AS ran`,
    ),
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
        CAME_THERE,
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
