import { withReplies } from './reply-times.ts';
import { field, SHOWN, TENANT, TIME_OR_NULL, versionOf, type Column, type View } from './view.ts';

const at = (type: string): string => `minOrNullIf(e.time, e.type = 'broadcast.${type}')`;

/** What a broadcast's own events say. */
const FACTS: readonly Column[] = [
  TENANT,
  ['broadcast', 'String', 'its name', field('broadcast')],
  ['definition', 'String', 'whose conversations it starts', "anyIf(e.definition, e.type = 'broadcast.requested')"],
  [
    'version',
    'String',
    'of the definition, fixed when it began',
    versionOf(`anyIf(${field('machine')}, e.type = 'broadcast.started')`),
  ],
  [
    'status',
    'String',
    'requested, started, paused, resumed, completed, cancelled or missed',
    "replaceOne(argMaxIf(e.type, (e.time, e.sequence), NOT startsWith(e.type, 'broadcast.recipient')), 'broadcast.', '')",
  ],
  ['requested', TIME_OR_NULL, 'when somebody asked for it', at('requested')],
  ['started', TIME_OR_NULL, 'when it began', at('started')],
  ['completed', TIME_OR_NULL, 'when everybody had been targeted or skipped', at('completed')],
  [
    'recipients',
    'UInt64',
    'size of the audience',
    "maxIf(JSONExtractUInt(e.data, 'recipients'), e.type = 'broadcast.started')",
  ],
  [
    'targeted',
    'UInt64',
    'people for whom a conversation was to start',
    "uniqExactIf(e.id, e.type = 'broadcast.recipient-targeted')",
  ],
  [
    'skipped',
    'UInt64',
    'people who were left out, or for whom nothing could start',
    "uniqExactIf(e.id, e.type = 'broadcast.recipient-skipped')",
  ],
  [
    'skipped_by_reason',
    'Map(String, UInt64)',
    'the same by the reason',
    `arrayReduce('sumMap', arrayMap(skip -> map(skip.2, toUInt64(1)),
      groupUniqArrayIf((e.id, ${field('reason')}), e.type = 'broadcast.recipient-skipped')))`,
  ],
];

const counted = (name: string, about: string, expression: string): Column => [name, 'UInt64', about, expression];

/** What the conversations did that it started. */
const EFFECTS: readonly Column[] = [
  counted('conversations', 'conversations that it started', 'count()'),
  counted('sent', 'people to whom a message was sent', "countIf(has(c.types, 'message.sent'))"),
  counted('delivered', 'people whom a message reached', "countIf(has(c.types, 'message.delivered'))"),
  counted('failed', 'people to whom a message failed', "countIf(has(c.types, 'message.failed'))"),
  counted('replied', 'people who wrote back', 'countIf(c.replied)'),
  counted(
    'conversations_completed',
    'conversations that reached an end',
    "countIf(has(c.types, 'conversation.completed'))",
  ),
  [
    'outcomes',
    'Map(String, UInt64)',
    'the same by the outcome',
    "sumMapIf(map(c.outcome, toUInt64(1)), c.outcome != '')",
  ],
];

const selected = (columns: readonly Column[]): string =>
  columns.map(([name, , , expression]) => `${expression} AS \`${name}\``).join(', ');

const BY_BROADCAST = "JSONExtractString(data, 'trigger', 'type') = 'broadcast.recipient-targeted'";

export const BROADCASTS: View = {
  name: 'broadcasts',
  about: 'One row a broadcast: whom it was for, and what came of it.',
  columns: [
    ...FACTS.map(([name, type, about]): Column => [name, type, about, `f.${name}`]),
    ...EFFECTS.map(([name, type, about]): Column => [name, type, about, `e.${name}`]),
  ],
  from: (databases) => `(
    SELECT ${selected(FACTS)} FROM ${databases.tables}.events AS e
    WHERE e.channel = 'broadcasts' AND ${SHOWN} GROUP BY e.tenant, ${field('broadcast')}
  ) AS f GLOBAL LEFT JOIN (
    SELECT t.tenant AS tenant, t.broadcast AS broadcast, ${selected(EFFECTS)} FROM (
      SELECT e.tenant AS tenant, groupUniqArray(e.type) AS types, max(r.id != '') AS replied,
             anyIf(JSONExtractString(e.data, 'trigger', 'id'), e.type = 'conversation.started') AS target,
             anyIf(e.detail, e.move = 'completed') AS outcome
      FROM ${withReplies(databases)}
      WHERE e.conversation != '' AND ${SHOWN} AND (e.tenant, e.conversation) GLOBAL IN (
        SELECT tenant, conversation FROM ${databases.tables}.events WHERE type = 'conversation.started' AND ${BY_BROADCAST}
      )
      GROUP BY e.tenant, e.conversation
    ) AS c GLOBAL INNER JOIN (
      SELECT e.tenant AS tenant, e.id AS id, any(${field('broadcast')}) AS broadcast FROM ${databases.tables}.events AS e
      WHERE e.conversation = '' AND e.type = 'broadcast.recipient-targeted' AND ${SHOWN} GROUP BY e.tenant, e.id
    ) AS t ON c.tenant = t.tenant AND c.target = t.id
    GROUP BY t.tenant, t.broadcast
  ) AS e ON f.tenant = e.tenant AND f.broadcast = e.broadcast`,
  examples: [
    {
      about: 'How far each came.',
      sql: `SELECT broadcast, definition, recipients, targeted, skipped, delivered, replied,
       round(100 * replied / nullIf(delivered, 0), 1) AS replied_percent
FROM broadcasts ORDER BY started DESC LIMIT 20`,
    },
    {
      about: 'Why people were left out.',
      sql: `SELECT reason, sum(people) AS people FROM broadcasts
ARRAY JOIN mapKeys(skipped_by_reason) AS reason, mapValues(skipped_by_reason) AS people
GROUP BY reason ORDER BY people DESC`,
    },
  ],
};
