import { BrokerError } from '../errors.ts';
import { type MessageId, messageId, messageIdParts } from '../message-id.ts';

/**
 * Pulsar's WebSocket API writes a message id as the base64 of the protobuf message `MessageIdData`
 * (PulsarApi.proto: 1 ledger, 2 entry, 3 partition, 4 batch index, 6 batch size). These are its few varint fields.
 */
export function decodeMessageId(wire: string): MessageId | undefined {
  const bytes = Buffer.from(wire, 'base64');
  const fields = new Map<number, bigint>();
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = varint(bytes, at);
    const type = Number(tag & 7n);
    const [value, next] = varint(bytes, afterTag);
    if (type === 0) fields.set(Number(tag >> 3n), value);
    else if (type !== 2)
      throw new BrokerError('broker-refused', `the broker sent a message id of unknown form: ${wire}`);
    // Type 2 (a packed list, or the first chunk's id) begins with its length: skipped.
    at = type === 2 ? next + Number(value) : next;
  }
  const [ledger, entry, batchIndex] = [1, 2, 4].map((field) => signed(fields.get(field)));
  // (-1, -1) is what a message dropped as a duplicate gets.
  if (ledger === undefined || entry === undefined || ledger < 0 || entry < 0) return undefined;
  return messageId(ledger, entry, batchIndex);
}

export function encodeMessageId(id: MessageId, partition: number): string {
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
  return Buffer.from(bytes).toString('base64');
}

function varint(bytes: Buffer, start: number): readonly [value: bigint, next: number] {
  let value = 0n;
  let shift = 0n;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes.readUInt8(at);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at + 1];
    shift += 7n;
  }
  throw new BrokerError('broker-refused', `the broker sent a message id that breaks off: ${bytes.toString('base64')}`);
}

function pushVarint(bytes: number[], value: bigint): void {
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
}

/** Negative numbers travel as 64-bit two's complement. */
function signed(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(BigInt.asIntN(64, value));
}
