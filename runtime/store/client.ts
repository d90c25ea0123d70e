import { DEFAULT_DATABASE } from './migrations/all.ts';
import { PLAIN_LAYOUT, type Layout } from './layout.ts';
import type { Store } from './port.ts';
import { StoreError } from './errors.ts';
import { openEmbeddedStore } from './embedded.ts';
import { openServerStore } from './server.ts';

export interface StoreOptions {
  /** `http(s)://[user[:password]@]host[:port]` of a ClickHouse server, or a folder for the embedded engine. */
  readonly location: string;
  /** Of the tables; default `parlance`. Letters, digits and underscores. */
  readonly database?: string;
  /** On a server; default: those in the URL. */
  readonly username?: string;
  readonly password?: string;
  /** Default: one server, everything kept for ever. */
  readonly layout?: Layout;
}

/**
 * A server is not contacted yet: `ping` does. The embedded engine is opened and its folder locked; one process may
 * hold one folder. Rejects with `store-url-invalid`, `store-engine-missing` or `store-locked`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { location, database = DEFAULT_DATABASE, layout = PLAIN_LAYOUT } = options;
  if (!/^[A-Za-z_]\w*$/.test(database)) {
    throw new StoreError('store-url-invalid', `"${database}" is no database: use letters, digits and underscores`);
  }
  if (/^https?:\/\//.test(location)) return openServerStore({ ...options, url: location, database, layout });
  if (location === '' || /^[a-z][a-z0-9+.-]+:\/\//.test(location)) {
    throw new StoreError(
      'store-url-invalid',
      `"${location}" is no store: write a folder, or the HTTP URL of a ClickHouse server such as http://localhost:8123`,
    );
  }
  return openEmbeddedStore(location, database, layout);
}
