import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../runtime/store/client.ts';
import type { Store } from '../../../runtime/store/port.ts';

export interface TemporaryStore {
  readonly store: Store;
  readonly folder: string;
  remove(): Promise<void>;
}

/** A real embedded ClickHouse in a folder of its own. One at a time: the engine is one per process. */
export async function temporaryStore(): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'parlance-store-'));
  const store = await openStore({ location: join(folder, 'store') });
  return {
    store,
    folder,
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A row of the events table, as the sink inserts it. */
export function eventRow(fields: Readonly<Record<string, unknown>>): object {
  return {
    ...{ tenant: 'acme', channel: 'messaging', partition: 0, position: '1:0', batch: 1, id: 'e1', source: '/test' },
    ...{ published: '2026-03-06T14:00:00.000Z', type: 'message.received', subject: 'c-1', conversation: '' },
    ...{ causation: '', partitionkey: 'c-1', time: '2026-03-06T14:00:00.000Z', sequence: 1, traceparent: '' },
    ...{ extensions: '', data: '{}' },
    ...fields,
  };
}
