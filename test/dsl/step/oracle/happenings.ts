/** What comes from outside while a conversation waits, as both sides are told of it. */

/** An event of the customer's own. */
export interface Occurrence {
  /** Tells it from others; it is the same where it is sent again. */
  readonly number: number;
  readonly type: string;
  readonly key: string;
  readonly size: number;
}

/** In its data: what a text shows of it. */
export function markOf({ number }: Pick<Occurrence, 'number'>): string {
  return `E${number.toString()}`;
}

/** What a data source answers; a text is the code of a failure, `unreadable` a value that is not as declared. */
export type Answer = number | 'unreadable' | 'data-unavailable';

export type DeskWord = 'taken' | 'replied' | 'returned' | 'nobody';

export const DESK_TEXT = 'The desk writes';
