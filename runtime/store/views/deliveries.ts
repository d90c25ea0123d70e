import { percentileColumns, TENANT, type Column, type View } from './view.ts';

const counted = (name: string, about: string): Column => [name, 'UInt64', about, `countIf(e.${name} IS NOT NULL)`];

export const DELIVERIES: View = {
  name: 'deliveries',
  about: 'What became of the messages that conversations wanted sent in an hour, one row a connector and hour.',
  columns: [
    TENANT,
    ['connector', 'String', 'sms, email, webchat, …', 'e.connector'],
    ['hour', "DateTime('UTC')", 'hour in which they were requested', 'toStartOfHour(e.requested)'],
    counted('requested', 'messages that conversations wanted sent'),
    counted('held', 'held back for a while, for quiet hours or a limit'),
    counted('blocked', 'forbidden by a rule'),
    counted('sent', 'taken by the provider'),
    counted('delivered', 'that reached the person'),
    counted('read', 'that the person saw'),
    counted('failed', 'that failed'),
    ['segments', 'UInt64', 'SMS segments that were sent', 'sum(e.segments)'],
    ...percentileColumns(
      'sending_',
      'from requested to sent',
      "if(e.held IS NULL, dateDiff('millisecond', e.requested, e.sent), NULL)",
    ),
    ...percentileColumns('delivering_', 'from sent to delivered', "dateDiff('millisecond', e.sent, e.delivered)"),
  ],
  from: ({ views }) =>
    `${views}.messages AS e WHERE e.direction = 'out' AND e.requested IS NOT NULL
     GROUP BY e.tenant, e.connector, toStartOfHour(e.requested)`,
  examples: [
    {
      about: 'How reliable and how fast each connector is, by the day.',
      sql: `SELECT toDate(hour) AS day, connector, sum(requested) AS requested, sum(delivered) AS delivered,
       sum(failed) AS failed, max(sending_p95_ms) AS slowest_hour_ms
FROM deliveries GROUP BY day, connector ORDER BY day, connector`,
    },
    {
      about: 'What SMS cost.',
      sql: `SELECT toStartOfMonth(hour) AS month, sum(segments) AS segments FROM deliveries
WHERE connector = 'sms' GROUP BY month ORDER BY month`,
    },
  ],
};
