import type { ConversationId } from '../../channels/brands.ts';

/** A conversation can not go on, by no fault of its definition: its machine is missing, or there is a bug of ours. */
export class StuckError extends Error {
  readonly conversation: ConversationId;
  readonly code: 'machine-missing' | 'input-failed';

  constructor(conversation: ConversationId, code: StuckError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.conversation = conversation;
    this.code = code;
  }

  /** What was thrown while it was at work. */
  static from(conversation: ConversationId, cause: unknown): StuckError {
    if (cause instanceof StuckError) return cause;
    return new StuckError(conversation, 'input-failed', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
