import { SHOWN, TENANT, type View } from './view.ts';

export const PER_MINUTE: View = {
  name: 'per_minute',
  about: 'How many events of each type happened in each minute.',
  columns: [
    TENANT,
    ['minute', "DateTime('UTC')", 'the minute', 'toStartOfMinute(e.time)'],
    ['channel', 'String', 'the domain of events', 'any(e.channel)'],
    ['type', 'String', 'what happened', 'e.type'],
    ['events', 'UInt64', 'how often; what a producer repeats counts again until ClickHouse merges it', 'count()'],
  ],
  from: ({ tables }) => `${tables}.events AS e WHERE ${SHOWN} GROUP BY e.tenant, e.type, toStartOfMinute(e.time)`,
  examples: [
    {
      about: 'Traffic of the last three hours.',
      sql: `SELECT minute, sum(events) AS events FROM per_minute
WHERE minute >= now() - INTERVAL 3 HOUR GROUP BY minute ORDER BY minute`,
    },
    {
      about: 'The busiest minutes for incoming messages.',
      sql: "SELECT minute, events FROM per_minute WHERE type = 'message.received' ORDER BY events DESC LIMIT 10",
    },
  ],
};
