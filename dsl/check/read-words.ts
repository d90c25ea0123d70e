/** Words that a question reads as a value: nothing that comes before it may take them. */
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { AskNode } from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import { readReply } from '../text/read-reply.ts';

/** Whose replies they are. */
export type Readers = Pick<Machine, 'locales'> & { readonly country?: string | undefined };

/** Any day: what is read does not depend on it, only as what. */
const WRITTEN = { at: 0, zone: 'UTC' };

/** By a question without words of its own. */
export function isRead({ any, into }: AskNode, { vars }: Pick<Flow, 'vars'>, word: string, readers: Readers): boolean {
  const type = any === undefined || into === undefined ? undefined : vars[into];
  return type !== undefined && isReadAs(type, word, readers);
}

/** Free text takes every word, and expects none. */
export function isReadAs(type: ValueType, word: string, { locales, country }: Readers): boolean {
  if (type.type === 'text' && !type.enum) return false;
  const read: ValueType = type.type === 'date' ? { type: 'date' } : type;
  return locales.some((locale) => readReply(read, word, { locale, country, written: WRITTEN }) !== undefined);
}
