import { SHOWN, TENANT, TIME_OR_NULL, type View } from './view.ts';

/** Of events that are about no message it is empty. */
const KEY = 'e.message_key';

const first = (type: string): string => `minOrNullIf(e.time, e.type = 'message.${type}')`;

export const MESSAGES: View = {
  name: 'messages',
  about: 'One row a message, in either direction, with what became of it.',
  columns: [
    TENANT,
    ['message', 'String', 'id of the message; of an incoming one the id of its event', KEY],
    ['direction', 'String', 'in or out', "if(countIf(e.type = 'message.received') > 0, 'in', 'out')"],
    ['contact', 'String', 'contact key of the person', "anyIf(e.subject, e.subject != '')"],
    ['conversation', 'String', 'conversation that wanted it sent', "anyIf(e.conversation, e.conversation != '')"],
    ['connector', 'String', 'sms, email, webchat, …', "anyIf(e.connector, e.connector != '')"],
    [
      'address',
      'String',
      'who wrote, or whom it goes to',
      "anyIf(JSONExtractString(e.data, if(e.type = 'message.received', 'from', 'to')), e.type IN ('message.received', 'message.requested'))",
    ],
    [
      'text',
      'String',
      'what it says',
      "anyIf(JSONExtractString(e.data, 'text'), e.type IN ('message.received', 'message.requested'))",
    ],
    [
      'state',
      'String',
      'state of the conversation that said it',
      "anyIf(JSONExtractString(e.data, 'step'), e.type = 'message.requested')",
    ],
    ['received', TIME_OR_NULL, 'when it came in', first('received')],
    ['requested', TIME_OR_NULL, 'when a conversation wanted it sent', first('requested')],
    ['held', TIME_OR_NULL, 'when it was held back, for quiet hours or a limit', first('held')],
    ['sent', TIME_OR_NULL, 'when the provider took it', first('sent')],
    ['delivered', TIME_OR_NULL, 'when it reached the person', first('delivered')],
    ['read', TIME_OR_NULL, 'when the person saw it', first('read')],
    ['failed', TIME_OR_NULL, 'when it failed', first('failed')],
    ['blocked', TIME_OR_NULL, 'when a rule forbade it', first('blocked')],
    ['code', 'String', 'why it failed', "anyIf(JSONExtractString(e.data, 'code'), e.type = 'message.failed')"],
    [
      'segments',
      'UInt64',
      'what it cost: SMS segments that were sent; 0 where the connector counts none',
      "maxIf(JSONExtractUInt(e.data, 'segments'), e.type = 'message.sent')",
    ],
  ],
  from: ({ tables }) => `${tables}.events AS e WHERE ${KEY} != '' AND ${SHOWN} GROUP BY e.tenant, ${KEY}`,
  examples: [
    {
      about: 'What could not be delivered, and why.',
      sql: `SELECT code, connector, count() AS messages FROM messages
WHERE failed IS NOT NULL GROUP BY code, connector ORDER BY messages DESC`,
    },
    {
      about: 'What a person wrote and was told.',
      sql: `SELECT coalesce(received, requested) AS at, direction, text FROM messages
WHERE contact = 'c-1' ORDER BY at`,
    },
  ],
};
