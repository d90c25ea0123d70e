import { BrokerError } from '../errors.ts';
import { type MessageId, messageId, messageIdParts } from '../message-id.ts';

/**
 * Pulsar's clients write a message id as the protobuf message `MessageIdData` (PulsarApi.proto: 1 ledger, 2 entry,
 * 3 partition, 4 batch index, 6 batch size), in base64 on the WebSocket API. These are its few varint fields.
 * Undefined for (-1, -1), which is what a message dropped as a duplicate gets.
 */
export function decodeMessageId(bytes: Buffer): MessageId | undefined {
  const fields: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = varint(bytes, at);
    const [value, next] = varint(bytes, afterTag);
    const type = tag % 8;
    if (type === 0) fields[(tag - type) / 8] = value;
    else if (type !== 2)
      throw new BrokerError(
        'broker-refused',
        `the broker sent a message id of unknown form: ${bytes.toString('base64')}`,
      );
    // Type 2 (a packed list, or the first chunk's id) begins with its length: skipped.
    at = type === 2 ? next + value : next;
  }
  const [, ledger = -1, entry = -1, , batchIndex = -1] = fields;
  return ledger < 0 || entry < 0 ? undefined : messageId(ledger, entry, batchIndex);
}

export function encodeMessageId(id: MessageId, partition: number): Buffer {
  const [ledger, entry, batchIndex] = messageIdParts(id);
  const bytes: number[] = [];
  const field = (number: number, value: number): void => {
    pushVarint(bytes, BigInt(number << 3));
    pushVarint(bytes, BigInt.asUintN(64, BigInt(value)));
  };
  field(1, ledger);
  field(2, entry);
  field(3, partition);
  if (batchIndex >= 0) field(4, batchIndex);
  return Buffer.from(bytes);
}

/** Every negative number, ten bytes of two's complement, is read as -1: the only one that there is. */
function varint(bytes: Buffer, start: number): readonly [value: number, next: number] {
  let value = 0;
  let unit = 1;
  for (let at = start; at < bytes.length; at++, unit *= 128) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return [at - start === 9 ? -1 : value, at + 1];
  }
  throw new BrokerError('broker-refused', `the broker sent a message id that breaks off: ${bytes.toString('base64')}`);
}

function pushVarint(bytes: number[], value: bigint): void {
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
}
