/** Of whom the record is asked for. */
import { instantSql, type RecordQuery } from '../history/record-query.ts';
import { quoteText } from '../store/quote.ts';

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export interface Wanted {
  readonly definitions: readonly string[];
  readonly window: Window;
  /** Conversations at most, which may be of fewer people. */
  readonly limit?: number;
}

/** A slice of the contact keys: from the first on, below the second; the last slice has none. */
export interface Slice {
  readonly first: string;
  readonly below?: string;
}

/** Of the slice: those with whom conversations started, and others. */
export function recordQuery(wanted: Wanted, { first, below }: Slice, others: readonly string[]): RecordQuery {
  const named = others.length === 0 ? '' : ' UNION ALL SELECT contact FROM named';
  return {
    common: [`people AS (SELECT contact FROM (${peopleSql(wanted)})${named})`],
    keys: others,
    condition: [
      `contact >= ${quoteText(first)}`,
      ...(below === undefined ? [] : [`contact < ${quoteText(below)}`]),
      'contact IN (SELECT contact FROM people)',
    ].join(' AND '),
    before: wanted.window.to,
    with: 'outputs',
  };
}

/** Steps that a query for all of them would read. */
export function sizeSql(wanted: Wanted): string {
  return `SELECT count() AS steps FROM steps WHERE contact IN (${peopleSql(wanted)})`;
}

/** With whom conversations of the changed definitions started. The view `events` has nobody of a test or probe. */
export function peopleSql({ definitions, window, limit }: Wanted): string {
  const started = `SELECT contact FROM events
  WHERE type = 'conversation.started' AND definition IN (${namesSql(definitions)}) AND ${withinSql('time', window)}`;
  return limit === undefined ? started : `${started} ORDER BY id LIMIT ${limit.toString()}`;
}

export function namesSql(names: readonly string[]): string {
  return names.map(quoteText).join(', ');
}

export function withinSql(column: 'time' | 'published', { from, to }: Window): string {
  return `${column} >= ${instantSql(from)} AND ${column} < ${instantSql(to)}`;
}
