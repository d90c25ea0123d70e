/** Traffic as it lies in a store: ids, keys and data of the forms that engine and connectors give, made by ClickHouse. */

/** Events of a conversation, from the person's first message to the end. */
export const EVENTS_A_CONVERSATION = 12;

const TYPES = [
  ...['message.received', 'conversation.started', 'message.requested', 'conversation.advanced', 'timer.scheduled'],
  ...['conversation.waiting', 'message.sent', 'message.delivered', 'message.received', 'conversation.advanced'],
  ...['message.requested', 'conversation.completed'],
];

const CHANNELS = TYPES.map(
  (type) => ({ message: 'messaging', timer: 'timers' })[type.split('.')[0] ?? ''] ?? 'conversations',
);

const list = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}]`;

/** Numbers from 1: `k` is the event's place in conversation `c`; five conversations a person, a month in all. */
const SHAPE = `
  WITH ${list(TYPES)} AS types, ${list(CHANNELS)} AS channels,
    toUInt64(number) AS n, intDiv(n, ${EVENTS_A_CONVERSATION}) AS c, toUInt8(n % ${EVENTS_A_CONVERSATION} + 1) AS k,
    types[k] AS kind, lower(hex(sipHash128('person', intDiv(c, 5)))) AS who, concat('c-', who) AS person,
    concat('v-', substring(lower(hex(SHA256(concat('conversation', toString(c))))), 1, 24)) AS talk,
    toUInt16(cityHash64(who) % 8) AS slice,
    toDateTime64('2026-03-01 00:00:00', 3) + toIntervalMillisecond(cityHash64('start', c) % 2592000000
      + if(k < 9, k * 40, 3600000 + cityHash64('reply', c) % 86400000 + k * 40)) AS at,
    c * 4 + intDiv(k, 4) AS record,
    kind IN ('message.received', 'message.sent', 'message.delivered') AS outside,
    concat('/engine/acme/', toString(slice), '/7b0c5d8e-4a1f-4c1e-9d52-3f6f1e0a2b', toString(10 + slice)) AS engine,
    concat('/sms/twilio/', toString(c % 2), '/5f0d3c9a-1b2e-4f6d-8c7a-9e0b1d2c3f', toString(40 + c % 2)) AS gateway,
    concat('sms-', lower(hex(sipHash128('in', c, k > 8)))) AS incoming,
    concat(engine, '/', toString(c * 4096 + 3)) AS request, concat(talk, if(k > 10, '/m2', '/m1')) AS about`;

const DATA = `multiIf(
    kind = 'message.received', concat('{"connector":"sms","from":"tel:+1212555', leftPad(toString(c % 10000), 4, '0'),
      '","text":"', ['yes', 'no thanks', 'STOP', 'Tuesday please', 'I am not sure about that'][c % 5 + 1],
      '","providerId":"SM', who, '"}'),
    kind = 'conversation.started', concat('{"definition":"appointment-reminder","machine":"sha256:', lower(hex(SHA256('machine'))),
      '","connector":"sms"}'),
    kind = 'message.requested', concat('{"connector":"sms","to":"tel:+1212555', leftPad(toString(c % 10000), 4, '0'),
      '","message":"', about, '","text":"Hello! Your appointment with Dr Lee is on Tuesday at ', toString(c % 24),
      ':15. Reply YES to confirm or NO to cancel."}'),
    kind = 'conversation.advanced', '{"from":"ask-to-confirm","to":"confirmed","line":42}',
    kind = 'conversation.waiting', '{"state":"ask-to-confirm","until":"2026-04-01T00:00:00.000Z"}',
    kind = 'timer.scheduled', concat('{"timer":"reply/', toString(record), '","due":"2026-04-01T00:00:00.000Z"}'),
    kind IN ('message.sent', 'message.delivered'), concat('{"message":"', about, '","connector":"sms","providerId":"SM', who, '"}'),
    '{"outcome":"confirmed","state":"confirmed"}')`;

/** One statement that stores `conversations` more, the first of them number `from`. */
export function insertRealisticEvents(table: string, conversations: number, from = 0): string {
  const [first, count] = [from * EVENTS_A_CONVERSATION, conversations * EVENTS_A_CONVERSATION];
  return `INSERT INTO ${table} (tenant, channel, partition, position, batch, published, id, source, type, subject,
    conversation, causation, partitionkey, time, sequence, traceparent, extensions, data) ${SHAPE}
  SELECT 'acme', channels[k], slice, concat('17958171', toString(30 + slice), ':', toString(intDiv(record, 3)), ':', toString(n % 3)),
    intDiv(n, 8000), at + toIntervalMillisecond(3 + n % 5),
    multiIf(kind = 'message.received', incoming, outside, concat(kind, '-', lower(hex(sipHash128(c, k)))), 
      concat(engine, '/', toString(record * 1024 + k))),
    if(outside, gateway, engine), kind, person, if(kind = 'message.received', '', talk),
    multiIf(kind = 'message.received', '', outside, request, incoming), person, at,
    if(outside, n, record * 1024 + k), '', '', ${DATA}
  FROM numbers(${first}, ${count})`;
}
