/**
 * What browser and server say to each other over the WebSocket: JSON objects, one a frame.
 *
 *     browser                     server
 *     hello {after}         →     welcome {address, last, entries}     all entries above number `after`
 *     send {id, text}       →     entries {entries}                    its tick, in every tab of the person
 *                           or    refused {id, code, reason, retryAfterMs?}
 *                           ←     entries {entries}                    the company wrote
 *     received {number}     →                                          delivered, up to that entry
 *     read {numbers}        →                                          seen by the person, exactly these entries
 *                           ←     beat                                 alive
 *
 * Sending again is safe everywhere: `id` is the browser's own and is remembered, `received` is cumulative, an entry is
 * read once, and what it says never changes.
 */
import { MAX_LABEL_CHARACTERS, MAX_MAILBOX_ENTRIES, MAX_TEXT_CHARACTERS } from './limits.ts';
import type { Entry } from './mailbox.ts';

export type ClientFrame =
  | { readonly type: 'hello'; readonly after: number }
  | { readonly type: 'send'; readonly id: string; readonly text: string; readonly label?: string }
  | { readonly type: 'received'; readonly number: number }
  | { readonly type: 'read'; readonly numbers: readonly number[] };

export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly address: string;
      /** Number of the newest entry. Below what the browser had: the mailbox began anew, forget what was shown. */
      readonly last: number;
      readonly entries: readonly VisibleEntry[];
    }
  | { readonly type: 'entries'; readonly entries: readonly VisibleEntry[] }
  | {
      readonly type: 'refused';
      readonly id: string;
      readonly code: RefusalCode;
      readonly reason: string;
      /** Absent: sending it again can not help. */
      readonly retryAfterMs?: number;
    }
  | { readonly type: 'beat' };

/** An entry as the person may see it: without what only concerns us. */
export type VisibleEntry = Pick<Entry, 'number' | 'from' | 'id' | 'text' | 'label' | 'choices' | 'media' | 'atMs'> & {
  /** Another tab, or an earlier page, has shown it: it need not be said again. */
  readonly isRead?: boolean;
};

export function visible(entry: Entry): VisibleEntry {
  const { number, from, id, text, label, choices, media, atMs, read } = entry;
  return {
    number,
    from,
    id,
    text,
    atMs,
    ...(label !== undefined && { label }),
    ...(choices !== undefined && { choices }),
    ...(media !== undefined && { media }),
    ...(read !== undefined && { isRead: true }),
  };
}

export type RefusalCode = 'text-empty' | 'text-too-long' | 'text-malformed' | 'too-fast' | 'try-again';

/** Why the server closes a socket; the browser comes back after a while. 1001 (going away) is a restart. */
export const CLOSE_CODES = {
  goingAway: 1001,
  protocol: 4400,
  tooManySockets: 4408,
  tooFast: 4429,
  slow: 4430,
} as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined where it is no frame of ours: only our own page talks to us, so that ends the connection. */
export function parseFrame(text: string): ClientFrame | undefined {
  const value = parseObject(text);
  if (value === undefined) return undefined;
  const { type, after, id, text: body, label, number, numbers } = value;
  switch (type) {
    case 'hello':
      return isCount(after) ? { type, after } : undefined;
    case 'received':
      return isCount(number) ? { type, number } : undefined;
    case 'send': {
      if (typeof id !== 'string' || !UUID.test(id) || typeof body !== 'string') return undefined;
      if (label === undefined) return { type, id, text: body };
      if (typeof label !== 'string' || label.length > MAX_LABEL_CHARACTERS) return undefined;
      return { type, id, text: body, label };
    }
    case 'read':
      return isCounts(numbers) ? { type, numbers } : undefined;
    default:
      return undefined;
  }
}

/** What is wrong with a text that a person wrote, for that person's eyes. */
export function problemWith(text: string): { readonly code: RefusalCode; readonly reason: string } | undefined {
  if (text.trim() === '') return { code: 'text-empty', reason: 'There is nothing to send.' };
  if (text.length > MAX_TEXT_CHARACTERS) {
    return { code: 'text-too-long', reason: `At most ${MAX_TEXT_CHARACTERS} characters fit in one message.` };
  }
  // A lone surrogate has no UTF-8 form, and NUL ends texts in places that we do not control.
  if (/\p{Surrogate}|\0/u.test(text)) return { code: 'text-malformed', reason: 'This text can not be sent.' };
  return undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_MAILBOX_ENTRIES && value.every(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
