import type { Brand } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';

/**
 * Position of a message in one partition topic, `ledger:entry` or, inside a producer's batch, `ledger:entry:index`.
 * One canonical text on every driver, so that positions can be journaled and compared.
 */
export type MessageId = Brand<string, 'MessageId'>;

export function messageId(ledger: number, entry: number, batchIndex?: number): MessageId {
  const base = `${ledger.toString()}:${entry.toString()}`;
  return (batchIndex === undefined || batchIndex < 0 ? base : `${base}:${batchIndex.toString()}`) as MessageId;
}

/** Ledger, entry and batch index (-1 where the entry is no batch). */
export type MessageIdParts = readonly [ledger: number, entry: number, batchIndex: number];

export function messageIdParts(id: MessageId): MessageIdParts {
  const colon = id.indexOf(':');
  const second = id.indexOf(':', colon + 1);
  const ledger = wholeNumber(id, 0, colon);
  const entry = wholeNumber(id, colon + 1, second < 0 ? id.length : second);
  const index = second < 0 ? -1 : wholeNumber(id, second + 1, id.length);
  if (!Number.isNaN(ledger + entry + index)) return [ledger, entry, index];
  throw new ParlanceError('message-id-invalid', `"${id}" is no message id: expected LEDGER:ENTRY[:INDEX]`);
}

/** So many are added up exactly. */
const EXACT_DIGITS = 15;

/** NaN where it is none. No regular expression: ids of all messages that are read are compared. */
function wholeNumber(id: string, from: number, to: number): number {
  if (to <= from) return NaN;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = id.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return to - from > EXACT_DIGITS ? Number(id.slice(from, to)) : number;
}

/** Negative, zero or positive, as `a` is before, at or after `b` in the same partition topic. */
export function compareMessageIds(a: MessageId, b: MessageId): number {
  const [ledgerA, entryA, indexA] = messageIdParts(a);
  const [ledgerB, entryB, indexB] = messageIdParts(b);
  return ledgerA - ledgerB || entryA - entryB || indexA - indexB;
}

/**
 * Whether nothing of another producer can stand between `before` and `after`, two ids of one producer. Entries of a
 * ledger are numbered without gaps, and an entry is one producer's. False also where the ids do not tell: from one
 * ledger to the next.
 */
export function isDirectlyAfter(after: MessageId, before: MessageId): boolean {
  const [ledgerA, entryA, indexA] = messageIdParts(before);
  const [ledgerB, entryB, indexB] = messageIdParts(after);
  if (ledgerA !== ledgerB) return false;
  return entryA === entryB ? indexB === indexA + 1 : entryB === entryA + 1 && indexB <= 0;
}
