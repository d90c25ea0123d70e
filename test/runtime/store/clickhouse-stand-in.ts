/** A ClickHouse server as far as its HTTP clients see: the embedded engine, written to by anybody who asks. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Session } from 'chdb';
import { quoteName, quoteText } from '../../../runtime/store/quote.ts';

export interface StandIn {
  readonly url: string;
  /** Statements that it ran, in order. */
  readonly statements: readonly string[];
  close(): Promise<void>;
}

const NO_SETTINGS = new Set(['query', 'query_id', 'database', 'default_format', 'wait_end_of_query']);

/** In the folder of a store that this process has open. Every request is a session of its own, as on a server. */
export async function clickHouseStandIn(folder: string): Promise<StandIn> {
  const statements: string[] = [];
  const run = async (request: IncomingMessage): Promise<Uint8Array> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { searchParams, pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = Buffer.concat(chunks);
    const query = searchParams.get('query') ?? '';
    // Rows that are no text: the engine takes them from a file only.
    const file = / FORMAT Native$/.test(query) ? join(folder, `${randomUUID()}.native`) : undefined;
    if (file !== undefined) await writeFile(file, body);
    const sql =
      file === undefined
        ? [query, body.toString('utf8')].join('\n').trim()
        : query.replace(/ (FORMAT Native)$/, ` FROM INFILE ${quoteText(file)} $1`);
    if (pathname === '/ping' || sql === '') return Buffer.from('Ok.\n');
    statements.push(sql);
    const session = new Session(folder);
    try {
      const database = searchParams.get('database');
      if (database !== null) await session.queryAsync(`USE ${quoteName(database)}`);
      for (const [name, value] of searchParams) {
        if (!NO_SETTINGS.has(name)) await session.queryAsync(`SET ${name} = ${quoteText(value)}`);
      }
      const format = searchParams.get('default_format') ?? 'TabSeparated';
      return (await session.queryAsync(sql, { format })).bytes();
    } finally {
      session.close();
      if (file !== undefined) await rm(file);
    }
  };
  const server = createServer((request, response) => {
    run(request).then(
      (bytes) => response.end(bytes),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        response.writeHead(500, { 'x-clickhouse-exception-code': /Code: (\d+)/.exec(text)?.[1] ?? '0' }).end(text);
      },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`,
    statements,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
