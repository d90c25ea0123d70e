/** Of whom the record is asked for: the people with whom conversations of the changed definitions started. */
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

export function recordQuery(wanted: Wanted, { first, below }: Slice): RecordQuery {
  return {
    common: `WITH people AS (${peopleSql(wanted)})`,
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

/** The view `events` has nobody of a test or probe. */
function peopleSql({ definitions, window: { from, to }, limit }: Wanted): string {
  const started = `SELECT contact FROM events
  WHERE type = 'conversation.started' AND definition IN (${definitions.map(quoteText).join(', ')})
    AND time >= ${instantSql(from)} AND time < ${instantSql(to)}`;
  return limit === undefined ? started : `${started} ORDER BY id LIMIT ${limit.toString()}`;
}
