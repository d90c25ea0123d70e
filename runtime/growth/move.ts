import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { partitionOf } from '../../channels/partition.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import { Fingerprint } from './fingerprint.ts';
import { GrowthError } from './mark.ts';
import { MovingPartition, type MovingOptions } from './moving-partition.ts';
import { tallies, Tally, type Occupancy } from './plan.ts';

/** Moments at which a test may pull the plug. */
export type MovePoint = 'arrived' | 'left' | 'moved' | 'verified';

export interface MoveOptions extends MovingOptions {
  /** Partitions before. */
  readonly from: number;
  readonly at: (point: MovePoint) => void | Promise<void>;
}

export interface Moved {
  /** States that this call moved. */
  readonly moved: Occupancy;
  /** By partition, as read back afterwards. */
  readonly occupancy: readonly Occupancy[];
}

/**
 * Puts every state onto the partition of its key. It is first durable where it belongs, then forgotten where it was: as
 * long as the old partition has it, that one counts, so that a call after a crash completes what is left. Then reads
 * everything back from the broker, and compares. Only while nobody else works for the tenant.
 */
export async function moveStates(options: MoveOptions): Promise<Moved> {
  const before = await withPartitions(options, 'moving', (partitions) => moveAll(options, partitions));
  await options.at('moved');
  const after = await withPartitions(options, 'verifying', (partitions) => take(options.to, partitions));
  if (before.fingerprint !== after.fingerprint) {
    throw new GrowthError(
      'growth-not-verified',
      `there were ${before.fingerprint} states (number:fingerprint) before the move, and ${after.fingerprint} after it: the tenant stays closed; keep the journals and report this`,
    );
  }
  await options.at('verified');
  return { moved: before.moved, occupancy: after.occupancy };
}

/** Owns all of them for as long as `use` takes, with local copies of nobody else's making. */
async function withPartitions<Result>(
  options: MoveOptions,
  purpose: string,
  use: (partitions: readonly MovingPartition[]) => Promise<Result> | Result,
): Promise<Result> {
  const folder = join(options.folder, purpose);
  rmSync(folder, { recursive: true, force: true });
  const open: MovingPartition[] = [];
  try {
    for (let partition = 0; partition < options.to; partition++) {
      open.push(await MovingPartition.open({ ...options, folder }, partition));
    }
    const result = await use(open);
    for (const partition of open) await partition.release();
    return result;
  } finally {
    for (const partition of open) await partition.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function moveAll(
  { from, to, at }: MoveOptions,
  partitions: readonly MovingPartition[],
): Promise<{ readonly fingerprint: string; readonly moved: Occupancy }> {
  const fingerprint = fingerprintBefore(from, partitions);
  // A clock that is behind those of the owners before must not put what moves before what was decided.
  const after = 1 + Math.max(...partitions.map(({ now }) => now));
  for (const partition of partitions) partition.notBefore(after);
  const moved = new Tally();
  for (const old of partitions.slice(0, from)) {
    for (const keys of old.keys()) {
      const leaving = keys.filter(
        (key) => partitionOf(key, from) === old.partition && partitionOf(key, to) !== old.partition,
      );
      await Promise.all(leaving.map((key) => arrive(old, partitionAt(partitions, partitionOf(key, to)), key)));
      await at('arrived');
      await Promise.all(leaving.map((key) => old.append('moved-away', key, undefined, partitionOf(key, to))));
      for (const key of leaving) moved.add(key);
      await at('left');
      await Promise.all(partitions.map((partition) => partition.settle()));
    }
  }
  for (const partition of partitions) await partition.writeCheckpoint();
  return { fingerprint, moved };
}

/** Nothing where an earlier attempt brought it. */
async function arrive(old: MovingPartition, home: MovingPartition, key: StateKey): Promise<void> {
  const state = old.state(key);
  if (state === undefined || JSON.stringify(home.state(key)) === JSON.stringify(state)) return;
  await home.append('moved-here', key, state, old.partition);
}

/** Of what there is to move and what stays, each once. */
function fingerprintBefore(from: number, partitions: readonly MovingPartition[]): string {
  const fingerprint = new Fingerprint();
  for (const here of partitions) {
    for (const key of keysOf(here)) {
      const old = partitionOf(key, from);
      // It came here in an earlier attempt; what the old one still has counts.
      if (old !== here.partition && partitionAt(partitions, old).state(key) !== undefined) continue;
      const state = here.state(key);
      if (state) fingerprint.add(key, state);
    }
  }
  return fingerprint.toString();
}

/** Throws `growth-not-verified` for a state that is where it does not belong. */
function take(
  to: number,
  partitions: readonly MovingPartition[],
): { readonly fingerprint: string; readonly occupancy: readonly Occupancy[] } {
  const fingerprint = new Fingerprint();
  const occupancy = tallies(to);
  for (const here of partitions) {
    for (const key of keysOf(here)) {
      const home = partitionOf(key, to);
      if (home !== here.partition) {
        throw new GrowthError('growth-not-verified', `${key} is in partition ${here.partition}, not in ${home}`);
      }
      const state = here.state(key);
      if (!state) continue;
      fingerprint.add(key, state);
      occupancy[home]?.add(key);
    }
  }
  return { fingerprint: fingerprint.toString(), occupancy };
}

function* keysOf(partition: MovingPartition): Generator<StateKey> {
  for (const batch of partition.keys()) yield* batch;
}

function partitionAt(partitions: readonly MovingPartition[], index: number): MovingPartition {
  const partition = partitions[index];
  if (!partition) throw new RangeError(`there is no partition ${index}`);
  return partition;
}
