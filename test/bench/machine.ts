import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were measured on: without it they say nothing. */
export interface MachineDescription {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Of the folder that everything is written to. */
  readonly fileSystem: string;
  /** Runnable processes over the last minute, before the bench began: above 0 somebody else was busy too. */
  readonly loadBefore: number;
  readonly startedAt: string;
}

/** Linux's magic numbers: statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlayfs',
  0x2fc12fc1: 'zfs',
  0x01021994: 'tmpfs (in memory: nothing here is durable)',
};

export async function describeMachine(folder: string): Promise<MachineDescription> {
  const { type: magic } = await statfs(folder);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    system: `${type()} ${release()}`,
    node: process.version,
    fileSystem: FILE_SYSTEMS[magic] ?? `type 0x${magic.toString(16)}`,
    loadBefore: Math.round((loadavg()[0] ?? NaN) * 10) / 10,
    startedAt: new Date().toISOString(),
  };
}
