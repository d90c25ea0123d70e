import { tablesMigration } from './1-tables.ts';
import { codecsAndIndexes } from './2-codecs-and-indexes.ts';
import { inputsMigration } from './3-inputs.ts';
import { samplesMigration } from './4-samples.ts';
import { stateGraphsMigration } from './5-state-graphs.ts';
import { analysisColumns } from './6-analysis-columns.ts';
import type { Migration } from './migration.ts';

/** Of the base tables, which only the sink writes. Analysts read the views of `views.ts`. */
export const DEFAULT_DATABASE = 'parlance';

export function migrationsTable(database: string): string {
  return `${database}.migrations`;
}

/** Before any migration: where they are recorded. */
export function foundation(database: string): readonly string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS ${database}`,
    `CREATE TABLE IF NOT EXISTS ${migrationsTable(database)} (version UInt32, about String, applied DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY version SETTINGS non_replicated_deduplication_window = 100`,
  ];
}

/** In order. One file a version, its number first in the name. */
export function migrations(database: string): readonly Migration[] {
  return [
    tablesMigration(database),
    codecsAndIndexes(database),
    inputsMigration(database),
    samplesMigration(database),
    stateGraphsMigration(database),
    analysisColumns(database),
  ];
}
