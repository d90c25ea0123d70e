import type { TenantName } from '../../channels/brands.ts';
import type { Store } from '../store/port.ts';
import { tableOf } from '../store/rows.ts';
import { sampleOf, type Sample } from './sample.ts';

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** A tenant's samples in the store. */
export class SampleTable {
  readonly #store: Pick<Store, 'database' | 'insert' | 'query'>;
  readonly #tenant: TenantName;

  constructor(store: Pick<Store, 'database' | 'insert' | 'query'>, tenant: TenantName) {
    this.#store = store;
    this.#tenant = tenant;
  }

  /** The same windows again are the same rows, of which one stays. */
  async add(samples: readonly Sample[]): Promise<void> {
    const [first] = samples;
    if (!first) return;
    const rows = samples.map(({ kind, name, startMs, value, observations }) => {
      return { tenant: this.#tenant, start: isoTime(startMs), kind, series: name, value, observations };
    });
    const starts = samples.map(({ startMs }) => startMs);
    const range = `${isoTime(Math.min(...starts))}..${isoTime(Math.max(...starts))}`;
    await this.#store.insert(tableOf(this.#store, 'samples'), rows, `samples:${this.#tenant}:${range}`);
  }

  /** Those of the windows from then on. */
  async since(fromMs: number): Promise<readonly Sample[]> {
    const rows = await this.#store.query(
      `SELECT toUnixTimestamp64Milli(start) AS startMs, kind, series AS name,
         any(value) AS value, any(observations) AS observations
       FROM ${tableOf(this.#store, 'samples')}
       WHERE tenant = {tenant:String} AND start >= fromUnixTimestamp64Milli({from:Int64})
       GROUP BY start, kind, name ORDER BY start`,
      { tenant: this.#tenant, from: fromMs },
    );
    return rows.map(sampleOf);
  }

  /** Start of the newest window. */
  async newest(): Promise<number | undefined> {
    const [row] = await this.#store.query(
      `SELECT toUnixTimestamp64Milli(max(start)) AS newest, count() AS windows
       FROM ${tableOf(this.#store, 'samples')} WHERE tenant = {tenant:String}`,
      { tenant: this.#tenant },
    );
    return Number(row?.['windows'] ?? 0) === 0 ? undefined : Number(row?.['newest']);
  }
}
