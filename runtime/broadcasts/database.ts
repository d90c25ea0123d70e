import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/** Where a tenant's broadcasts, contact lists and schedules are kept: one file, with one lock for all that write. */
export type BroadcastDatabase = RootDatabase;

export function openBroadcastDatabase(folder: string): BroadcastDatabase {
  mkdirSync(folder, { recursive: true });
  // `overlappingSync: false`: a write resolves only when it is on the disk.
  return open({ path: join(folder, 'broadcasts.mdb'), overlappingSync: false });
}
