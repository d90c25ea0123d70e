import { field, SHOWN, TENANT, TIME, type View } from './view.ts';

const WORDS: readonly (readonly [type: string, words: string])[] = [
  ['message.received', `concat('wrote: ', ${field('text')})`],
  ['message.requested', `concat('is to be told: ', ${field('text')})`],
  ['message.held', `concat('message ', e.message, ' waits: ', ${field('reason')})`],
  ['message.blocked', `concat('message ', e.message, ' may not be sent: ', ${field('reason')})`],
  ['message.sent', "concat('message ', e.message, ' was sent')"],
  ['message.delivered', "concat('message ', e.message, ' arrived')"],
  ['message.read', "concat('message ', e.message, ' was read')"],
  ['message.failed', `concat('message ', e.message, ' failed: ', ${field('reason')})`],
  ['conversation.started', "concat('begins ', e.definition, ' by ', JSONExtractString(e.data, 'trigger', 'type'))"],
  ['conversation.queued', "concat(e.definition, ' is to begin after what is under way')"],
  ['conversation.skipped', `concat(e.definition, ' does not begin: ', ${field('reason')})`],
  ['conversation.advanced', `concat('goes from ', ${field('from')}, ' to ', e.state, ' (', ${field('reason')}, ')')`],
  [
    'conversation.waiting',
    `concat('waits in ', e.state, ' for ', if(${field('for')} = 'reply', 'a reply', ${field('for')}))`,
  ],
  ['conversation.completed', `concat('ends: ', ${field('outcome')})`],
  ['conversation.failed', `concat('fails in ', e.state, ': ', ${field('reason')})`],
  ['conversation.expired', "concat('expires in ', e.state)"],
  ['conversation.cancelled', `concat('is cancelled: ', ${field('reason')})`],
  ['conversation.parked', `concat('is parked: ', ${field('reason')})`],
  ['conversation.resumed', "'goes on after having been parked'"],
  ['conversation.recovering', `concat('fails in ', e.state, ', and has its say: ', ${field('reason')})`],
  ['conversation.handed-off', `concat('is handed to ', ${field('queue')})`],
  ['conversation.migrated', "concat('moves to another version, in ', e.state)"],
  ['conversation.migration-refused', `concat('stays on its version: ', ${field('reason')})`],
  ['handoff.taken', `concat(${field('agent')}, ' takes care')`],
  ['handoff.replied', `concat(${field('agent')}, ' answers: ', ${field('text')})`],
  ['handoff.returned', `concat(${field('agent')}, ' gives back')`],
  ['data.requested', `concat('asks ', ${field('source')})`],
  ['data.received', `concat(${field('source')}, ' answers')`],
  ['data.failed', `concat(${field('source')}, ' fails: ', ${field('reason')})`],
  ['timer.scheduled', `concat('deadline ', ${field('timer')}, ' is set for ', ${field('due')})`],
  ['timer.fired', `concat('deadline ', ${field('timer')}, ' passes')`],
  ['timer.cancelled', `concat('deadline ', ${field('timer')}, ' is no longer needed')`],
  ['contact.created', "'is seen for the first time'"],
  ['contact.opted-in', `concat('agrees to be written to by ', e.connector, ' (', ${field('how')}, ')')`],
  ['contact.opted-out', `concat('wants no more messages by ', e.connector, ' (', ${field('how')}, ')')`],
  ['contact.erased', `concat('was made unreadable: ', ${field('reason')})`],
  ['broadcast.recipient-targeted', `concat('is to hear from broadcast ', ${field('broadcast')})`],
  [
    'broadcast.recipient-skipped',
    `concat('is left out of broadcast ', ${field('broadcast')}, ': ', ${field('reason')})`,
  ],
];

const words = `multiIf(${WORDS.map(([type, expression]) => `e.type = '${type}', ${expression}`).join(', ')}, e.type)`;

export const TIMELINE: View = {
  name: 'timeline',
  about: 'What happened about people, one row an event, in words; order by time, sequence.',
  columns: [
    TENANT,
    ['contact', 'String', 'contact key of the person', 'e.subject'],
    ['time', TIME, 'when it happened', 'e.time'],
    ['sequence', 'UInt64', 'order within the source', 'e.sequence'],
    ['conversation', 'String', 'the conversation, where it belongs to one', 'e.conversation'],
    ['type', 'String', 'type of the event', 'e.type'],
    ['words', 'String', 'what happened, for people', words],
    ['id', 'String', 'id of the event', 'e.id'],
  ],
  from: ({ tables }) => `${tables}.events AS e WHERE e.subject != '' AND ${SHOWN}`,
  examples: [
    {
      about: 'Everything about one person.',
      sql: "SELECT time, words FROM timeline WHERE contact = 'c-1' ORDER BY time, sequence",
    },
    {
      about: 'The same without the clockwork.',
      sql: `SELECT time, words FROM timeline
WHERE contact = 'c-1' AND NOT startsWith(type, 'timer.') AND type NOT IN ('conversation.advanced', 'message.sent')
ORDER BY time, sequence`,
    },
  ],
};
