import { BrokerError } from '../errors.ts';
import type { OutgoingMessage } from '../port.ts';

/** Pulsar's default: payload, key and properties together. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

const MAX_KEY_BYTES = 65_535;

/** Why a message is not taken, if so. */
export function refusalOf({ payload, key, properties, sequenceId }: OutgoingMessage): BrokerError | undefined {
  // Properties are counted without their JSON quoting: the limit is Pulsar's order of magnitude, not its byte count.
  let bytes = payload.length + (key?.length ?? 0);
  for (const name in properties) bytes += name.length + (properties[name]?.length ?? 0);
  if (bytes > MAX_MESSAGE_BYTES) {
    return new BrokerError(
      'message-too-large',
      `a message of ${bytes} bytes is over the limit of ${MAX_MESSAGE_BYTES}`,
    );
  }
  if (key !== undefined && key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
    return new BrokerError('broker-refused', `a message key may have ${MAX_KEY_BYTES} bytes`);
  }
  if (sequenceId !== undefined && (!Number.isSafeInteger(sequenceId) || sequenceId < 0)) {
    return new BrokerError('broker-refused', `a sequence id is a whole number from 0, not ${sequenceId}`);
  }
  return undefined;
}
