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
  /** Of the conversations that started then, those with ids up to this one; absent: all. */
  readonly upTo?: string;
}

/** A slice of the contact keys: from the first on, below the second; the last slice has none. */
export interface Slice {
  readonly first: string;
  readonly below?: string;
}

/** Contact keys are hashes: equal parts of what they may be hold about equally many. */
export function slicesOf(many: number): readonly Slice[] {
  const edge = (index: number): string =>
    `c-${Math.floor((index * 0x10000) / many)
      .toString(16)
      .padStart(4, '0')}`;
  return Array.from({ length: many }, (_, index) => ({
    first: index === 0 ? '' : edge(index),
    ...(index === many - 1 ? {} : { below: edge(index + 1) }),
  }));
}

/** Of the slice: those with whom conversations started, and others. */
export function recordQuery(wanted: Wanted, slice: Slice, others: readonly string[]): RecordQuery {
  const named = others.length === 0 ? '' : ' UNION ALL SELECT contact FROM named';
  return {
    common: [`people AS (SELECT contact FROM (${peopleSql(wanted)})${named})`],
    keys: others,
    condition: `${sliceSql(slice)} AND contact IN (SELECT contact FROM people)`,
    before: wanted.window.to,
    with: 'outputs',
  };
}

/** Steps that a query for all of them would read, and bytes of what led to them. */
export function sizeSql(wanted: Wanted): string {
  const people = peopleSql(wanted);
  return `SELECT (SELECT count() FROM steps WHERE contact IN (${people})) AS steps,
  (SELECT sum(length(data)) FROM inputs WHERE contact IN (${people})) AS bytes`;
}

/** With whom conversations of the changed definitions started. */
export function peopleSql(wanted: Wanted): string {
  return `SELECT contact FROM events WHERE ${startedSql(wanted)}`;
}

/** The last id, where as many conversations are taken as that; empty where none started. */
export function upToSql(wanted: Wanted, limit: number): string {
  return `SELECT max(conversation) AS last FROM (
  SELECT DISTINCT conversation FROM events WHERE ${startedSql(wanted)} ORDER BY conversation LIMIT ${limit.toString()})`;
}

/** Of each definition, when its newest conversation started. */
export function newestStartsSql(window: Window | undefined): string {
  const within = window === undefined ? '' : ` AND ${withinSql('time', window)}`;
  return `SELECT definition AS name, toString(max(toUnixTimestamp64Milli(time))) AS at FROM events
WHERE type = 'conversation.started'${within} GROUP BY name`;
}

/** The view `events` has nobody of a test or probe. */
function startedSql({ definitions, window, upTo }: Wanted): string {
  const ids = upTo === undefined ? '' : ` AND conversation <= ${quoteText(upTo)}`;
  return `type = 'conversation.started' AND definition IN (${namesSql(definitions)}) AND ${withinSql('time', window)}${ids}`;
}

export function sliceSql({ first, below }: Slice): string {
  return [`contact >= ${quoteText(first)}`, ...(below === undefined ? [] : [`contact < ${quoteText(below)}`])].join(
    ' AND ',
  );
}

export function namesSql(names: readonly string[]): string {
  return names.map(quoteText).join(', ');
}

export function withinSql(column: 'time' | 'published', { from, to }: Window): string {
  return `${column} >= ${instantSql(from)} AND ${column} < ${instantSql(to)}`;
}
