import { DURABLE, type Migration } from './migration.ts';

const events = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.events (
  tenant LowCardinality(String),
  channel LowCardinality(String),
  partition UInt16,
  position String COMMENT 'message id in the partition topic, LEDGER:ENTRY[:INDEX]',
  batch UInt64 COMMENT 'number of the batch in which the sink stored it',
  published DateTime64(3) COMMENT 'when the broker took it',
  id String,
  source LowCardinality(String),
  type LowCardinality(String),
  subject String COMMENT 'contact key, where the event is about one person',
  conversation String COMMENT 'correlationid',
  causation String COMMENT 'causationid: id of the event that caused it',
  partitionkey String,
  time DateTime64(3),
  sequence UInt64 COMMENT 'monotone per source; 0 where the source has none',
  traceparent String,
  extensions String COMMENT 'JSON of all other attributes, empty where there are none' CODEC(ZSTD(3)),
  data String COMMENT 'JSON' CODEC(ZSTD(3)),
  message String MATERIALIZED JSONExtractString(data, 'message'),
  connector LowCardinality(String) MATERIALIZED JSONExtractString(data, 'connector'),
  definition LowCardinality(String) MATERIALIZED JSONExtractString(data, 'definition'),
  state LowCardinality(String) MATERIALIZED multiIf(
    type = 'conversation.advanced', JSONExtractString(data, 'to'), JSONExtractString(data, 'state'))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (tenant, conversation, time, sequence, id, source)
SETTINGS ${DURABLE}`;

const steps = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.steps (
  tenant LowCardinality(String),
  partition UInt16,
  position String,
  batch UInt64,
  kind Enum8('barrier' = 0, 'step' = 1),
  epoch UInt64,
  sequence UInt64,
  generation LowCardinality(String) COMMENT 'incarnation of the journal, on barriers',
  now DateTime64(3),
  input String COMMENT 'id of the input event, or of the timer',
  input_type LowCardinality(String),
  feed LowCardinality(String) COMMENT 'where the input came from; empty for a timer',
  feed_position String,
  contact String,
  conversations Array(String) COMMENT 'those that the outputs are about',
  outputs Array(String) COMMENT 'ids of the events that the step gave, in order',
  state_hash String COMMENT 'SHA-256 of the new state as JSON; empty where it did not change'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(now)
ORDER BY (tenant, partition, epoch, sequence, kind)
SETTINGS ${DURABLE}`;

const deadLetters = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.dead_letters (
  tenant LowCardinality(String),
  topic LowCardinality(String),
  partition UInt16,
  position String,
  batch UInt64,
  published DateTime64(3),
  reason String COMMENT 'why it is no event or record',
  key String,
  properties Map(String, String),
  payload_base64 String CODEC(ZSTD(3)),
  payload String ALIAS base64Decode(payload_base64)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(published)
ORDER BY (tenant, topic, position)
SETTINGS ${DURABLE}`;

const marks = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.marks (
  tenant LowCardinality(String),
  topic String COMMENT 'full partition topic',
  position String COMMENT 'everything up to and including this message is stored',
  batch UInt64,
  time DateTime64(3)
)
ENGINE = ReplacingMergeTree(batch)
ORDER BY (tenant, topic)
SETTINGS ${DURABLE}`;

export function tablesMigration(database: string): Migration {
  return {
    version: 1,
    about: 'events, steps, dead letters and marks',
    statements: [events, steps, deadLetters, marks].map((table) => table(database)),
  };
}
