import { ON_CHANNELS, PROBE, SHOWN, TENANT, TIME, WORD, type View } from './view.ts';

export const EVENTS: View = {
  name: 'events',
  about: 'Every event of every channel, one row each.',
  columns: [
    TENANT,
    ['time', TIME, 'when it happened', 'e.time'],
    ['type', WORD, 'what happened, e.g. message.received', 'e.type'],
    ['channel', WORD, 'the domain of events: messaging, conversations, …', 'e.channel'],
    ['contact', 'String', 'contact key of the person it is about', 'e.subject'],
    ['conversation', 'String', 'id of the conversation it belongs to', 'e.conversation'],
    ['id', 'String', 'unique per source', 'e.id'],
    ['causation', 'String', 'id of the event that caused it', 'e.causation'],
    ['source', WORD, 'who states it', 'e.source'],
    ['sequence', 'UInt64', 'order within the source', 'e.sequence'],
    ['message', 'String', 'id of the message it is about', 'e.message'],
    ['connector', WORD, 'sms, email, webchat, …', 'e.connector'],
    ['definition', WORD, 'name of the conversation definition, on conversation.started', 'e.definition'],
    ['state', WORD, 'state of the conversation, where the event names one', 'e.state'],
    ['data', 'String', "the event's data as JSON: JSONExtractString(data, 'field')", 'e.data'],
    ['extensions', 'String', 'further attributes as JSON', 'e.extensions'],
    ['partition', 'UInt16', "partition of the channel's topic", 'e.partition'],
    ['position', 'String', "message id in the partition's topic", 'e.position'],
    ['published', TIME, 'when the broker took it', 'e.published'],
    ['partitionkey', 'String', 'what it was routed by', 'e.partitionkey'],
    ['traceparent', 'String', 'W3C trace context', 'e.traceparent'],
    ['batch', 'UInt64', 'in which the sink stored it: rising with time, see marks', 'e.batch'],
  ],
  from: ({ tables }) => `${tables}.events AS e WHERE ${SHOWN}`,
  examples: [
    {
      about: 'What happened in one conversation, in order.',
      sql: "SELECT time, type, data FROM events WHERE conversation = 'k1' ORDER BY time, sequence",
    },
    {
      about: "The customer's own events of a day, by type.",
      sql: `SELECT type, count() AS events FROM events
WHERE channel = 'external' AND toDate(time) = '2026-03-06' GROUP BY type ORDER BY events DESC`,
    },
  ],
};

export const PROBE_EVENTS: View = {
  ...EVENTS,
  name: 'probe_events',
  about: 'Events of tests and probes of the running platform, which all other views of events leave out.',
  from: ({ tables }) => `${tables}.events AS e WHERE ${ON_CHANNELS} AND ${PROBE}`,
  examples: [
    {
      about: 'What probes did last.',
      sql: 'SELECT time, type, contact, data FROM probe_events ORDER BY time DESC LIMIT 20',
    },
  ],
};

export const INPUTS: View = {
  ...EVENTS,
  name: 'inputs',
  about: 'Every event that steps take, one row each: also what the engine says to itself, on no channel (`inbox`).',
  from: ({ tables }) => `${tables}.events AS e WHERE e.channel IN ('inbox', 'messaging', 'data')`,
  examples: [
    {
      about: 'What came for one person, in the order in which the broker took it.',
      sql: "SELECT published, channel, type, id FROM inputs WHERE contact = 'c-1' ORDER BY published",
    },
  ],
};
