import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';

/**
 * `draining`: nothing new is let in, what is under way is finished; it may still be called off. `moving`: nobody works for
 * the tenant; it is to be completed. `over`: everybody works for it again, on `to` partitions.
 */
export type GrowthPhase = 'draining' | 'moving' | 'over';

/** What stands about a tenant's growth: the newest counts. */
export interface GrowthMark {
  readonly tenant: TenantName;
  /** Partitions before. */
  readonly from: number;
  /** Partitions afterwards; as many as before where it was called off. */
  readonly to: number;
  readonly phase: GrowthPhase;
}

/** What a process does for a tenant by its mark. */
export type Openness = 'open' | 'held' | 'away';

export function opennessOf(mark: GrowthMark | undefined): Openness {
  switch (mark?.phase) {
    case 'draining':
      return 'held';
    case 'moving':
      return 'away';
    case 'over':
    case undefined:
      return 'open';
  }
}

export type GrowthErrorCode =
  /** The tenant cannot get that number of partitions. */
  | 'growth-invalid'
  /** A command is at it already, or one broke off that has to be completed first. */
  | 'growth-under-way'
  /** What was under way did not end in time. */
  | 'tenant-not-drained'
  /** What was found after the move is not what was there before. */
  | 'growth-not-verified'
  /** The tenant's partitions are being added to: nobody may work on them. */
  | 'tenant-growing';

export class GrowthError extends ParlanceError<GrowthErrorCode> {}

/** Throws GrowthError `tenant-growing` where nobody may step the tenant's contacts, or not on so many partitions. */
export function checkPartitions(tenant: TenantName, partitions: number, mark: GrowthMark | undefined): void {
  if (!mark) return;
  const has = mark.phase === 'over' ? mark.to : mark.from;
  if (mark.phase !== 'moving' && has === partitions) return;
  throw new GrowthError(
    'tenant-growing',
    `the partitions of "${tenant}" are being added to, or were: nothing steps here`,
  );
}
