import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import { hashOf, keyIdOf, newKey, opens, type KeyRecord } from './key.ts';
import { openKeyFile, type KeyFile } from './key-file.ts';
import { KeyError, type KeyStore, type NewKey } from './store.ts';

/** Inside the data folder. */
const FILE_NAME = 'keys.json';

/** Keys in `<data folder>/keys.json`, shared by the platform and the command line. */
export function openFileKeyStore(dataFolder: string, now: () => number = Date.now): KeyStore {
  const file = openKeyFile(join(dataFolder, FILE_NAME));
  const at = (): string => new Date(now()).toISOString();
  return {
    create: (key) => create(file, key, at()),
    list: () => file.read(),
    revoke: (id) => revoke(file, id, at()),
    async authenticate(token) {
      const id = keyIdOf(token);
      if (id === undefined) return undefined;
      const record = (await file.read()).find((candidate) => candidate.id === id);
      return record && opens(record, token) ? record : undefined;
    },
    async requiresKey(tenant: TenantName) {
      return (await file.read()).some((record) => record.tenant === tenant);
    },
  };
}

async function create(file: KeyFile, key: NewKey, createdAt: string): ReturnType<KeyStore['create']> {
  const { id, token } = newKey();
  const record: KeyRecord = { id, ...key, hash: hashOf(token), createdAt };
  await file.update((records) => [...records, record]);
  return { record, token };
}

async function revoke(file: KeyFile, id: string, revokedAt: string): Promise<boolean> {
  let changed = false;
  await file.update((records) => {
    if (!records.some((record) => record.id === id)) {
      throw new KeyError('key-unknown', `there is no key "${id}": \`parlance keys list\` shows the ids`);
    }
    return records.map((record) => {
      if (record.id !== id || record.revokedAt !== undefined) return record;
      changed = true;
      return { ...record, revokedAt };
    });
  });
  return changed;
}
