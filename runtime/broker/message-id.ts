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
  const match = /^(\d+):(\d+)(?::(\d+))?$/.exec(id);
  if (!match) throw new ParlanceError('message-id-invalid', `"${id}" is no message id: expected LEDGER:ENTRY[:INDEX]`);
  return [Number(match[1]), Number(match[2]), match[3] === undefined ? -1 : Number(match[3])];
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
