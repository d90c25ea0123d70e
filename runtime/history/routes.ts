import type { HttpRoute } from '../../connectors/port.ts';
import type { MessageId } from '../broker/message-id.ts';
import { json, problem, routesOf } from '../http/route-answers.ts';
import { quoteName } from '../store/quote.ts';
import type { Store } from '../store/port.ts';
import { tenantDatabase } from '../store/views.ts';
import { storedUntil, StoredUntilError, type Mark, type StoredUntilOptions } from './stored-until.ts';

export interface HistoryRouteOptions extends Omit<StoredUntilOptions, 'marks'> {
  readonly store: Pick<Store, 'query' | 'database'>;
}

/** What `GET /stored-until` answers. */
export interface StoredUntilAnswer {
  /** RFC 3339. */
  readonly until: string;
}

const route = routesOf('sql:read', (error) =>
  error instanceof StoredUntilError
    ? problem(error.code, 503, 'It is not known how far the store is', error.message)
    : undefined,
);

/** GET /stored-until: the moment up to which past states can be made again. */
export function historyRoutes({ store, ...options }: HistoryRouteOptions): readonly HttpRoute[] {
  const view = `${quoteName(tenantDatabase(store.database, options.tenant))}.marks`;
  const marks = async (): Promise<readonly Mark[]> =>
    (await store.query(`SELECT topic, position FROM ${view}`)).map((row) => {
      return { topic: String(row['topic']), position: row['position'] as MessageId };
    });
  return [
    route('GET', '/stored-until', async () => {
      const until = await storedUntil({ ...options, marks });
      return json(200, { until: new Date(until).toISOString() } satisfies StoredUntilAnswer);
    }),
  ];
}
