/** What becomes of old rows: deleted after some months, moved to slower disks before. It follows the configuration. */
import { localDatabase } from './cluster.ts';
import { AGING_TABLES, type AgingTable, type Layout } from './layout.ts';
import type { Store } from './port.ts';
import { quoteText } from './quote.ts';

/**
 * By the moment at which a row reached us and not by an event's own time: that is whatever its producer says, from 1900
 * on, and what comes late should not go at once.
 */
const AGES_BY: Readonly<Record<AgingTable, string>> = {
  events: 'published',
  steps: 'now',
  dead_letters: 'published',
  samples: 'start',
};

/** Statements by which the tables get what the layout says; none where they have it. */
export async function agingStatements(store: Store): Promise<readonly string[]> {
  const { database, layout } = store;
  const engines = await enginesOf(store);
  return AGING_TABLES.flatMap((table) => {
    const engine = engines.get(table) ?? '';
    const now = { ttl: clauseOf(engine), policy: /\bstorage_policy = '([^']*)'/.exec(engine)?.[1] };
    return statementsOf(`${database}.${table}`, table, layout, now);
  });
}

function statementsOf(
  name: string,
  table: AgingTable,
  layout: Layout,
  now: { readonly ttl: string; readonly policy: string | undefined },
): readonly string[] {
  const { storagePolicy } = layout;
  const statements: string[] = [];
  // The volume that the deletion clause may name has to be there first.
  if (storagePolicy !== undefined && storagePolicy !== now.policy) {
    statements.push(`ALTER TABLE ${name} MODIFY SETTING storage_policy = ${quoteText(storagePolicy)}`);
  }
  const ttl = ttlOf(table, layout);
  if (ttl !== now.ttl) statements.push(`ALTER TABLE ${name} ${ttl === '' ? 'REMOVE TTL' : `MODIFY TTL ${ttl}`}`);
  return statements;
}

/** In ClickHouse's own spelling, so that it can be compared with what a table has. */
function ttlOf(table: AgingTable, { keepMonths, cold }: Layout): string {
  const after = (months: number): string => `toDateTime(${AGES_BY[table]}) + toIntervalMonth(${months})`;
  const clauses = [
    ...(keepMonths[table] > 0 ? [after(keepMonths[table])] : []),
    ...(cold ? [`${after(cold.afterMonths)} TO VOLUME ${quoteText(cold.volume)}`] : []),
  ];
  return clauses.join(', ');
}

function clauseOf(engine: string): string {
  return / TTL (.*?)(?: SETTINGS |$)/s.exec(engine)?.[1] ?? '';
}

/** By table; one that is missing is about to be created without. */
async function enginesOf(store: Store): Promise<ReadonlyMap<string, string>> {
  const { database, layout } = store;
  const where = layout.cluster === undefined ? database : localDatabase(database);
  const rows = await store.query(`SELECT name, engine_full FROM system.tables WHERE database = ${quoteText(where)}`);
  return new Map(rows.map((row) => [String(row['name']), String(row['engine_full'])]));
}
