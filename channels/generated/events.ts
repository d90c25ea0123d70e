/** Generated from channels/catalogue by `npm run generate`: do not edit. */
import type { Address, MachineHash } from '../brands.ts';
import type { Event } from '../event.ts';
import type { Immutable } from '../immutable.ts';

/** The shape of `data` for each type of the catalogue. */
export interface EventData {
  readonly 'message.received': Immutable<MessageReceivedData>;
  readonly 'message.requested': Immutable<MessageRequestedData>;
  readonly 'message.held': Immutable<MessageHeldData>;
  readonly 'message.blocked': Immutable<MessageBlockedData>;
  readonly 'message.sent': Immutable<MessageSentData>;
  readonly 'message.delivered': Immutable<MessageDeliveredData>;
  readonly 'message.read': Immutable<MessageReadData>;
  readonly 'message.failed': Immutable<MessageFailedData>;
  readonly 'handoff.taken': Immutable<HandoffTakenData>;
  readonly 'handoff.replied': Immutable<HandoffRepliedData>;
  readonly 'handoff.returned': Immutable<HandoffReturnedData>;
  readonly 'conversation.resume-requested': Immutable<ConversationResumeRequestedData>;
  readonly 'conversation.cancel-requested': Immutable<ConversationCancelRequestedData>;
  readonly 'conversation.migration-requested': Immutable<ConversationMigrationRequestedData>;
  readonly 'probe.person-described': Immutable<ProbePersonDescribedData>;
  readonly 'probe.time-requested': Immutable<ProbeTimeRequestedData>;
  readonly 'conversation.started': Immutable<ConversationStartedData>;
  readonly 'conversation.queued': Immutable<ConversationQueuedData>;
  readonly 'conversation.skipped': Immutable<ConversationSkippedData>;
  readonly 'conversation.advanced': Immutable<ConversationAdvancedData>;
  readonly 'conversation.waiting': Immutable<ConversationWaitingData>;
  readonly 'conversation.completed': Immutable<ConversationCompletedData>;
  readonly 'conversation.parked': Immutable<ConversationParkedData>;
  readonly 'conversation.resumed': Immutable<ConversationResumedData>;
  readonly 'conversation.recovering': Immutable<ConversationRecoveringData>;
  readonly 'conversation.failed': Immutable<ConversationFailedData>;
  readonly 'conversation.expired': Immutable<ConversationExpiredData>;
  readonly 'conversation.cancelled': Immutable<ConversationCancelledData>;
  readonly 'conversation.handed-off': Immutable<ConversationHandedOffData>;
  readonly 'conversation.migrated': Immutable<ConversationMigratedData>;
  readonly 'conversation.migration-refused': Immutable<ConversationMigrationRefusedData>;
  readonly 'conversation.migration-tried': Immutable<ConversationMigrationTriedData>;
  readonly 'contact.created': Immutable<ContactCreatedData>;
  readonly 'contact.updated': Immutable<ContactUpdatedData>;
  readonly 'contact.opted-in': Immutable<ContactOptedInData>;
  readonly 'contact.opted-out': Immutable<ContactOptedOutData>;
  readonly 'contact.erased': Immutable<ContactErasedData>;
  readonly 'data.requested': Immutable<DataRequestedData>;
  readonly 'data.received': Immutable<DataReceivedData>;
  readonly 'data.failed': Immutable<DataFailedData>;
  readonly 'timer.scheduled': Immutable<TimerScheduledData>;
  readonly 'timer.fired': Immutable<TimerFiredData>;
  readonly 'timer.cancelled': Immutable<TimerCancelledData>;
  readonly 'probe.time-passed': Immutable<ProbeTimePassedData>;
  readonly 'broadcast.requested': Immutable<BroadcastRequestedData>;
  readonly 'broadcast.started': Immutable<BroadcastStartedData>;
  readonly 'broadcast.recipient-targeted': Immutable<BroadcastRecipientTargetedData>;
  readonly 'broadcast.recipient-skipped': Immutable<BroadcastRecipientSkippedData>;
  readonly 'broadcast.paused': Immutable<BroadcastPausedData>;
  readonly 'broadcast.resumed': Immutable<BroadcastResumedData>;
  readonly 'broadcast.completed': Immutable<BroadcastCompletedData>;
  readonly 'broadcast.missed': Immutable<BroadcastMissedData>;
  readonly 'broadcast.cancelled': Immutable<BroadcastCancelledData>;
  readonly 'definition.published': Immutable<DefinitionPublishedData>;
  readonly 'definition.activated': Immutable<DefinitionActivatedData>;
  readonly 'definition.retired': Immutable<DefinitionRetiredData>;
  readonly 'definition.migration-requested': Immutable<DefinitionMigrationRequestedData>;
  readonly 'definition.rejected': Immutable<DefinitionRejectedData>;
  readonly 'external.rejected': Immutable<ExternalRejectedData>;
  readonly 'probe.started': Immutable<ProbeStartedData>;
  readonly 'probe.passed': Immutable<ProbePassedData>;
  readonly 'probe.failed': Immutable<ProbeFailedData>;
  readonly 'event.dead-lettered': Immutable<EventDeadLetteredData>;
  readonly 'event.redriven': Immutable<EventRedrivenData>;
  readonly 'event.dropped': Immutable<EventDroppedData>;
  readonly 'replay.started': Immutable<ReplayStartedData>;
  readonly 'replay.completed': Immutable<ReplayCompletedData>;
  readonly 'baseline.departed': Immutable<BaselineDepartedData>;
  readonly 'baseline.returned': Immutable<BaselineReturnedData>;
  readonly 'baseline.ended': Immutable<BaselineEndedData>;
  readonly 'tenant.created': Immutable<TenantCreatedData>;
  readonly 'tenant.grown': Immutable<TenantGrownData>;
  readonly 'partition.acquired': Immutable<PartitionAcquiredData>;
  readonly 'partition.released': Immutable<PartitionReleasedData>;
}

export type EventType = keyof EventData;

/** An event of the given type or types: `EventOf<'message.sent'>`. Over several, a union to switch on `type`. */
export type EventOf<Type extends EventType> = { [T in Type]: Event<T, EventData[T]> }[Type];

/** Any event of the platform's own. */
export type CatalogueEvent = EventOf<EventType>;

/**
 * A person wrote to us. The connector states it once it is durable on its own side or at the provider.
 */
export interface MessageReceivedData {
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Who wrote.
   */
  from: Address;
  /**
   * What the person reads or wrote.
   */
  text: string;
  /**
   * The carrier's own id of the message.
   */
  providerId?: string;
  /**
   * The session of the connector, where it has sessions.
   */
  sessionId?: string;
}

/**
 * A conversation wants a message sent. The connector named delivers it.
 */
export interface MessageRequestedData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
  /**
   * What the person reads or wrote.
   */
  text: string;
  /**
   * A state of the machine: a step's name or position.
   */
  step: string;
  /**
   * Answers to offer, in this order; a connector without buttons numbers or lists them.
   */
  choices?: {
    /**
     * What the person sees.
     */
    label: string;
    /**
     * What choosing it answers.
     */
    value: string;
  }[];
  /**
   * What goes with the text; a connector that carries no files writes their addresses.
   */
  media?: {
    /**
     * Where the picture, sound or file is: http or https.
     */
    url: string;
    /**
     * What it shows, for those who do not see it.
     */
    alt?: string;
  }[];
  /**
   * A text that the provider knows and has approved; `text` is what it says.
   */
  template?: {
    /**
     * The template, by the provider's name for it.
     */
    name: string;
    /**
     * Values for the template's placeholders.
     */
    with?: {
      [k: string]: unknown;
    };
  };
  /**
   * The subject, where the connector has one.
   */
  subject?: string;
  /**
   * The text as HTML, where the connector shows it; `text` says the same.
   */
  html?: string;
}

/**
 * A message waits before it leaves, for quiet hours or a rate limit. No reply clock runs meanwhile.
 */
export interface MessageHeldData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * When that ends by itself.
   */
  until?: string;
}

/**
 * A message will never leave: the person has opted out, or a rule forbids it.
 */
export interface MessageBlockedData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * The provider took the message. Reply clocks start here.
 */
export interface MessageSentData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
  /**
   * The carrier's own id of the message.
   */
  providerId?: string;
  /**
   * What it costs, where the connector counts: segments of SMS.
   */
  segments?: number;
}

/**
 * The message reached the person's device.
 */
export interface MessageDeliveredData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
}

/**
 * The person has seen the message, where the connector can tell.
 */
export interface MessageReadData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
}

/**
 * The message did not get there.
 */
export interface MessageFailedData {
  /**
   * The outgoing message: `<conversation>/m<n>`.
   */
  message: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * True where sending it again can not help.
   */
  permanent: boolean;
}

/**
 * One of us takes care of a conversation that was handed off.
 */
export interface HandoffTakenData {
  /**
   * The conversation that is in hand-off.
   */
  conversation: string;
  /**
   * Who of us, as the support desk calls them.
   */
  agent: string;
  /**
   * Id of the hand-off that this belongs to, as `conversation.handed-off` told it.
   */
  handoff?: string;
}

/**
 * One of us answers the person of a conversation in hand-off. The conversation sends it.
 */
export interface HandoffRepliedData {
  /**
   * The conversation that is in hand-off.
   */
  conversation: string;
  /**
   * Who of us, as the support desk calls them.
   */
  agent: string;
  /**
   * What the person reads or wrote.
   */
  text: string;
  /**
   * Id of the hand-off that this belongs to, as `conversation.handed-off` told it.
   */
  handoff?: string;
}

/**
 * The conversation goes on by itself.
 */
export interface HandoffReturnedData {
  /**
   * The conversation that is in hand-off.
   */
  conversation: string;
  /**
   * Who of us, as the support desk calls them.
   */
  agent: string;
  /**
   * `nobody`: none of us could take care of it.
   */
  outcome: 'returned' | 'nobody';
  /**
   * Id of the hand-off that this belongs to, as `conversation.handed-off` told it.
   */
  handoff?: string;
}

/**
 * An operator wants a parked conversation to go on: what was kept for it is tried again, in order.
 */
export interface ConversationResumeRequestedData {
  /**
   * The conversation that is meant.
   */
  conversation: string;
  /**
   * True: without the input that stopped it.
   */
  skip?: boolean;
  /**
   * Why, for people.
   */
  reason?: string;
}

/**
 * An operator wants a conversation to end.
 */
export interface ConversationCancelRequestedData {
  /**
   * The conversation that is meant.
   */
  conversation: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * An operator wants a conversation to go on on another version of its definition.
 */
export interface ConversationMigrationRequestedData {
  /**
   * The conversation that is meant.
   */
  conversation: string;
  /**
   * The machine's content hash.
   */
  from: MachineHash;
  /**
   * The machine's content hash.
   */
  to: MachineHash;
  /**
   * By state of the old version; what is not named goes on where it stands.
   */
  states?: {
    /**
     * A state of the machine: a step's name or position.
     */
    left: string;
    /**
     * Step of the new version that is begun in its place.
     */
    entered: string;
  }[];
  /**
   * True: only to know how it would go.
   */
  trial?: boolean;
}

/**
 * A test says what is known of somebody who does not exist. Of nobody else it changes anything.
 */
export interface ProbePersonDescribedData {
  /**
   * BCP 47, e.g. `es` or `en-GB`.
   */
  locale?: string;
  /**
   * IANA time zone, e.g. `America/New_York`.
   */
  zone?: string;
  /**
   * Whatever the customer keeps about the person.
   */
  attributes?: {
    [k: string]: unknown;
  };
}

/**
 * A test lets time pass at once for somebody who does not exist. Of nobody else it changes anything.
 */
export interface ProbeTimeRequestedData {
  /**
   * How many milliseconds. Below 0 only where nothing is known of them yet.
   */
  ms: number;
}

/**
 * A machine started for a contact.
 */
export interface ConversationStartedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Its version, as declared, else the start of its content hash.
   */
  version: string;
  /**
   * The machine's content hash.
   */
  machine: MachineHash;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
  /**
   * The definition's inputs.
   */
  inputs: {
    [k: string]: unknown;
  };
  /**
   * The event that started it.
   */
  trigger: {
    /**
     * Type of the event.
     */
    type: string;
    /**
     * Its id.
     */
    id: string;
    /**
     * Of an event of the customer's own: an id is unique within a source only.
     */
    source?: string;
  };
}

/**
 * It is to start once no other is open with the person on the connector.
 */
export interface ConversationQueuedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
}

/**
 * It did not start, because it or another was under way.
 */
export interface ConversationSkippedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * Where the message goes.
   */
  to: Address;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It went from one state to another.
 */
export interface ConversationAdvancedData {
  /**
   * A state of the machine: a step's name or position.
   */
  from: string;
  /**
   * A state of the machine: a step's name or position.
   */
  to: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It waits: nothing happens until an input or a deadline.
 */
export interface ConversationWaitingData {
  /**
   * A state of the machine: a step's name or position.
   */
  state: string;
  /**
   * What it waits for.
   */
  for: 'reply' | 'delay' | 'event' | 'data' | 'handoff';
  /**
   * When that ends by itself.
   */
  until?: string;
}

/**
 * It reached an end.
 */
export interface ConversationCompletedData {
  /**
   * The end that the author named.
   */
  outcome: string;
}

/**
 * An input that it cannot process stopped it. An operator resumes or cancels it; what comes meanwhile is kept.
 */
export interface ConversationParkedData {
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * Id of the event that could not be processed, or the deadline.
   */
  input: string;
}

/**
 * It goes on after having been parked.
 */
export interface ConversationResumedData {
  /**
   * Id of the event that was left out.
   */
  skipped?: string;
  /**
   * Why, for people.
   */
  reason?: string;
}

/**
 * It failed, and its definition says what happens then.
 */
export interface ConversationRecoveringData {
  /**
   * A state of the machine: a step's name or position.
   */
  state: string;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It ended because something went wrong for which its definition names no exit.
 */
export interface ConversationFailedData {
  /**
   * A state of the machine: a step's name or position.
   */
  state: string;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It waited for people longer than its definition's lifetime allows.
 */
export interface ConversationExpiredData {
  /**
   * A state of the machine: a step's name or position.
   */
  state: string;
}

/**
 * Somebody ended it from outside: an operator, a definition, an opt-out.
 */
export interface ConversationCancelledData {
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * A person on our side takes over.
 */
export interface ConversationHandedOffData {
  /**
   * Where that person looks.
   */
  queue: string;
  /**
   * Its id, which what that person does repeats.
   */
  handoff?: string;
  /**
   * Name of the definition.
   */
  definition?: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector?: string;
  /**
   * Where the message goes.
   */
  to?: Address;
}

/**
 * An operator moved it to another version of its definition.
 */
export interface ConversationMigratedData {
  /**
   * The machine's content hash.
   */
  from: MachineHash;
  /**
   * The machine's content hash.
   */
  to: MachineHash;
  /**
   * A state of the machine: a step's name or position.
   */
  left?: string;
  /**
   * A state of the machine: a step's name or position.
   */
  state?: string;
}

/**
 * It could not be moved to another version, and goes on on its own.
 */
export interface ConversationMigrationRefusedData {
  /**
   * The machine's content hash.
   */
  from: MachineHash;
  /**
   * The machine's content hash.
   */
  to: MachineHash;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * How it would go on on another version: nothing was moved.
 */
export interface ConversationMigrationTriedData {
  /**
   * The machine's content hash.
   */
  from: MachineHash;
  /**
   * The machine's content hash.
   */
  to: MachineHash;
  /**
   * What would go wrong; empty: nothing.
   */
  problems: {
    /**
     * Stable code of the failure; see docs/errors.md where it is one of ours.
     */
    code: string;
    /**
     * Why, for people.
     */
    reason: string;
  }[];
  /**
   * A state of the machine: a step's name or position.
   */
  left?: string;
  /**
   * Where it would stand.
   */
  entered?: string;
}

/**
 * A person was seen for the first time.
 */
export interface ContactCreatedData {
  /**
   * The contact's addresses; the first gave it its key.
   *
   * Items: One of them.
   */
  addresses: Address[];
  /**
   * BCP 47, e.g. `es` or `en-GB`.
   */
  locale?: string;
  /**
   * IANA time zone, e.g. `America/New_York`.
   */
  zone?: string;
  /**
   * Whatever the customer keeps about the person.
   */
  attributes?: {
    [k: string]: unknown;
  };
}

/**
 * Something about a person changed. Only what is named changed.
 */
export interface ContactUpdatedData {
  /**
   * The contact's addresses; the first gave it its key.
   *
   * Items: One of them.
   */
  addresses?: Address[];
  /**
   * BCP 47, e.g. `es` or `en-GB`.
   */
  locale?: string;
  /**
   * IANA time zone, e.g. `America/New_York`.
   */
  zone?: string;
  /**
   * Whatever the customer keeps about the person.
   */
  attributes?: {
    [k: string]: unknown;
  };
}

/**
 * The person agreed to be written to.
 */
export interface ContactOptedInData {
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * How we learned it.
   */
  how: 'keyword' | 'form' | 'import' | 'operator' | 'provider';
  /**
   * Why, for people.
   */
  reason?: string;
}

/**
 * The person wants no more messages.
 */
export interface ContactOptedOutData {
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * How we learned it.
   */
  how: 'keyword' | 'form' | 'import' | 'operator' | 'provider';
  /**
   * Why, for people.
   */
  reason?: string;
}

/**
 * What was personal about this contact has been made unreadable.
 */
export interface ContactErasedData {
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * A conversation needs something from a data source. Secrets are filled in by the connector, never here.
 */
export interface DataRequestedData {
  /**
   * The request: `<conversation>/d<n>`.
   */
  request: string;
  /**
   * The data source's name in the definition.
   */
  source: string;
  /**
   * What the source is asked with.
   */
  arguments: {
    [k: string]: unknown;
  };
  /**
   * The question as HTTP. Absent where the source is not asked over HTTP.
   */
  http?: {
    /**
     * HTTP method.
     */
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /**
     * The address: a text, or a list of texts and `{ "secret": NAME }`. What was filled in is URI-encoded.
     */
    url: string | readonly (string | {readonly secret: string})[];
    /**
     * Headers by name; each value a list of texts and `{ "secret": NAME }`.
     */
    headers?: {readonly [name: string]: readonly (string | {readonly secret: string})[]};
    /**
     * A list is a text in parts (texts and `{ "secret": NAME }`), sent as it is; anything else is sent as JSON.
     */
    body?: {
      [k: string]: unknown;
    };
    /**
     * How long one attempt may take, from connecting to the last byte; milliseconds.
     */
    timeoutMs?: number;
    /**
     * How often to ask again after a failure that may pass. Absent: only where the method is idempotent.
     */
    retries?: number;
    /**
     * How long an answer may be used again for the same question; milliseconds. Absent or 0: never.
     */
    cacheMs?: number;
  };
}

/**
 * The data source answered.
 */
export interface DataReceivedData {
  /**
   * The request: `<conversation>/d<n>`.
   */
  request: string;
  /**
   * The data source's name in the definition.
   */
  source: string;
  /**
   * The answer as the source gave it: the parsed JSON, null where it was empty.
   */
  value: {
    [k: string]: unknown;
  };
  /**
   * How often it was asked; 0 where an earlier answer could be used again.
   */
  attempts: number;
  /**
   * The HTTP status that it answered with.
   */
  status?: number;
}

/**
 * The data source did not answer usably, after its retries.
 */
export interface DataFailedData {
  /**
   * The request: `<conversation>/d<n>`.
   */
  request: string;
  /**
   * The data source's name in the definition.
   */
  source: string;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * True where asking again can not help.
   */
  permanent: boolean;
  /**
   * How often it was asked.
   */
  attempts: number;
  /**
   * The HTTP status that it answered with.
   */
  status?: number;
}

/**
 * A deadline was set.
 */
export interface TimerScheduledData {
  /**
   * The timer, unique within its conversation.
   */
  timer: string;
  /**
   * The deadline.
   */
  due: string;
}

/**
 * The deadline passed, and everything published before it has been seen.
 */
export interface TimerFiredData {
  /**
   * The timer, unique within its conversation.
   */
  timer: string;
  /**
   * The deadline.
   */
  due: string;
}

/**
 * What the deadline was for happened, or its conversation ended.
 */
export interface TimerCancelledData {
  /**
   * The timer, unique within its conversation.
   */
  timer: string;
}

/**
 * For somebody who does not exist, time passed at once: at most until the next of their deadlines.
 */
export interface ProbeTimePassedData {
  /**
   * How many milliseconds.
   */
  ms: number;
  /**
   * How many more were asked for.
   */
  leftMs: number;
  /**
   * What time it is for them now.
   */
  now: string;
}

/**
 * Somebody wants a definition started for an audience.
 */
export interface BroadcastRequestedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The audience, as the customer names it.
   */
  audience: string;
  /**
   * Inputs that all its conversations share.
   */
  inputs?: {
    [k: string]: unknown;
  };
  /**
   * The most that are started in a second.
   */
  perSecond?: number;
}

/**
 * It began; the machine is fixed from here on.
 */
export interface BroadcastStartedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Its version, as declared, else the start of its content hash.
   */
  version: string;
  /**
   * The machine's content hash.
   */
  machine: MachineHash;
  /**
   * Size of the audience.
   */
  recipients: number;
}

/**
 * A conversation is started for this person.
 */
export interface BroadcastRecipientTargetedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * The connector: `webchat`, `sms`, `email`.
   */
  connector: string;
  /**
   * The person.
   */
  to: Address;
  /**
   * Name of the definition.
   */
  definition?: string;
  /**
   * The machine's content hash.
   */
  machine?: MachineHash;
  /**
   * Inputs of their own.
   */
  inputs?: {
    [k: string]: unknown;
  };
  /**
   * BCP 47; theirs from now on.
   */
  locale?: string;
  /**
   * IANA; theirs from now on.
   */
  zone?: string;
  /**
   * The start by schedule that it is for; without it, the one by a broadcast.
   */
  schedule?: {
    /**
     * The contact list.
     */
    list: string;
    /**
     * The time of day, such as `09:00`.
     */
    at: string;
  };
}

/**
 * This person is left out.
 */
export interface BroadcastRecipientSkippedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * The person.
   */
  to: Address;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * Nobody else is started until it resumes.
 */
export interface BroadcastPausedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It goes on where it was paused.
 */
export interface BroadcastResumedData {
  /**
   * The broadcast.
   */
  broadcast: string;
}

/**
 * Everybody has been targeted or skipped.
 */
export interface BroadcastCompletedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * People started.
   */
  targeted: number;
  /**
   * People left out.
   */
  skipped: number;
}

/**
 * A schedule came due, and nobody was targeted. Where the reason is that there is no list, only the first of several in a row is stated.
 */
export interface BroadcastMissedData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The contact list.
   */
  list: string;
  /**
   * When it was to begin.
   */
  due: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * It ended early. Conversations that it started go on.
 */
export interface BroadcastCancelledData {
  /**
   * The broadcast.
   */
  broadcast: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * A version was compiled and stored. It is immutable from here on.
 */
export interface DefinitionPublishedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Its version, as declared, else the start of its content hash.
   */
  version: string;
  /**
   * The machine's content hash.
   */
  machine: MachineHash;
  /**
   * The YAML as it was published; left out where it would not fit an event.
   */
  source?: string;
}

/**
 * New conversations start on this version.
 */
export interface DefinitionActivatedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Its version, as declared, else the start of its content hash.
   */
  version: string;
  /**
   * The machine's content hash.
   */
  machine: MachineHash;
}

/**
 * No conversation starts on this version any more; those running go on.
 */
export interface DefinitionRetiredData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Its version, as declared, else the start of its content hash.
   */
  version: string;
  /**
   * The machine's content hash.
   */
  machine: MachineHash;
}

/**
 * Somebody wants conversations moved to another version, or with `trial` to know how that would go.
 */
export interface DefinitionMigrationRequestedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The machine's content hash.
   */
  from: MachineHash;
  /**
   * The machine's content hash.
   */
  to: MachineHash;
  /**
   * How many are asked to move.
   */
  conversations: number;
  /**
   * By state of the old version; what is not named goes on where it stands.
   */
  states?: {
    /**
     * A state of the machine: a step's name or position.
     */
    left: string;
    /**
     * Step of the new version that is begun in its place.
     */
    entered: string;
  }[];
  /**
   * True: a few of each state are tried, and none is moved.
   */
  trial?: boolean;
}

/**
 * What somebody wanted to publish does not compile.
 */
export interface DefinitionRejectedData {
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * Every problem found.
   */
  problems: {
    /**
     * Stable code of the failure; see docs/errors.md where it is one of ours.
     */
    code: string;
    /**
     * What is wrong and what to do.
     */
    message: string;
    /**
     * Line, from 1.
     */
    line?: number;
    /**
     * Column, from 1.
     */
    column?: number;
  }[];
}

/**
 * An event of the customer could not be used: a definition that wanted it failed on it.
 */
export interface ExternalRejectedData {
  /**
   * Id of the event.
   */
  event: string;
  /**
   * Its type.
   */
  type: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * Name of the definition.
   */
  definition?: string;
}

/**
 * A scenario runs against the live platform.
 */
export interface ProbeStartedData {
  /**
   * The run of the probe.
   */
  probe: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The case of the scenario file.
   */
  scenario: string;
}

/**
 * Everything that the scenario expects happened, and nothing else.
 */
export interface ProbePassedData {
  /**
   * The run of the probe.
   */
  probe: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The case of the scenario file.
   */
  scenario: string;
  /**
   * How long it took, in milliseconds.
   */
  durationMs: number;
}

/**
 * The platform did not do what the scenario expects.
 */
export interface ProbeFailedData {
  /**
   * The run of the probe.
   */
  probe: string;
  /**
   * Name of the definition.
   */
  definition: string;
  /**
   * The case of the scenario file.
   */
  scenario: string;
  /**
   * How long it took, in milliseconds.
   */
  durationMs: number;
  /**
   * Expected, and did not happen.
   *
   * Items: One of them.
   */
  missing: string[];
  /**
   * Happened, and was not expected.
   *
   * Items: One of them.
   */
  unexpected: string[];
  /**
   * All that differs, in the order of the scenario.
   */
  differences?: {
    /**
     * In what it differs.
     */
    kind: 'missing' | 'unexpected' | 'out-of-order' | 'wrong';
    /**
     * Line of the scenario file.
     */
    line: number;
    /**
     * What was expected, or happened.
     */
    what: string;
    /**
     * Of `wrong`: the field.
     */
    field?: string;
    /**
     * What it should be.
     */
    expected?: string;
    /**
     * What it is.
     */
    actual?: string;
  }[];
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code?: string;
  /**
   * Why, for people.
   */
  reason?: string;
}

/**
 * A message could not be processed and was put aside, complete, on the dead letter topic.
 */
export interface EventDeadLetteredData {
  /**
   * Topic and partition that it was on.
   */
  topic: string;
  /**
   * Its position there.
   */
  messageId: string;
  /**
   * Who could not process it.
   */
  subscription: string;
  /**
   * Stable code of the failure; see docs/errors.md where it is one of ours.
   */
  code: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * How often it was delivered before.
   */
  redeliveries: number;
  /**
   * Its `ce_type`, where it has one.
   */
  type?: string;
  /**
   * Its `ce_id`, where it has one.
   */
  event?: string;
  /**
   * Its position on the dead letter topic.
   */
  deadLetter?: string;
}

/**
 * An operator had a dead letter sent again to whoever could not process it.
 */
export interface EventRedrivenData {
  /**
   * Topic and partition that the message was on.
   */
  topic: string;
  /**
   * Its position there.
   */
  messageId: string;
  /**
   * Who could not process it.
   */
  subscription: string;
  /**
   * Its position on the dead letter topic.
   */
  deadLetter: string;
  /**
   * Its `ce_id`, where it has one.
   */
  event?: string;
}

/**
 * An operator gave a dead letter up.
 */
export interface EventDroppedData {
  /**
   * Topic and partition that the message was on.
   */
  topic: string;
  /**
   * Its position there.
   */
  messageId: string;
  /**
   * Who could not process it.
   */
  subscription: string;
  /**
   * Its position on the dead letter topic.
   */
  deadLetter: string;
  /**
   * Its `ce_id`, where it has one.
   */
  event?: string;
}

/**
 * Past events are told again, beside the platform.
 */
export interface ReplayStartedData {
  /**
   * The replay.
   */
  replay: string;
  /**
   * First moment.
   */
  from: string;
  /**
   * Last moment.
   */
  to: string;
  /**
   * Name of the definition.
   */
  definition?: string;
}

/**
 * The replay is over.
 */
export interface ReplayCompletedData {
  /**
   * The replay.
   */
  replay: string;
  /**
   * Events told or run.
   */
  events: number;
  /**
   * Where the result was another; 0 where nothing was compared.
   */
  differences: number;
}

/**
 * What flows through the platform is not as it usually is at this hour of the week.
 */
export interface BaselineDepartedData {
  /**
   * What is measured: an event type, or the two ends of a share or a delay.
   */
  series: string;
  /**
   * Events in five minutes, one type of event for each of another, or the 95th percentile of a time in milliseconds.
   */
  kind: 'rate' | 'share' | 'delay';
  /**
   * Less than usual, or more.
   */
  direction: 'low' | 'high';
  /**
   * Start of the first window that was beyond what is normal.
   */
  since: string;
  /**
   * Start of the window that the values are of.
   */
  window: string;
  /**
   * What was measured.
   */
  value: number;
  /**
   * What is usual.
   */
  expected: number;
  /**
   * From here on it is normal.
   */
  low: number;
  /**
   * Up to here it is normal.
   */
  high: number;
  /**
   * How far the value is from the usual one, in standard deviations.
   */
  distance: number;
}

/**
 * It is as usual again.
 */
export interface BaselineReturnedData {
  /**
   * What is measured: an event type, or the two ends of a share or a delay.
   */
  series: string;
  /**
   * Events in five minutes, one type of event for each of another, or the 95th percentile of a time in milliseconds.
   */
  kind: 'rate' | 'share' | 'delay';
  /**
   * Less than usual, or more.
   */
  direction: 'low' | 'high';
  /**
   * Start of the first window that was beyond what is normal.
   */
  since: string;
  /**
   * Start of the window that the values are of.
   */
  window: string;
  /**
   * What was measured.
   */
  value: number;
  /**
   * What is usual.
   */
  expected: number;
  /**
   * From here on it is normal.
   */
  low: number;
  /**
   * Up to here it is normal.
   */
  high: number;
  /**
   * How far the value is from the usual one, in standard deviations.
   */
  distance: number;
}

/**
 * Nothing could be said for a day of something that was not as it usually is: it counts as over.
 */
export interface BaselineEndedData {
  /**
   * What is measured: an event type, or the two ends of a share or a delay.
   */
  series: string;
  /**
   * Events in five minutes, one type of event for each of another, or the 95th percentile of a time in milliseconds.
   */
  kind: 'rate' | 'share' | 'delay';
  /**
   * Less than usual, or more.
   */
  direction: 'low' | 'high';
  /**
   * Start of the first window that was beyond what is normal.
   */
  since: string;
  /**
   * Start of the last window of that day.
   */
  window: string;
  /**
   * Why, for people.
   */
  reason: string;
}

/**
 * A tenant has its namespaces and topics.
 */
export interface TenantCreatedData {
  /**
   * Its name.
   */
  tenant: string;
  /**
   * Partitions of its topics.
   */
  partitions: number;
}

/**
 * A tenant has more partitions than before: its contacts are spread over them anew.
 */
export interface TenantGrownData {
  /**
   * Its name.
   */
  tenant: string;
  /**
   * Partitions of its topics until then.
   */
  before: number;
  /**
   * Partitions of its topics from then on.
   */
  partitions: number;
}

/**
 * A worker owns a partition: its barrier is in the partition's journal.
 */
export interface PartitionAcquiredData {
  /**
   * The partition.
   */
  partition: number;
  /**
   * The owner's epoch in the partition's journal.
   */
  epoch: number;
  /**
   * The worker.
   */
  worker: string;
}

/**
 * A worker stopped working on a partition.
 */
export interface PartitionReleasedData {
  /**
   * The partition.
   */
  partition: number;
  /**
   * The owner's epoch in the partition's journal.
   */
  epoch: number;
  /**
   * The worker.
   */
  worker: string;
  /**
   * Why, for people.
   */
  reason: string;
}
