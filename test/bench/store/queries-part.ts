import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { execFileSync } from 'node:child_process';
import type { TenantName } from '../../../channels/brands.ts';
import { quoteText } from '../../../runtime/store/quote.ts';
import { openStore } from '../../../runtime/store/client.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { tenantDatabase } from '../../../runtime/store/views.ts';
import { spreadOf } from '../figures.ts';
import type { Measured, PartRound } from '../parts/figures.ts';
import { conversationOf, SPREAD, TOLD } from './conversations.ts';
import type { PartOptions } from './options.ts';

const TENANT = 'asked' as TenantName;

/** Conversations of one insert, which is one part of the table until ClickHouse merges it. */
const INSERTED_TOGETHER = 100_000;

/** The conversations are of so many days, up to now. */
const DAYS = 28;

/** Asked again so often, after the first time. */
const WARM_TIMES = 5;

interface Question {
  readonly name: string;
  readonly sql: string;
}

/** How long analysts wait: the first time, with nothing in memory, and again. */
export async function queriesPart({ rows, folder, progress }: PartOptions): Promise<PartRound> {
  const conversations = Math.max(1, Math.round(rows / TOLD.length));
  const location = join(folder, 'store');
  let store = await openStore({ location });
  const measured: Record<string, { value: number; unit: string }> = {};
  const discrepancies: string[] = [];
  try {
    await applySchema(store);
    await createTenantViews(store, TENANT);
    for (let from = 0; from < conversations; from += INSERTED_TOGETHER) {
      progress(`queries: ${((from * TOLD.length) / 1e6).toFixed(1)} million rows`);
      await store.command(
        insertOf(store.database, from, Math.min(INSERTED_TOGETHER, conversations - from), conversations),
      );
    }
    measured['rows'] = { value: conversations * TOLD.length, unit: '' };
    const isCold = await dropFileCache();
    for (const { name, sql } of questionsOf(store, conversations)) {
      // What the engine keeps in memory goes with it.
      await store.close();
      store = await openStore({ location });
      await dropFileCache();
      const first = await ask(store, sql);
      if (first.rows === 0) discrepancies.push(`${name}: no answer`);
      const again: number[] = [];
      for (let time = 0; time < WARM_TIMES; time++) again.push((await ask(store, sql)).ms);
      measured[`${name}: ${isCold ? 'cold' : 'first, files in memory'}`] = { value: first.ms, unit: 'ms' };
      measured[`${name}: again`] = { value: spreadOf(again).median, unit: 'ms' };
    }
    return { measured: measured satisfies Measured, discrepancies };
  } finally {
    await store.close();
  }
}

async function ask(store: Store, sql: string): Promise<{ readonly ms: number; readonly rows: number }> {
  const startedAt = performance.now();
  const rows = await store.query(sql);
  return { ms: performance.now() - startedAt, rows: rows.length };
}

function questionsOf(store: Store, conversations: number): readonly Question[] {
  const views = tenantDatabase(store.database, TENANT);
  const one = conversationOf(Math.floor(conversations / 3));
  return [
    {
      name: 'one conversation',
      sql: `SELECT time, type, data FROM ${views}.events WHERE conversation = ${quoteText(one)} ORDER BY time, sequence`,
    },
    {
      name: 'one person',
      sql: `SELECT time, type, conversation FROM ${views}.events WHERE contact = ${quoteText(`c-${one}`)} ORDER BY time`,
    },
    {
      name: 'funnel of a month',
      sql: `SELECT level, count() AS conversations FROM (
          SELECT windowFunnel(86400)(toDateTime(time), type = 'conversation.started', type = 'message.delivered',
            type = 'conversation.advanced', type = 'conversation.completed') AS level
          FROM ${views}.events WHERE conversation != '' GROUP BY conversation)
        GROUP BY level ORDER BY level`,
    },
    {
      name: 'percentiles of delivery',
      sql: `SELECT quantiles(0.5, 0.95, 0.99)(dateDiff('millisecond', sent, delivered)) FROM ${views}.messages
        WHERE sent IS NOT NULL AND delivered IS NOT NULL`,
    },
    {
      name: 'events a minute, of a day',
      sql: `SELECT minute, sum(events) FROM ${views}.per_minute WHERE minute >= now() - INTERVAL 1 DAY GROUP BY minute ORDER BY minute`,
    },
  ];
}

/** As the sink would have inserted them, without the trouble of a broker. */
function insertOf(database: string, from: number, count: number, all: number): string {
  const conversation = `concat('k-', lower(leftPad(hex(toUInt32((n * ${SPREAD}) % 4294967296)), 8, '0')), '-', toString(n))`;
  const start = `now64(3) - INTERVAL ${DAYS} DAY + toIntervalMillisecond(intDiv(n * ${DAYS * 86_400_000}, ${all}))`;
  const told = TOLD.map(({ channel, type, afterSeconds, data }, at) => {
    const json = quoteText(JSON.stringify(data('@')));
    return `(${quoteText(channel)}, ${quoteText(type)}, ${afterSeconds}, ${json}, ${at})`;
  });
  return `INSERT INTO ${database}.events
    (tenant, channel, partition, position, batch, published, id, source, type, subject, conversation, causation,
     partitionkey, time, sequence, traceparent, extensions, data)
    SELECT '${TENANT}', told.1, n % 16, concat('1:', toString(n * 10 + told.5)), 1, at, concat(k, '/', toString(told.5)),
      '/bench/1', told.2, concat('c-', k), k, concat(k, '/', toString(greatest(0, told.5 - 1))), concat('c-', k), at,
      n * 10 + told.5, '', '', replaceAll(told.4, '@', k)
    FROM (
      SELECT number AS n, ${conversation} AS k, arrayJoin([${told.join(', ')}]) AS told,
        ${start} + toIntervalSecond(told.3) AS at
      FROM numbers(${from}, ${count}))`;
}

/** Linux, as root: what is in memory of files is forgotten. */
async function dropFileCache(): Promise<boolean> {
  try {
    execFileSync('sync');
    await writeFile('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}
