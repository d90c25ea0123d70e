/** The state graphs themselves. */
import { TENANT, versionOf, type View } from '../view.ts';
import { OF_STATE, states } from './states.ts';

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
