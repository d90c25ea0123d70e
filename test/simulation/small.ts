/** How much is done at once, and how often it is tried, made as small as a world: or it would never come to the next round. */
import type { Plant } from './planted.ts';

export const SMALL: readonly Plant[] = [
  limit('runtime/connectors/limits.ts', 'MAX_IN_FLIGHT', '1_000', '3'),
  limit('runtime/connectors/limits.ts', 'MAX_WINDOW', '10_000', '4'),
  limit('runtime/connectors/limits.ts', 'MAX_ATTEMPTS', '12', '4'),
  limit('runtime/broadcasts/audience.ts', 'RECORDS_AT_ONCE', '500', '3'),
  limit('runtime/engine/state-writer.ts', 'HANDOVER_RECORDS_MIN', '2_000', '4'),
  limit('runtime/engine/checkpoints.ts', 'BATCH_MAX', '128', '3'),
  limit('runtime/engine/stepper.ts', 'IN_FLIGHT_MAX', '2000', '8'),
  limit('runtime/engine/replay.ts', 'UNWRITTEN_MAX', '2_000', '3'),
  limit('runtime/engine/restore-checkpoint.ts', 'RESTORED_AT_ONCE', '2_000', '2'),
  limit('runtime/engine/trials.ts', 'INPUTS_MAX', '2000', '12'),
  limit('runtime/engine/state-store.ts', 'DROPPED_AT_ONCE', '5_000', '1'),
  // What a record gives often has to wait for the commit after its own.
  limit('runtime/broker/embedded/commit-shares.ts', 'COMMIT_BYTES_MAX: number', '1024 * 1024', '4096'),
];

function limit(file: string, name: string, is: string, becomes: string): Plant {
  return { file, before: `const ${name} = ${is};`, after: `const ${name} = ${becomes};` };
}
