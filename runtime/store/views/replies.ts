import { withReplies } from './reply-times.ts';
import { SHOWN, TENANT, TIME, TIME_OR_NULL, versionOf, type View } from './view.ts';

const STARTED = "e.type = 'conversation.started'";

const from: View['from'] = (databases) => `(
  SELECT e.tenant AS tenant, e.conversation AS conversation, any(e.subject) AS contact,
    anyIf(e.definition, ${STARTED}) AS definition,
    arraySort(groupUniqArrayIf((e.time, CAST(e.detail AS String)), e.move IN ('started', 'migrated'))) AS machines,
    arraySort(groupUniqArrayIf((e.time, e.message), e.type = 'message.sent')) AS sent,
    groupUniqArrayIf((r.id, e.message), e.type = 'message.requested' AND r.id != '') AS answers,
    arraySort(groupUniqArrayIf((e.time, e.sequence, e.state), e.channel = 'conversations' AND e.state != '')) AS states,
    groupUniqArrayIf((r.id, e.time, e.sequence), r.id != '' AND startsWith(e.source, '/engine/')) AS caused,
    groupUniqArrayIf((r.time, r.id), r.id != '') AS replies
  FROM ${withReplies(databases)} WHERE e.conversation != '' AND ${SHOWN} GROUP BY e.tenant, e.conversation
) AS e ARRAY JOIN e.replies AS wrote`;

const machine = 'arrayLast(one -> one.1 <= wrote.1, e.machines).2';
const asked = 'arrayMax(arrayMap(one -> if(one.1 < wrote.1, one.1, NULL), e.sent))';
const answered = 'arrayMin(arrayMap(one -> if(has(e.answers, (wrote.2, one.2)), one.1, NULL), e.sent))';

/** In which it was before the first of the events that followed. */
const state = `arrayLast(one -> (one.1, one.2) < arrayMin(
  arrayMap(each -> (each.2, each.3), arrayFilter(each -> each.1 = wrote.2, e.caused))), e.states).3`;

export const REPLIES: View = {
  name: 'replies',
  about:
    'Every message of a person that did something in a conversation, with how long they took, and how long we did.',
  columns: [
    TENANT,
    ['conversation', 'String', 'the conversation that took it', 'e.conversation'],
    ['contact', 'String', 'contact key of the person', 'e.contact'],
    ['definition', 'String', 'name of the definition', 'e.definition'],
    ['version', 'String', 'version that it ran then', versionOf(machine)],
    ['machine', 'String', 'content hash of that version', machine],
    ['state', 'String', 'in which it waited; empty where the message began it', state],
    ['reply', 'String', "id of the person's message", 'wrote.2'],
    ['asked', TIME_OR_NULL, 'when the newest message before it was sent', asked],
    ['received', TIME, 'when it came in', 'wrote.1'],
    ['answered', TIME_OR_NULL, 'when the first message was sent because of it; NULL where there was none', answered],
    [
      'person_ms',
      'Nullable(Int64)',
      'how long the person took, in milliseconds',
      `dateDiff('millisecond', ${asked}, wrote.1)`,
    ],
    [
      'company_ms',
      'Nullable(Int64)',
      'how long we took, in milliseconds',
      `dateDiff('millisecond', wrote.1, ${answered})`,
    ],
  ],
  from,
  examples: [
    {
      about: 'When people answer.',
      sql: 'SELECT toHour(received) AS hour, count() AS replies, median(person_ms) AS person_ms FROM replies GROUP BY hour ORDER BY hour',
    },
  ],
};
