import { ValueError } from '../expression/values.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { dropHeldOf } from './held.ts';
import { cancelAll } from './timers.ts';

/** What ends a conversation as `conversation.failed`. The message is for operators. */
export class ConversationFailure extends Error {
  readonly code: FailureCode;
  /** What failed, where that is not the step that runs. */
  readonly state: string | undefined;

  constructor(code: FailureCode, message: string, state?: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

export type FailureCode =
  | 'expression-failed'
  | 'event-mismatched'
  | 'steps-exceeded'
  | 'visits-exceeded'
  | 'text-too-long'
  | 'text-empty'
  | 'media-address-invalid'
  | 'quiet-hours'
  | 'frequency-cap'
  | 'messages-held'
  | 'values-too-large'
  | 'wait-too-long'
  | 'waits-exceeded'
  | 'calls-too-deep'
  | 'message-undeliverable'
  | 'machine-missing';

type Ending = 'conversation.completed' | 'conversation.failed' | 'conversation.expired' | 'conversation.cancelled';

/** Cancels what it waits for, says how it ended, and removes it from the contact. */
export function finish(draft: Draft, conversation: ConversationDraft, type: Ending, data: object): void {
  cancelAll(draft, conversation);
  draft.emit('conversations', type, data, conversation.id);
  // What it said before it ended by itself is still said.
  if (type === 'conversation.cancelled') dropHeldOf(draft, conversation.id, 'conversation cancelled');
  draft.close(conversation);
}

/** A value that is not what its declaration says fails the conversation. */
export function conformed<T>(conform: () => T): T {
  try {
    return conform();
  } catch (error) {
    if (error instanceof ValueError) throw new ConversationFailure('expression-failed', error.message);
    throw error;
  }
}
