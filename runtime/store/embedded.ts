import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client';
import type * as Chdb from 'chdb';
import type * as ChdbConnection from 'chdb/connection';
import type { Layout } from './layout.ts';
import type { ReadRequest, Store } from './port.ts';
import { clientCalls, sqlFailed, type InsertRows } from './calls.ts';
import { StoreError, clickHouseMessage } from './errors.ts';
import { Infile } from './infile.ts';
import { quoteName, quoteText } from './quote.ts';

interface Engine {
  readonly createChdbConnection: typeof ChdbConnection.createChdbConnection;
  readonly Session: typeof Chdb.Session;
}

/** The engine's streamed chunks are whole documents of their format: only in these do they add up to one. */
const STREAMED_FORMATS: ReadonlySet<string> = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'TSV',
  'TabSeparated',
]);

/** Opens ClickHouse in this process over `folder`, which is created where missing. */
export async function openEmbeddedStore(folder: string, database: string, layout: Layout): Promise<Store> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true });
  const engine = await loadEngine();
  // Settings stay on a connection after the call that set them: inserts, queries and reads each have their own.
  const open = (): ClickHouseClient => {
    const connection: unknown = connect(engine, path);
    // The same interface, declared once in each of the two packages: a private member keeps TypeScript from seeing it.
    return createClient({
      connection: connection as NonNullable<ClickHouseClientConfigOptions['connection']>,
      log: { level: ClickHouseLogLevel.OFF },
    });
  };
  const ingest = open();
  const queries = open();
  const infile = await Infile.open(path);
  const insertRows: InsertRows = (table, rows, settings) =>
    infile.insert(table, rows, (query) => ingest.command({ query, clickhouse_settings: settings }));
  return {
    kind: 'embedded',
    database,
    location: path,
    layout,
    ...clientCalls({ location: path, layout }, insertRows, queries, async (query) => {
      await queries.command({ query });
    }),
    read: (request) => readInSession(engine, path, request),
    close: async () => {
      await Promise.all([ingest.close(), queries.close()]);
    },
  };
}

async function loadEngine(): Promise<Engine> {
  try {
    const [{ createChdbConnection }, { Session }] = await Promise.all([import('chdb/connection'), import('chdb')]);
    return { createChdbConnection, Session };
  } catch (error) {
    throw new StoreError(
      'store-engine-missing',
      'the embedded ClickHouse (npm package chdb) does not load on this machine: give the URL of a ClickHouse server instead',
      { cause: error },
    );
  }
}

function connect(engine: Engine, path: string): ChdbConnection.ChdbConnection {
  try {
    return engine.createChdbConnection({ path });
  } catch (error) {
    throw openError(path, error);
  }
}

/** The engine itself only says that it failed, and why on standard error. */
function openError(path: string, error: unknown): StoreError {
  const message = clickHouseMessage(error);
  if (message.includes('only one active data directory')) {
    const text = `this process has another embedded store open than ${path}: close it first`;
    return new StoreError('store-locked', text, { cause: error });
  }
  const holder = holderOf(path);
  if (holder === undefined) return new StoreError('sql-failed', message, { cause: error });
  const text = `process ${holder} uses the store in ${path}: stop it, or use its SQL interface`;
  return new StoreError('store-locked', text, { cause: error });
}

/** ClickHouse writes its process id beside its data; another living one holds the folder. */
function holderOf(path: string): number | undefined {
  try {
    const holder = Number(/^PID: (\d+)/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1]);
    process.kill(holder, 0);
    return holder === process.pid ? undefined : holder;
  } catch {
    return undefined;
  }
}

const TIMEOUT =
  'Code: 159. DB::Exception: Timeout exceeded: the result was not read within max_execution_time: ask for less at a time. (TIMEOUT_EXCEEDED)';

/** One statement in a session of its own. */
interface Reading {
  readonly session: Chdb.Session;
  readonly path: string;
  readonly request: ReadRequest;
  readonly ended: AbortSignal;
  readonly end: () => void;
}

async function readInSession(engine: Engine, path: string, request: ReadRequest): Promise<Readable> {
  const session = new engine.Session(path);
  const mark = randomUUID();
  const ended = new AbortController();
  const stop = (): void => void stopped(engine, path, mark, ended.signal);
  const end = (): void => {
    ended.abort();
    request.signal?.removeEventListener('abort', stop);
    session.close();
  };
  try {
    for (const statement of prelude(request, mark)) await session.queryAsync(statement);
    request.signal?.throwIfAborted();
    request.signal?.addEventListener('abort', stop, { once: true });
    const format = /\bFORMAT\s+(\w+)\s*$/i.exec(request.sql)?.[1] ?? request.format;
    if (STREAMED_FORMATS.has(format) && /^\s*(SELECT|WITH)\b/i.test(request.sql))
      return await streamed({ session, path, request, ended: ended.signal, end });
    const result = await session.queryAsync(request.sql, { format: request.format });
    end();
    return Readable.from([Buffer.from(result.bytes())]);
  } catch (error) {
    end();
    throw sqlFailed(path, error);
  }
}

/** Between two attempts at a statement that may only be about to begin. */
const STOP_EVERY_MS = 100;

/** The engine has no call for it: aborting one only stops the waiting, and the statement goes on computing. */
async function stopped(engine: Engine, path: string, mark: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    let session: Chdb.Session | undefined;
    try {
      session = new engine.Session(path);
      await session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${quoteText(mark)} ASYNC`);
    } catch {
      // Then it goes on to its end, or to its limit of time.
      return;
    } finally {
      session?.close();
    }
    await sleep(STOP_EVERY_MS);
  }
}

function prelude(request: ReadRequest, mark: string): readonly string[] {
  return [
    `USE ${quoteName(request.database)}`,
    `SET log_comment = ${quoteText(mark)}`,
    ...Object.entries(request.parameters).map(([name, value]) => `SET param_${name} = ${quoteText(value)}`),
    ...Object.entries(request.settings).map(([name, value]) => `SET ${name} = ${quoteText(value)}`),
    'SET readonly = 1',
  ];
}

/** The first chunk is awaited, so that an error in the statement is an error of the call and not of the stream. */
async function streamed(reading: Reading): Promise<Readable> {
  const { session, request, ended, end } = reading;
  const chunks = session.queryStream(request.sql, {
    format: request.format,
    ...(request.signal && { signal: request.signal }),
  });
  const iterator = chunks[Symbol.asyncIterator]();
  const endsAt = performance.now() + Number(request.settings['max_execution_time'] ?? Infinity) * 1000;
  const first = await iterator.next();
  const stream = Readable.from(drain(reading, first, iterator, endsAt), { objectMode: false });
  stream.once('close', () => {
    // Given up before it was read, it never began to drain.
    if (!ended.aborted) void Promise.resolve(iterator.return?.()).then(end, end);
  });
  return stream;
}

async function* drain(
  { path, end }: Reading,
  first: IteratorResult<{ raw(): Uint8Array }>,
  iterator: AsyncIterator<{ raw(): Uint8Array }>,
  endsAt: number,
): AsyncGenerator<Buffer> {
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) yield Buffer.from(next.value.raw());
    // The engine ends a stream that takes longer than it may as if all had been read.
    if (performance.now() >= endsAt) throw new StoreError('sql-failed', TIMEOUT);
  } catch (error) {
    throw sqlFailed(path, error);
  } finally {
    await iterator.return?.();
    end();
  }
}
