import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { quoteText } from '../../../runtime/store/quote.ts';
import { openStore } from '../../../runtime/store/client.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { tenantDatabase } from '../../../runtime/store/views.ts';
import { spreadOf } from '../figures.ts';
import type { Measured, PartRound } from '../parts/figures.ts';
import { conversationOf } from './conversations.ts';
import type { PartOptions } from './options.ts';
import { conversationsFor, insertConversations } from './rows.ts';

const TENANT = 'asked' as TenantName;

/** Asked again so often, after the first time. */
const WARM_TIMES = 5;

/** So many conversations and people are looked up cold: one by itself says more about the disk's mood than about the store. */
const LOOKED_UP = 9;

/** ClickHouse looks every few seconds for what to merge next. */
const QUIET_TIMES = 8;
const QUIET_EVERY_MS = 1000;

interface Question {
  readonly name: string;
  /** One statement; of a lookup one for each of those that are looked up. */
  readonly statements: readonly [string, ...string[]];
}

/**
 * How long analysts wait: the first time, with nothing of the tables in memory, and again. The process has answered such
 * questions before, so that the program is in memory; one question is also asked before that is so. The engine has just
 * been opened and has counted the rows; how long that takes is told apart, and nobody waits for it but who starts. It is
 * at rest: what was inserted is merged.
 */
export async function queriesPart({ rows, folder, progress }: PartOptions): Promise<PartRound> {
  const conversations = conversationsFor(rows);
  const location = join(folder, 'store');
  let store = await openStore({ location });
  const measured: Record<string, { value: number; unit: string }> = {};
  const discrepancies: string[] = [];
  const openings: number[] = [];
  try {
    await applySchema(store);
    await createTenantViews(store, TENANT);
    await insertConversations(store, TENANT, conversations, progress);
    progress('queries: until what was inserted is merged');
    await merged(store);
    const countSql = `SELECT count() AS rows FROM ${store.database}.events`;
    measured['rows'] = { value: Number((await store.query(countSql))[0]?.['rows']), unit: '' };
    const isCold = await dropFileCache();
    const when = isCold ? 'cold' : 'first, files in memory';
    const askFirst = async (name: string, sql: string): Promise<number> => {
      // What the engine keeps in memory goes with it.
      await store.close();
      await dropFileCache();
      const openedAt = performance.now();
      store = await openStore({ location });
      await ask(store, countSql);
      openings.push(performance.now() - openedAt);
      await dropFileCache();
      const { ms, rows: answered } = await ask(store, sql);
      if (answered === 0) discrepancies.push(`${name}: no answer`);
      return ms;
    };
    const questions = questionsOf(store, conversations);
    const [lookup] = questions;
    const [unseen] = lookup.statements;
    measured[`${lookup.name}: ${when}, and the program too`] = {
      value: await askFirst(lookup.name, unseen),
      unit: 'ms',
    };
    for (const { statements } of questions) await ask(store, statements[0]);
    for (const { name, statements } of questions) {
      progress(`queries: ${name}`);
      const first: number[] = [];
      const again: number[] = [];
      for (const sql of statements) first.push(await askFirst(name, sql));
      for (let time = 0; time < WARM_TIMES; time++) again.push((await ask(store, statements[0])).ms);
      const { median, max } = spreadOf(first);
      measured[`${name}: ${when}`] = { value: median, unit: 'ms' };
      if (first.length > 1) measured[`${name}: ${when}, slowest of ${first.length}`] = { value: max, unit: 'ms' };
      measured[`${name}: again`] = { value: spreadOf(again).median, unit: 'ms' };
    }
    measured['opening, and counting the rows'] = { value: spreadOf(openings).median, unit: 'ms' };
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

function questionsOf(store: Store, conversations: number): readonly [Question, ...Question[]] {
  const views = tenantDatabase(store.database, TENANT);
  const lookup = (name: string, sql: (conversation: string) => string): Question => {
    const [first, ...others] = Array.from({ length: LOOKED_UP }, (_, at) =>
      sql(conversationOf(Math.floor((conversations * (at + 1)) / (LOOKED_UP + 2)))),
    );
    return { name, statements: [first ?? '', ...others] };
  };
  const whole = (name: string, sql: string): Question => ({ name, statements: [sql] });
  return [
    lookup(
      'one conversation',
      (one) =>
        `SELECT time, type, data FROM ${views}.events WHERE conversation = ${quoteText(one)} ORDER BY time, sequence`,
    ),
    lookup(
      'one person',
      (one) =>
        `SELECT time, type, conversation FROM ${views}.events WHERE contact = ${quoteText(`c-${one}`)} ORDER BY time`,
    ),
    whole(
      'ad-hoc funnel of a month',
      `SELECT level, count() AS conversations FROM (
          SELECT windowFunnel(86400)(toDateTime(time), type = 'conversation.started', type = 'message.delivered',
            type = 'conversation.advanced', type = 'conversation.completed') AS level
          FROM ${views}.events WHERE conversation != '' GROUP BY conversation)
        GROUP BY level ORDER BY level`,
    ),
    whole('funnel', `SELECT * FROM ${views}.funnel`),
    whole('version comparison', `SELECT * FROM ${views}.version_comparison`),
    whole('dwell', `SELECT * FROM ${views}.dwell`),
    whole(
      'percentiles of delivery',
      `SELECT quantiles(0.5, 0.95, 0.99)(dateDiff('millisecond', sent, delivered)) FROM ${views}.messages
        WHERE sent IS NOT NULL AND delivered IS NOT NULL`,
    ),
    whole(
      'events a minute, of a day',
      `SELECT minute, sum(events) FROM ${views}.per_minute WHERE minute >= now() - INTERVAL 1 DAY GROUP BY minute ORDER BY minute`,
    ),
  ];
}

/**
 * ClickHouse has come to rest. A merge that is under way would begin anew each time the store is opened, and take a core
 * and the disk from whoever asks.
 */
async function merged(store: Store): Promise<void> {
  const sql = `SELECT count() AS running FROM system.merges WHERE database = '${store.database}'`;
  for (let quiet = 0; quiet < QUIET_TIMES;) {
    await sleep(QUIET_EVERY_MS);
    quiet = Number((await store.query(sql))[0]?.['running']) === 0 ? quiet + 1 : 0;
  }
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
