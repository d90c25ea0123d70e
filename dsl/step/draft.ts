/** The working copy of one contact during one step: what changes is copied first, and what happens is noted in order. */
import type { Address, ConversationId, CorrelationKey, Millis } from '../../channels/brands.ts';
import type { ChannelName } from '../../channels/topics.ts';
import type { ContactState, ConversationState } from '../contact.ts';
import type { AwaitedData, Emission, StepContext, StepResult } from './contract.ts';
import type { Trace } from './trace.ts';

/** What time it is for a contact, where it is `at` for the platform. */
export function ownTimeOf(state: ContactState | undefined, at: Millis): Millis {
  return state?.aheadMs === undefined ? at : ((at + state.aheadMs) as Millis);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Replaced as a whole in the draft; its lists and maps are never changed in place. */
export type ConversationDraft = Mutable<ConversationState>;

export class Draft {
  /** The contact's own: see pass-time.ts. */
  readonly now: Millis;
  readonly before: ContactState | undefined;
  readonly trace: Trace | undefined;
  /** Whether some definition has a cap, so that the times of messages are kept. */
  isCounting = false;
  readonly emissions: Emission[] = [];
  readonly conversations: ConversationDraft[] = [];
  readonly company: string | undefined;
  /** Of the customer's own event behind this step; undefined where a person or a clock is. See hops.ts. */
  causeHops: number | undefined;
  /** Whose message it may be, where nobody else takes it: then this step does nothing. See parking.ts. */
  forParked: ConversationId | undefined;
  private readonly contact: Mutable<ContactState>;
  private changed = false;

  constructor(state: ContactState | undefined, context: StepContext) {
    this.before = state;
    this.now = ownTimeOf(state, context.now);
    this.trace = context.trace;
    this.company = context.company;
    this.contact = { ...(state ?? { key: context.contact, addresses: [], conversations: [] }) };
    for (const conversation of state?.conversations ?? []) this.conversations.push({ ...conversation });
  }

  get state(): Readonly<ContactState> {
    return this.contact;
  }

  update(fields: Partial<ContactState>): void {
    Object.assign(this.contact, fields);
    this.changed = true;
  }

  emit(channel: ChannelName, type: string, data: unknown, conversation?: ConversationId): void {
    this.emissions.push(conversation === undefined ? { channel, type, data } : { channel, type, data, conversation });
    this.changed = true;
  }

  /** An event of the customer's own. */
  emitOwn(type: string, data: unknown, conversation: ConversationId): void {
    const { causeHops } = this;
    const hops = causeHops === undefined ? {} : { hops: causeHops + 1 };
    this.emissions.push({ channel: 'external', type, data, conversation, ...hops });
    this.changed = true;
  }

  /** Tells where events with a value come together. */
  tell(subject: CorrelationKey, type: string, data: AwaitedData): void {
    this.emissions.push({ channel: 'inbox', type, data, subject, conversation: data.conversation });
    this.changed = true;
  }

  /** What only the state shows has changed. */
  touch(): void {
    this.changed = true;
  }

  remember(address: Address): void {
    if (!this.contact.addresses.includes(address)) this.update({ addresses: [...this.contact.addresses, address] });
  }

  open(conversation: ConversationDraft): void {
    this.conversations.push(conversation);
    this.changed = true;
  }

  close(conversation: ConversationDraft): void {
    const index = this.conversations.indexOf(conversation);
    if (index >= 0) this.conversations.splice(index, 1);
    this.changed = true;
  }

  result(): StepResult {
    if (this.forParked !== undefined) return { state: this.before, emissions: [], forParked: this.forParked };
    if (!this.changed) return { state: this.before, emissions: this.emissions };
    return { state: { ...this.contact, conversations: this.conversations }, emissions: this.emissions };
  }
}
