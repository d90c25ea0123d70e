import { DURABLE, type Migration } from './migration.ts';

const definitions = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.definitions (
  tenant LowCardinality(String),
  position String COMMENT 'message id in the topic of machines: their order is the order of the publications',
  batch UInt64 CODEC(Delta(8), ZSTD(1)),
  published DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  kind Enum8('version' = 0, 'activate' = 1, 'retire' = 2, 'publish' = 3)
    COMMENT 'publish: a version that is in force at once, as older workers wrote it',
  definition LowCardinality(String) COMMENT 'its name; of an activation only the machine is known',
  version String,
  machine String COMMENT 'content hash',
  payload String COMMENT 'JSON: list of what it says, with the machine of a version' CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, position)
SETTINGS ${DURABLE}`;

/** What a step rests on beside its state. Rows from before have none of it. */
const basis = (database: string): string => `ALTER TABLE ${database}.steps
  ADD COLUMN IF NOT EXISTS definitions LowCardinality(String)
    COMMENT 'position on the topic of machines up to which the owner had read; empty where it is not known' AFTER state_hash,
  ADD COLUMN IF NOT EXISTS company LowCardinality(String) COMMENT 'what the company called itself' AFTER definitions,
  ADD COLUMN IF NOT EXISTS partitions UInt16
    COMMENT 'among how many the contacts were divided; 0 where it is not known' AFTER company,
  ADD COLUMN IF NOT EXISTS fatal UInt8
    COMMENT '1: the input ends the process and was not tried, its conversation was parked unseen' AFTER partitions`;

/** With the inbox among the events, and these, every past state can be made again from the store alone. */
export function inputsMigration(database: string): Migration {
  return {
    version: 3,
    about: 'definitions, and what each step rests on',
    statements: [definitions, basis].map((statement) => statement(database)),
  };
}
