import type { MachineHash } from '../channels/brands.ts';

/** A definition's compiled form: plain JSON. */
export interface Machine {
  readonly name: string;
  readonly hash: MachineHash;
}
