import { DURABLE, type Migration } from './migration.ts';

const states = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.definition_states (
  tenant LowCardinality(String),
  batch UInt64,
  published DateTime64(3),
  definition LowCardinality(String),
  machine LowCardinality(String) COMMENT 'content hash',
  state LowCardinality(String),
  position UInt32 COMMENT 'order in the definition, from 1',
  is_first UInt8 COMMENT '1 where conversations begin',
  waits_for Array(LowCardinality(String)) COMMENT 'reply, delay, event, data or handoff',
  longest_wait_ms Nullable(UInt64) COMMENT 'of those waits; NULL where it is not fixed',
  outcomes Array(String) COMMENT 'with which conversations may end there'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, machine, state)
SETTINGS ${DURABLE}`;

const transitions = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.definition_transitions (
  tenant LowCardinality(String),
  batch UInt64,
  published DateTime64(3),
  definition LowCardinality(String),
  machine LowCardinality(String) COMMENT 'content hash',
  from_state LowCardinality(String),
  to_state LowCardinality(String),
  reason LowCardinality(String) COMMENT 'as conversation.advanced states it'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, machine, from_state, to_state, reason)
SETTINGS ${DURABLE}`;

/** The state graph of each version that is published: what funnels and conformance are measured against. */
export function stateGraphsMigration(database: string): Migration {
  return {
    version: 5,
    about: 'state graphs of definitions',
    statements: [states, transitions].map((table) => table(database)),
  };
}
