import { randomUUID } from 'node:crypto';
import { mediaTypeOf } from './formats.ts';

/** What ClickHouse's clients find in the head of every answer, errors included. */
export function responseHeaders(query: URLSearchParams, format: string): Readonly<Record<string, string>> {
  return {
    'content-type': mediaTypeOf(format),
    'x-clickhouse-format': format,
    'x-clickhouse-timezone': 'UTC',
    'x-clickhouse-query-id': /^[\w-]{1,64}$/.exec(query.get('query_id') ?? '')?.[0] ?? randomUUID(),
  };
}
