import { Readable, pipeline } from 'node:stream';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { StoreError } from '../errors.ts';

/** As ClickHouse does it: only where the client both asks for it and says what it can read. */
export function wantsGzip(query: URLSearchParams, acceptEncoding: string): boolean {
  return query.get('enable_http_compression') === '1' && /\bgzip\b/.test(acceptEncoding);
}

export function gzipped(body: string | Readable): Readable {
  if (typeof body === 'string') return Readable.from([gzipSync(body)]);
  // An error of the source destroys the other stream, where whoever reads it meets it.
  return pipeline(body, createGzip(), () => undefined);
}

/** The statement that was sent. A few bytes can become very many: never more than `maxBytes`. */
export function uncompressed(body: Buffer, encoding: string, maxBytes: number): Buffer {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw refused(`Content-Encoding ${encoding} is not understood here: send gzip`);
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw refused('the body is no gzip, or holds too much', cause);
  }
}

function refused(why: string, cause?: unknown): StoreError {
  return new StoreError('sql-refused', why, { cause });
}
