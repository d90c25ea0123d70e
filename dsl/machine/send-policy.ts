export interface SendPolicy {
  readonly window?: SendWindow;
  readonly cap?: SendCap;
  /** Answers to what a person just wrote leave at once and do not count. */
  readonly exceptReplies: boolean;
}

/** What becomes of a message that may not leave now. */
export type Otherwise = 'hold' | 'skip' | 'fail';

/** On the contact's clock. */
export interface SendWindow {
  /** Minutes since midnight. Where `to` is not later than `from`, it closes the day after it opened. */
  readonly from: number;
  readonly to: number;
  /** On which it opens, Monday is 1; without it every day. */
  readonly days?: readonly number[];
  readonly otherwise: Otherwise;
}

/** Counts all messages to the contact, of whatever definition, that answer nothing. */
export interface SendCap {
  readonly most: number;
  readonly perMs: number;
  readonly otherwise: Otherwise;
}
