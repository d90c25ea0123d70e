import { join } from 'node:path';
import { expect } from 'chai';
import type { MachineHash } from '../../../channels/brands.ts';
import { openBroadcastDatabase } from '../../../runtime/broadcasts/database.ts';
import { BroadcastStore, type Broadcast } from '../../../runtime/broadcasts/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const requested = (name: string, requestedAt: string): Broadcast => ({
  ...{ name, requestedAt, source: `/${name}`, definition: 'flu-shot', version: '1', machine: 'm' as MachineHash },
  ...{ state: 'running', perSecond: 1, audience: 'all', recipients: 0, skipped: 0, position: 0, statements: [] },
});

describe('broadcasts on disk', () => {
  it('are told newest first, and those of one instant by name', async () => {
    const folder = temporaryFolder();
    const database = openBroadcastDatabase(join(folder.path, 'broadcasts'));
    try {
      const store = new BroadcastStore(database);
      const [early, late] = ['2026-03-02T09:00:00.000Z', '2026-03-02T10:00:00.000Z'];
      for (const name of ['c', 'a', 'd', 'b']) await store.add(requested(name, name === 'd' ? late : early), []);
      expect(store.all().map(({ name }) => name)).to.deep.equal(['d', 'a', 'b', 'c']);
    } finally {
      await database.close();
      folder.remove();
    }
  });
});
