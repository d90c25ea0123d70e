import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** From a lone message to a commit with all that hundreds in flight give. kB of 1024 bytes. */
const SIZES_KB = [4, 64, 256, 1024];

/** Of each size. */
const MEASURE_MS = 300;

/** Written over and over, as a store does with its freed pages: a growing file would be synced with its metadata. */
const PLACES = 16;

export interface SyncRate {
  readonly kilobytes: number;
  readonly perSecond: number;
}

/** How often a second this much can be written and synced, one after the other: no commit is faster. */
export async function syncRates(folder: string): Promise<readonly SyncRate[]> {
  const rates: SyncRate[] = [];
  for (const kilobytes of SIZES_KB)
    rates.push({ kilobytes, perSecond: await syncsPerSecond(folder, kilobytes * 1024) });
  return rates;
}

async function syncsPerSecond(folder: string, bytes: number): Promise<number> {
  const path = join(folder, 'synced');
  const file = await open(path, 'w');
  try {
    const data = Buffer.alloc(bytes, 1);
    for (let place = 0; place < PLACES; place++) await file.write(data, 0, bytes, place * bytes);
    await file.sync();
    const startedAt = performance.now();
    let count = 0;
    while (performance.now() - startedAt < MEASURE_MS) {
      await file.write(data, 0, bytes, (count % PLACES) * bytes);
      await file.datasync();
      count += 1;
    }
    return (count * 1000) / (performance.now() - startedAt);
  } finally {
    await file.close();
    await rm(path);
  }
}
