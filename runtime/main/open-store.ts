import { join } from 'node:path';
import type { Configuration } from '../config/configuration.ts';
import { openStore } from '../store/client.ts';
import { layoutOf } from '../store/layout.ts';
import type { Store } from '../store/port.ts';

/** Folder of the embedded engine, or the address of the server. */
export function storeLocation({ store, dataFolder }: Configuration): string {
  return store.url === 'embedded' ? join(dataFolder, 'store') : store.url;
}

/** As configured, or with the same settings at another address. Rejects as `openStore` does, or with `store-layout-invalid`. */
export async function openConfiguredStore(
  configuration: Configuration,
  location: string = storeLocation(configuration),
): Promise<Store> {
  const { database, username, password } = configuration.store;
  return openStore({
    ...{ location, database, layout: layoutOf(configuration.store) },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
}
