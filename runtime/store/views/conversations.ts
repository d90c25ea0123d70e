import { COMPANY_TIMES, PERSON_TIMES, withReplies } from './reply-times.ts';
import { ENDS, SHOWN, ORDER, TENANT, TIME, TIME_OR_NULL, versionOf, type Column, type View } from './view.ts';

const STARTED = "e.type = 'conversation.started'";

const machine = `argMaxIf(e.detail, ${ORDER}, e.move IN ('started', 'migrated'))`;

const median = (times: string): string => `arrayReduce('medianExactOrNull', ${times})`;

const COLUMNS: readonly Column[] = [
  TENANT,
  ['conversation', 'String', 'its id', 'e.conversation'],
  ['contact', 'String', 'contact key of the person', "anyIf(e.subject, e.subject != '')"],
  ['definition', 'String', 'name of the definition it runs', `anyIf(e.definition, ${STARTED})`],
  ['version', 'String', 'version of the definition that it runs', versionOf(machine)],
  ['machine', 'String', 'content hash of that version', machine],
  ['connector', 'String', 'what it started on', `anyIf(e.connector, ${STARTED})`],
  [
    'started',
    TIME_OR_NULL,
    'when it started; NULL where its beginning is not stored',
    `minOrNullIf(e.time, ${STARTED})`,
  ],
  ['ended', TIME_OR_NULL, 'when it ended; NULL while it runs', `maxOrNullIf(e.time, e.type IN (${ENDS}))`],
  [
    'status',
    'String',
    'started, waiting, parked, completed, failed, expired, cancelled, handed-off …',
    `replaceOne(argMaxIf(e.type, ${ORDER}, e.channel = 'conversations' AND e.type != 'conversation.advanced' AND NOT startsWith(e.type, 'conversation.migrat')), 'conversation.', '')`,
  ],
  ['outcome', 'String', 'how it was completed', "argMaxIf(e.detail, e.time, e.move = 'completed')"],
  [
    'state',
    'String',
    'state that it is or was last in',
    `argMaxIf(e.state, ${ORDER}, e.channel = 'conversations' AND e.state != '')`,
  ],
  [
    'steps',
    'UInt64',
    'inputs that moved it: replies, events, receipts, deadlines',
    "uniqExactIf(e.causation, startsWith(e.source, '/engine/'))",
  ],
  ['messages_in', 'UInt64', 'messages of the person that caused something in it', "uniqExactIf(r.id, r.id != '')"],
  ['messages_out', 'UInt64', 'messages that it wanted sent', "uniqExactIf(e.id, e.type = 'message.requested')"],
  [
    'segments',
    'UInt64',
    'what its messages cost: SMS segments that were sent',
    "arraySum(m -> m.2, groupUniqArrayIf((e.message, JSONExtractUInt(e.data, 'segments')), e.type = 'message.sent'))",
  ],
  [
    'person_ms',
    'Nullable(Int64)',
    'median of the times from what we sent to the reply, in milliseconds; NULL without a reply',
    median(PERSON_TIMES),
  ],
  [
    'company_ms',
    'Nullable(Int64)',
    'median of the times from a reply to what we sent because of it, in milliseconds',
    median(COMPANY_TIMES),
  ],
  ['events', 'UInt64', 'all its events', 'uniqExact(e.id)'],
  ['last_event', TIME, 'time of its newest event', 'max(e.time)'],
];

export const CONVERSATIONS: View = {
  name: 'conversations',
  about: 'One row a conversation, as it is now.',
  columns: COLUMNS,
  from: (databases) =>
    `${withReplies(databases)} WHERE e.conversation != '' AND ${SHOWN} GROUP BY e.tenant, e.conversation`,
  examples: [
    {
      about: 'The newest ones.',
      sql: 'SELECT conversation, status, outcome FROM conversations ORDER BY started DESC LIMIT 20',
    },
    {
      about: 'How those of each version end, and what they cost.',
      sql: `SELECT definition, version, status, outcome, count() AS conversations, avg(segments) AS segments
FROM conversations GROUP BY definition, version, status, outcome ORDER BY conversations DESC`,
    },
    {
      about: 'Those that took longest.',
      sql: `SELECT conversation, definition, dateDiff('minute', started, ended) AS minutes, steps, person_ms, company_ms
FROM conversations WHERE ended IS NOT NULL ORDER BY minutes DESC LIMIT 10`,
    },
  ],
};
