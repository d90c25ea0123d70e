import type { Migration } from './migration.ts';

/** Events of a conversation that say in which state it is, by what is left of their type. */
const MOVES = ['started', 'advanced', 'waiting', 'migrated', 'completed', 'failed', 'expired', 'cancelled'] as const;

const MOVE_TYPES: string = MOVES.map((move) => `'conversation.${move}'`).join(', ');

/** Of `data`, only in events of the types that are named: no other is parsed. */
const fieldBy = (fields: Readonly<Record<string, string>>): string =>
  `multiIf(${Object.entries(fields)
    .map(([type, name]) => `type = '${type}', JSONExtractString(data, '${name}')`)
    .join(', ')}, '')`;

/** What the views of analysts would otherwise parse out of every event's JSON, each time. */
const COLUMNS: Readonly<Record<string, string>> = {
  shown: `UInt8 MATERIALIZED channel != 'inbox' AND NOT startsWith(subject, 'c-probe-')
    COMMENT '1: on a channel, and not about a person who does not exist: what views for analysts show'`,
  move: `Enum8('' = 0, 'said' = 1, ${MOVES.map((move, at) => `'${move}' = ${at + 2}`).join(', ')})
    MATERIALIZED multiIf(type IN (${MOVE_TYPES}), substring(type, length('conversation.') + 1), type = 'message.requested', 'said', '')
    COMMENT 'what it says of the way of its conversation; said: that it said something in a state'`,
  from_state: `LowCardinality(String) MATERIALIZED ${fieldBy({
    'conversation.advanced': 'from',
    'conversation.migrated': 'left',
    'conversation.waiting': 'state',
    'conversation.failed': 'state',
    'conversation.expired': 'state',
    'message.requested': 'step',
  })}
    COMMENT 'state in which the event found the conversation, where it says so'`,
  detail: `LowCardinality(String) MATERIALIZED ${fieldBy({
    'conversation.started': 'machine',
    'conversation.migrated': 'to',
    'conversation.advanced': 'reason',
    'conversation.completed': 'outcome',
  })}
    COMMENT 'of a start or migration the machine, of an advance its reason, of a completion its outcome'`,
  message_key: `String MATERIALIZED multiIf(type = 'message.received', id, startsWith(type, 'message.'), message, '')
    COMMENT 'what a message is known by; of an incoming one the id of its event' CODEC(ZSTD(1))`,
};

/**
 * Rows that are there already get the columns in the background, by a mutation that writes these and leaves the others
 * alone; until then they are computed when they are read. The new index is on a column and not on an expression.
 */
export function analysisColumns(database: string): Migration {
  const events = `${database}.events`;
  const named = Object.entries(COLUMNS);
  return {
    version: 6,
    about: 'columns for what views would parse out of JSON',
    statements: [
      `ALTER TABLE ${events}\n  ${named.map(([name, type]) => `ADD COLUMN IF NOT EXISTS ${name} ${type}`).join(',\n  ')}`,
      `ALTER TABLE ${events}\n  ${named.map(([name]) => `MATERIALIZE COLUMN ${name}`).join(', ')}`,
      `ALTER TABLE ${events}\n  DROP INDEX IF EXISTS by_message_key,
  ADD INDEX IF NOT EXISTS by_key message_key TYPE bloom_filter(0.01) GRANULARITY 1`,
      `ALTER TABLE ${events} MATERIALIZE INDEX by_key`,
    ],
  };
}
