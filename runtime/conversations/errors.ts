import { ParlanceError } from '../../channels/error.ts';

export type ConversationErrorCode =
  /** The store does not have it (yet). */
  | 'conversation-unknown'
  /** There is nothing left to resume or cancel. */
  | 'conversation-ended';

export class ConversationError extends ParlanceError<ConversationErrorCode> {}
