import { ParlanceError } from '../../channels/error.ts';

/** Of a record's state and outputs: what every broker takes (5 MiB on Pulsar, 64 KiB of it for properties), less the vector. */
export const RECORD_BYTES_MAX: number = 4 * 1024 * 1024;

/** What follows from an input can be neither recorded nor published: as one that makes the step throw, it is put aside. */
export class RecordTooLargeError extends ParlanceError<'record-too-large'> {
  constructor(what: string, most: string) {
    super('record-too-large', `one step gave ${what}, the most is ${most}`);
  }
}

/** Both as JSON. Throws RecordTooLargeError. */
export function checkRecordSize(outputs: string, state = ''): void {
  // A character has 3 bytes at most.
  if ((outputs.length + state.length) * 3 <= RECORD_BYTES_MAX) return;
  const bytes = Buffer.byteLength(outputs) + Buffer.byteLength(state);
  if (bytes > RECORD_BYTES_MAX)
    throw new RecordTooLargeError(`a record of ${bytes} bytes`, RECORD_BYTES_MAX.toString());
}
