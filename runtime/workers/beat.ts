import type { TenantName } from '../../channels/brands.ts';
import type { Member } from './assignment.ts';

/** Partitions of a tenant that a worker holds: has begun to acquire, and not given up yet. */
export type Held = readonly number[];

/** What a worker says of itself, to all others: everything, each time. */
export interface Beat extends Member {
  /** Of its own: one more with each interval that passed. A beat in between, because something changed, repeats it. */
  readonly round: number;
  /** It takes no more partitions and gives up those that it has. With none left, it is gone. */
  readonly leaving: boolean;
  /** Tenants that it works for. `listening`: it does not know yet who else does, and holds nothing. */
  readonly tenants: Readonly<Record<TenantName, 'listening' | Held>>;
}

export function encodeBeat(beat: Beat): Buffer {
  return Buffer.from(JSON.stringify(beat), 'utf8');
}

/** Undefined for what is no beat, or one of another version that has a different form. */
export function decodeBeat(payload: Buffer): Beat | undefined {
  try {
    const found: unknown = JSON.parse(payload.toString('utf8'));
    return isBeat(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isBeat(found: unknown): found is Beat {
  if (typeof found !== 'object' || found === null) return false;
  const { name, incarnation, round, leaving, tenants } = found as Partial<Record<keyof Beat, unknown>>;
  if (typeof name !== 'string' || typeof incarnation !== 'string' || typeof round !== 'number') return false;
  if (typeof leaving !== 'boolean' || typeof tenants !== 'object' || tenants === null) return false;
  return Object.values(tenants).every((held) => held === 'listening' || isHeld(held));
}

function isHeld(held: unknown): held is Held {
  return Array.isArray(held) && held.every((partition) => typeof partition === 'number');
}
