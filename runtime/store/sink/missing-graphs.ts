/** State graphs of versions that were stored before there was a table for them. */
import type { TenantName } from '../../../channels/brands.ts';
import type { Store } from '../port.ts';
import { quoteText } from '../quote.ts';
import { tableOf } from '../rows.ts';
import { isoTime } from './event-time.ts';
import { graphsOf, type GraphSource } from './graph-rows.ts';

/** `attempt`: unique per call, for the tokens. */
export async function storeMissingGraphs(store: Store, tenant: TenantName, attempt: string): Promise<void> {
  const own = `tenant = ${quoteText(tenant)}`;
  const rows = await store.query(
    `SELECT batch, toUnixTimestamp64Milli(published) AS ms, payload FROM ${tableOf(store, 'definitions')}
     WHERE ${own} AND kind IN ('version', 'publish')
       AND machine NOT IN (SELECT machine FROM ${tableOf(store, 'definition_states')} WHERE ${own})`,
  );
  if (rows.length === 0) return;
  const sources = rows.map((row): GraphSource => {
    return {
      tenant,
      batch: Number(row['batch']),
      published: isoTime(Number(row['ms'])),
      payload: String(row['payload']),
    };
  });
  const { states, transitions } = graphsOf(sources);
  // By the states it is known that a version has its graph: they come last.
  await store.insert(tableOf(store, 'definition_transitions'), transitions, `graphs:${attempt}`);
  await store.insert(tableOf(store, 'definition_states'), states, `graphs:${attempt}`);
}
