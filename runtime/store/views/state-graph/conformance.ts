import { TENANT, versionOf, type View } from '../view.ts';

export const CONFORMANCE: View = {
  name: 'conformance',
  about: 'Transitions that were made and that the machine does not have. There should be none.',
  columns: [
    TENANT,
    ['definition', 'String', 'its name', 'e.definition'],
    ['version', 'String', 'the version', versionOf('e.machine')],
    ['machine', 'String', 'content hash of the version', 'e.machine'],
    ['from_state', 'String', 'the state that was left', 'e.entered_from'],
    ['to_state', 'String', 'the state that was entered', 'e.state'],
    ['reason', 'String', 'why', 'e.entered_by'],
    ['times', 'UInt64', 'how often', 'e.times'],
    ['conversation', 'String', 'one in which it happened', 'e.conversation'],
  ],
  from: ({ tables, views }) => `(
    SELECT tenant, definition, machine, entered_from, state, entered_by, count() AS times, any(conversation) AS conversation
    FROM ${views}.visits WHERE entered_from != ''
    GROUP BY tenant, definition, machine, entered_from, state, entered_by
  ) AS e GLOBAL LEFT ANTI JOIN ${tables}.definition_transitions AS t ON e.tenant = t.tenant AND e.machine = t.machine
    AND e.entered_from = t.from_state AND e.state = t.to_state AND e.entered_by = t.reason
  WHERE (e.tenant, e.machine) GLOBAL IN (SELECT tenant, machine FROM ${tables}.definition_states)`,
  examples: [{ about: 'Whatever is wrong.', sql: 'SELECT * FROM conformance ORDER BY times DESC' }],
};
