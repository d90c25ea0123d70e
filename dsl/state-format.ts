/** The form of what engines keep of contacts and values: in journals, in checkpoints and on a worker's disk. */
import { ParlanceError } from '../channels/error.ts';
import type { KeptState } from './correlation.ts';

/**
 * Raised when a state of the older form could no longer be stepped as it is; then a state says its format, the older ones
 * get an upcaster, and fixtures of them stay in test/runtime/engine/state-format. A state without one is of format 1.
 */
export const STATE_FORMAT = 1;

/** By the format that it takes, to the next one. None yet: no other than 1 was ever released. */
const UPCASTERS: Upcasters = {};

export type Upcasters = Readonly<Record<number, (state: object) => object>>;

/** Another version of Parlance wrote it: going on would lose what this one does not know. */
export class StateFormatError extends ParlanceError<'state-newer'> {
  constructor(what: string, found: number, known: number) {
    super(
      'state-newer',
      `${what} is of format ${found.toString()}, and this version of Parlance knows formats up to ${known.toString()}: start the version that wrote it, or a later one`,
    );
  }
}

/** A state as it was stored, in the present form. Throws StateFormatError for a newer one. */
export function readState(
  stored: object,
  { format = STATE_FORMAT, upcasters = UPCASTERS }: { readonly format?: number; readonly upcasters?: Upcasters } = {},
): KeptState {
  const found = formatOf(stored);
  if (found === format) return stored as KeptState;
  if (found > format) throw new StateFormatError('a state', found, format);
  let state = stored;
  for (let at = found; at < format; at++) {
    const upcast = upcasters[at];
    if (!upcast) throw new TypeError(`nothing takes a state of format ${at.toString()} to the next`);
    state = { ...upcast(state), format: at + 1 };
  }
  return state as KeptState;
}

export function formatOf(stored: object): number {
  return 'format' in stored && typeof stored.format === 'number' ? stored.format : 1;
}
