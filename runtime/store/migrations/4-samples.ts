import { DURABLE, type Migration } from './migration.ts';

const samples = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.samples (
  tenant LowCardinality(String),
  start DateTime64(3) COMMENT 'of the window of five minutes',
  kind LowCardinality(String) COMMENT 'rate, share or delay',
  series LowCardinality(String) COMMENT 'event type, or the two ends',
  value Float64,
  observations UInt32
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start)
ORDER BY (tenant, kind, series, start)
SETTINGS ${DURABLE}`;

export function samplesMigration(database: string): Migration {
  return {
    version: 4,
    about: 'samples of the stream, from which is learned what is normal',
    statements: [samples(database)],
  };
}
