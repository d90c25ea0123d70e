import { createHash } from 'node:crypto';
import type { MachineHash } from '../../channels/brands.ts';
import { canonicalJson } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import { flowWithoutPositions, startsWithoutPositions } from '../machine/without-positions.ts';

/**
 * Over the machine without positions: a comment moved, a blank line added, quotes changed make no new version, so
 * nobody migrates conversations for layout.
 */
export function hashOf(machine: Omit<Machine, 'hash' | 'version'>): MachineHash {
  const content = {
    ...machine,
    starts: startsWithoutPositions(machine),
    flows: Object.fromEntries(Object.entries(machine.flows).map(([name, flow]) => [name, flowWithoutPositions(flow)])),
  };
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}` as MachineHash;
}
