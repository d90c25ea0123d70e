import { createHash } from 'node:crypto';
import type { KeptState } from '../../dsl/correlation.ts';
import { canonicalJson } from '../../dsl/json.ts';

/**
 * What the store keeps of a state. Whatever the order of its keys, which is not the same in a state that was read back.
 * `null`, a contact or value that was forgotten, has one too.
 */
export function stateHash(state: KeptState | null): string {
  return createHash('sha256').update(canonicalJson(state)).digest('hex');
}
