import type { TenantName } from '../../channels/brands.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import { quoteName } from '../store/quote.ts';
import { tenantDatabase } from '../store/views.ts';
import type { Running } from './summary.ts';

/** Conversations under way per machine, as far as they are stored. Undefined where the store can not be asked. */
export async function runningIn(
  store: Pick<Store, 'query' | 'database'>,
  tenant: TenantName,
  log: Pick<Log, 'warn'>,
): Promise<Running | undefined> {
  try {
    const rows = await store.query(`
      SELECT machine, count() AS running FROM ${quoteName(tenantDatabase(store.database, tenant))}.conversations
      WHERE ended IS NULL AND machine != '' GROUP BY machine`);
    return new Map(rows.map((row) => [String(row['machine']), Number(row['running'])]));
  } catch (error) {
    log.warn({ tenant, err: error }, 'the store does not tell what runs');
    return undefined;
  }
}
