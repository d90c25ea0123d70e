/** What the store has of one partition topic, as the check asks it. */
import type { TenantName } from '../../../channels/brands.ts';
import { compareMessageIds, messageIdParts, type MessageId } from '../../broker/message-id.ts';
import type { Basis } from '../../engine/journal-record.ts';
import type { Store } from '../port.ts';
import { localDatabase } from '../cluster.ts';
import { quoteName, quoteText } from '../quote.ts';
import { tableOf } from '../rows.ts';
import type { Feed } from '../sink/feeds.ts';
import type { JournalMark, SourceMark, TopicProgress } from '../sink/progress.ts';
import type { StoredRow } from './compare.ts';
import { IDENTITY, identityOf } from './expectation.ts';

export type CheckedTable = keyof typeof IDENTITY;

/** Orders as `compareMessageIds` does: arrays are compared place by place, and the shorter one first. */
const PLACE = `arrayMap(part -> toUInt64(part), splitByChar(':', position))`;

/** Columns whose month is the partition of a row; a table without is merged whole. */
const MONTH_OF: Readonly<Partial<Record<CheckedTable, string>>> = {
  ...{ events: 'time', steps: 'now', dead_letters: 'published' },
};

/** Ids in one question. */
const ASKED_AT_ONCE = 1000;

export interface Bounds {
  readonly after?: MessageId;
  readonly from?: MessageId;
  readonly upTo?: MessageId;
  readonly before?: MessageId;
}

export class StoredRows {
  readonly #store: Store;
  readonly #tenant: TenantName;
  readonly #feed: Feed;

  constructor(store: Store, tenant: TenantName, feed: Feed) {
    this.#store = store;
    this.#tenant = tenant;
    this.#feed = feed;
  }

  /** Where its messages' rows are. */
  get main(): 'events' | 'steps' | 'definitions' {
    if (this.#feed.of === 'journal') return 'steps';
    return this.#feed.of === 'machines' ? 'definitions' : 'events';
  }

  get tables(): readonly CheckedTable[] {
    return [this.main, 'dead_letters'];
  }

  async between(bounds: Bounds): Promise<readonly StoredRow[]> {
    const parts = await Promise.all(
      this.tables.map(async (table) => {
        const columns = ['position', ...IDENTITY[table]].join(', ');
        const rows = await this.#ask(table, columns, bounds);
        return rows.map((row) => ({ table, position: String(row['position']), identity: identityOf(table, row) }));
      }),
    );
    return parts.flat();
  }

  async count(bounds: Bounds): Promise<number> {
    const counts = await Promise.all(this.tables.map((table) => this.#ask(table, 'count() AS n', bounds)));
    return counts.reduce((sum, [row]) => sum + Number(row?.['n'] ?? 0), 0);
  }

  /** Up to `limit` positions with more than one row, and what a source stated once that has rows at several positions. */
  async doubled(bounds: Bounds, limit: number): Promise<readonly Doubled[]> {
    const found = await Promise.all(
      this.tables.map(async (table) => {
        const identity = IDENTITY[table];
        const perIdentity = table === 'events' ? ` AND sequence > 0` : '';
        const columns = ['groupUniqArray(position) AS positions', 'count() AS rows', ...identity].join(', ');
        const by = table === 'dead_letters' ? 'position' : identity.join(', ');
        const tail = `${perIdentity} GROUP BY ${by} HAVING rows > 1 LIMIT ${limit}`;
        const rows = await this.#ask(table, columns, bounds, tail);
        return rows.map((row) => ({
          ...{ table, identity: identityOf(table, row), rows: Number(row['rows']) },
          positions: (row['positions'] as readonly MessageId[]).toSorted(compareMessageIds),
        }));
      }),
    );
    return found.flat();
  }

  async newest(): Promise<{ readonly position: MessageId; readonly identity: string } | undefined> {
    const columns = ['position', ...IDENTITY[this.main]].join(', ');
    const [row] = await this.#ask(this.main, columns, {}, ` ORDER BY ${PLACE} DESC LIMIT 1`);
    return row && { position: String(row['position']) as MessageId, identity: identityOf(this.main, row) };
  }

  /** Where journal numbers jump among the rows: the number before, and that after. */
  async journalGaps(bounds: Bounds, limit: number): Promise<readonly JournalGap[]> {
    if (this.main !== 'steps') return [];
    const window = `OVER (ORDER BY ${PLACE} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
    const numbered = this.#select(
      'steps',
      `position, sequence, lagInFrame(sequence, 1, sequence) ${window} AS previous`,
      bounds,
    );
    const rows = await this.#store.query(
      `SELECT position, sequence, previous FROM (${numbered}) WHERE sequence > previous + 1 LIMIT ${limit}`,
    );
    return rows.map((row) => ({
      ...{ position: String(row['position']), sequence: Number(row['sequence']), previous: Number(row['previous']) },
    }));
  }

  /** Positions of all rows with one of these identities: of events, anywhere in the topic's own channel and partition. */
  async positionsOf(identities: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map<string, Set<string>>();
    const wanted = new Set(identities);
    const ids = [...wanted].map((identity) => (JSON.parse(identity) as readonly unknown[]).at(-1));
    for (let at = 0; at < ids.length && this.main === 'events'; at += ASKED_AT_ONCE) {
      const asked = ids.slice(at, at + ASKED_AT_ONCE).map((id) => quoteText(String(id)));
      const columns = ['position', ...IDENTITY.events].join(', ');
      for (const row of await this.#ask('events', columns, {}, ` AND id IN (${asked.join(', ')})`)) {
        const identity = identityOf('events', row);
        if (!wanted.has(identity)) continue;
        const positions = found.get(identity) ?? new Set();
        found.set(identity, positions.add(String(row['position'])));
      }
    }
    return found;
  }

  /** What the sink knew when it came to `first`, as far as its rows tell. */
  async progressBefore(first: MessageId): Promise<TopicProgress> {
    const before: Bounds = { before: first };
    const position = first;
    if (this.main === 'definitions') return { position };
    if (this.main === 'steps') {
      const columns = 'epoch, sequence, definitions, company, partitions';
      const [earlier] = await this.#ask('steps', columns, before, ` ORDER BY ${PLACE} DESC LIMIT 1`);
      const [next] = await this.#ask('steps', 'sequence', { from: first }, ` ORDER BY ${PLACE} LIMIT 1`);
      const newest = Number(earlier?.['sequence'] ?? 0);
      // Where rows between the two are lost, the first record that is kept counts, as for a sink that joins late.
      if (!earlier || (next && Number(next['sequence']) !== newest + 1)) return { position };
      const journal: JournalMark = [Number(earlier['epoch']), newest];
      return { position, journal, ...basisIn(earlier) };
    }
    const columns = 'source, max(sequence) AS newest, toUnixTimestamp64Milli(max(published)) AS ms';
    const rows = await this.#ask('events', columns, before, ` AND sequence > 0 GROUP BY source`);
    const sources = rows.map((row): [string, SourceMark] => {
      return [String(row['source']), [Number(row['newest']), Number(row['ms'])]];
    });
    return { position, sources: Object.fromEntries(sources) };
  }

  async removePositions(table: CheckedTable, positions: readonly string[]): Promise<void> {
    const list = positions.map(quoteText).join(', ');
    const where = `${this.#scope(table)} AND position IN (${list})`;
    await this.#change(table, (name) => `ALTER TABLE ${name} DELETE WHERE ${where} SETTINGS mutations_sync = 2`);
  }

  /** Merges whole parts, so that of rows with one sort key one is left. Atomic for whoever reads or writes meanwhile. */
  async mergePartitionsOf(table: CheckedTable, positions: readonly string[]): Promise<void> {
    const month = MONTH_OF[table];
    if (month === undefined) return this.#change(table, (name) => `OPTIMIZE TABLE ${name} FINAL`);
    const list = positions.map(quoteText).join(', ');
    // `_partition_id` is the part's own, and a distributed table has no parts.
    const columns = `DISTINCT toYYYYMM(${month}) AS month`;
    for (const row of await this.#ask(table, columns, {}, ` AND position IN (${list})`)) {
      await this.#change(table, (name) => `OPTIMIZE TABLE ${name} PARTITION ${Number(row['month'])} FINAL`);
    }
  }

  /** Where the rows lie: on a cluster, the replicated table of every shard. */
  #change(table: CheckedTable, statement: (name: string) => string): Promise<void> {
    const { layout, database } = this.#store;
    if (layout.cluster === undefined) return this.#store.command(statement(tableOf(this.#store, table)));
    const name = `${localDatabase(database)}.${table} ON CLUSTER ${quoteName(layout.cluster)}`;
    return this.#store.command(statement(name));
  }

  #ask(table: CheckedTable, columns: string, bounds: Bounds, tail = ''): Promise<readonly Record<string, unknown>[]> {
    return this.#store.query(`${this.#select(table, columns, bounds)}${tail}`);
  }

  #select(table: CheckedTable, columns: string, { after, from, upTo, before }: Bounds): string {
    const conditions = [
      this.#scope(table),
      ...(after === undefined ? [] : [`${PLACE} > ${place(after)}`]),
      ...(from === undefined ? [] : [`${PLACE} >= ${place(from)}`]),
      ...(upTo === undefined ? [] : [`${PLACE} <= ${place(upTo)}`]),
      ...(before === undefined ? [] : [`${PLACE} < ${place(before)}`]),
    ];
    return `SELECT ${columns} FROM ${tableOf(this.#store, table)} WHERE ${conditions.join(' AND ')}`;
  }

  #scope(table: CheckedTable): string {
    const { topic, partition, of } = this.#feed;
    const tenant = `tenant = ${quoteText(this.#tenant)}`;
    if (table === 'dead_letters') return `${tenant} AND topic = ${quoteText(topic)}`;
    if (table === 'definitions') return tenant;
    const own = `${tenant} AND partition = ${partition}`;
    return table === 'events' ? `${own} AND channel = ${quoteText(of)}` : own;
  }
}

/** As it was on record by that step; none of one of a time when it was not put on record. */
function basisIn(row: Readonly<Record<string, unknown>>): { readonly basis?: Basis } {
  const [definitions, company, partitions] = [
    String(row['definitions']),
    String(row['company']),
    Number(row['partitions']),
  ];
  if (partitions === 0) return {};
  return {
    basis: {
      ...(definitions === '' ? {} : { definitions: definitions as MessageId }),
      ...(company === '' ? {} : { company }),
      partitions,
    },
  };
}

/** Several rows for what was stated once. */
export interface Doubled {
  readonly table: CheckedTable;
  readonly identity: string;
  readonly rows: number;
  /** Where they are, in the order of the topic. */
  readonly positions: readonly MessageId[];
}

export interface JournalGap {
  readonly position: string;
  readonly sequence: number;
  readonly previous: number;
}

function place(id: MessageId): string {
  const [ledger, entry, index] = messageIdParts(id);
  return `CAST([${[ledger, entry, ...(index < 0 ? [] : [index])].join(', ')}] AS Array(UInt64))`;
}
