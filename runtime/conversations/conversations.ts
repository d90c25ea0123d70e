import type { EventData } from '../../channels/generated/events.ts';
import type { Publisher } from '../events/publisher.ts';
import { ConversationError } from './errors.ts';
import type { ConversationFilter, StoredConversation, StoredConversations, StoredEvent } from './stored.ts';

/** Events of one conversation that are shown. */
const EVENTS_SHOWN = 50;

/** As far as the store has come. */
export interface ConversationList {
  readonly conversations: readonly StoredConversation[];
  /** When the newest event was published that is stored. */
  readonly upTo?: string;
}

export type ConversationDetail = StoredConversation & {
  readonly events: readonly StoredEvent[];
  readonly upTo?: string;
};

export interface ResumeRequest {
  /** Without the input that stopped it. */
  readonly skip: boolean;
  readonly reason: string | undefined;
}

/** What was asked for: the engine does it, in order with what else comes for the contact. */
export interface Requested {
  readonly conversation: string;
  readonly contact: string;
  readonly requested: 'resume' | 'cancel';
}

export interface ConversationsOptions {
  readonly stored: StoredConversations;
  readonly publisher: Pick<Publisher, 'publish'>;
}

/** What operators see of conversations, and ask of them. */
export class Conversations {
  readonly #options: ConversationsOptions;

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  async list(filter: ConversationFilter): Promise<ConversationList> {
    const { stored } = this.#options;
    // Before the rest, so that what is listed is at least as new.
    const upTo = await stored.upTo();
    return { conversations: await stored.open(filter), ...(upTo === undefined ? {} : { upTo }) };
  }

  /** Rejects with ConversationError `conversation-unknown`. */
  async show(id: string): Promise<ConversationDetail> {
    const { stored } = this.#options;
    const upTo = await stored.upTo();
    const conversation = await this.#known(id);
    const events = await stored.eventsOf(id, EVENTS_SHOWN);
    return { ...conversation, events, ...(upTo === undefined ? {} : { upTo }) };
  }

  /** Changes nothing where it is not parked. Rejects with ConversationError. */
  async resume(id: string, { skip, reason }: ResumeRequest): Promise<Requested> {
    const data: EventData['conversation.resume-requested'] = {
      conversation: id,
      ...(skip ? { skip } : {}),
      ...(reason === undefined ? {} : { reason }),
    };
    return this.#ask('resume', await this.#underWay(id), data);
  }

  /** Parked or not. Rejects with ConversationError. */
  async cancel(id: string, reason: string): Promise<Requested> {
    const data: EventData['conversation.cancel-requested'] = { conversation: id, reason };
    return this.#ask('cancel', await this.#underWay(id), data);
  }

  async #ask(
    requested: Requested['requested'],
    { conversation, contact }: StoredConversation,
    data: object,
  ): Promise<Requested> {
    await this.#options.publisher.publish('messaging', {
      type: `conversation.${requested}-requested`,
      subject: contact,
      correlationid: conversation,
      data,
    });
    return { conversation, contact, requested };
  }

  async #underWay(id: string): Promise<StoredConversation> {
    const conversation = await this.#known(id);
    if (conversation.ended === undefined) return conversation;
    throw new ConversationError('conversation-ended', `conversation ${id} has ended: it is ${conversation.status}`);
  }

  async #known(id: string): Promise<StoredConversation> {
    const conversation = await this.#options.stored.find(id);
    if (conversation) return conversation;
    throw new ConversationError(
      'conversation-unknown',
      `the store has no conversation ${id} (yet): \`parlance conversations list\` shows those under way`,
    );
  }
}
