/** Stands in for `node:fs` in code under test: folders of a simulated disk need not be made, and its room is the disk's. */
import { disks } from '../disks.ts';

const ROOM_BYTES = 2 ** 40;

export function mkdirSync(): void {
  // Every folder is there.
}

export function statfsSync(folder: string): { bavail: number; bsize: number } {
  return { bavail: disks.isFull(folder) ? 0 : ROOM_BYTES, bsize: 1 };
}

export function rmSync(folder: string): void {
  disks.remove(folder);
}
