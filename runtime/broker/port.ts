/**
 * The broker, in Apache Pulsar's own vocabulary: https://pulsar.apache.org/docs/4.0.x/concepts-messaging/
 *
 * Every producer, consumer and reader works on ONE partition topic (`…/events-partition-3`): Parlance chooses the
 * partition itself. Call order: open → use → close. After `close()` every pending call rejects with BrokerError
 * `broker-closed`. All methods may be called concurrently unless said otherwise.
 */
import type { MessageId } from './message-id.ts';

export interface Capabilities {
  /** An exclusive producer that was superseded can never append again (Pulsar: ExclusiveWithFencing). */
  readonly fencing: boolean;
  /** The broker drops a producer name's message whose sequence id is not above the last one. */
  readonly dedup: boolean;
  /** `createReader({ readCompacted: true })` yields only the newest message of each key. */
  readonly compaction: boolean;
}

export interface OutgoingMessage {
  readonly payload: Buffer;
  /** Ordering and compaction key. */
  readonly key?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Only with the capability `dedup`. */
  readonly sequenceId?: number;
}

export interface Message {
  readonly id: MessageId;
  readonly topic: string;
  readonly payload: Buffer;
  readonly key: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, stamped on publication. */
  readonly publishTimeMs: number;
  /** How often it was delivered before on this subscription; 0 the first time. */
  readonly redeliveryCount: number;
}

export type AccessMode =
  /** Any number of producers. */
  | 'Shared'
  /**
   * Fails with `producer-busy` if there is another. On a driver without `fencing`, only if there is another of the same
   * name (without a name: another that is exclusive).
   */
  | 'Exclusive'
  /** Supersedes the present one, whose sends then fail with `producer-fenced`. Needs the capability `fencing`. */
  | 'ExclusiveWithFencing';

/** A message that follows another one, to a topic of the same broker. */
export interface Follower {
  /** Partition topic. One that a producer holds exclusively is refused. */
  readonly topic: string;
  /** Made when it leaves. */
  message(): OutgoingMessage;
}

export interface Led {
  readonly id: MessageId | undefined;
  /** Resolves once the followers are durable as well. */
  readonly followed: Promise<void>;
}

export interface ProducerOptions {
  readonly topic: string;
  /** Identity for dedup; on a driver without `fencing` also the name lock. Default: unique. */
  readonly name?: string;
  readonly accessMode?: AccessMode;
}

/**
 * Fail-stop: after one failed send nothing later from this producer may succeed; every later `send` rejects with the
 * first failure's code. Sends resolve in order. A resolved send is durable.
 */
export interface Producer {
  readonly topic: string;
  readonly name: string;
  /** Keep many in flight; never await one by one on a hot path. Resolves undefined when dropped as a duplicate. */
  send(message: OutgoingMessage): Promise<MessageId | undefined>;
  /** As `send` of each, in order, where nobody asks for the ids: resolves once all are durable. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Where the broker can: as `send`, with messages that are stored together with this one if there is room, otherwise
   * soon after it; never before it, and not without it. On each topic they keep the order of what they follow. Fail-stop:
   * where some are lost, so are all that follow later messages of this producer. A repetition has none.
   */
  lead?(message: OutgoingMessage, followers: readonly Follower[]): Promise<Led>;
  close(): Promise<void>;
}

export type SubscriptionType = 'Exclusive' | 'Shared' | 'Failover' | 'Key_Shared';

export type InitialPosition = 'Earliest' | 'Latest';

export interface ConsumerOptions {
  readonly topic: string;
  readonly subscription: string;
  readonly type: SubscriptionType;
  /** Where a new subscription starts. Default `Earliest`: nothing is lost by subscribing late. */
  readonly initialPosition?: InitialPosition;
  /** Messages buffered ahead. Default 1000. */
  readonly receiverQueueSize?: number;
  /** After this many redeliveries (Shared, Key_Shared) a message goes to the dead letter topic, with its properties. */
  readonly deadLetter?: { readonly maxRedeliverCount: number; readonly topic: string };
  /** Default 1000. */
  readonly negativeAckRedeliveryDelayMs?: number;
}

export interface Consumer {
  readonly topic: string;
  readonly subscription: string;
  /**
   * Resolves with the next message. At most one outstanding call. Rejects with `broker-disconnected` on a driver that
   * does not reconnect by itself (websocket): the consumer is over, its owner opens another, and what was not
   * acknowledged comes again.
   */
  receive(): Promise<Message>;
  /** Takes what is already buffered, up to `max`, without waiting; may be empty. Not while a `receive` is outstanding. */
  receiveBuffered(max: number): readonly Message[];
  acknowledge(id: MessageId): Promise<void>;
  /**
   * Exclusive and Failover only: everything up to and including `id`, delivered to this consumer or not. Of a batch that
   * was not delivered here (`id` with an index) it may leave the messages up to `id` unacknowledged.
   */
  acknowledgeCumulative(id: MessageId): Promise<void>;
  /** Asks for redelivery after `negativeAckRedeliveryDelayMs`. */
  negativeAcknowledge(id: MessageId): void;
  /** The next message delivered is the first one after `after`, or the first published at or after `timeMs`. */
  seek(to: SeekTarget): Promise<void>;
  /** Leaves the subscription and its position in place. */
  close(): Promise<void>;
  /** Deletes the subscription. */
  unsubscribe(): Promise<void>;
}

export type SeekTarget = { readonly after: MessageId } | { readonly timeMs: number } | 'Earliest' | 'Latest';

export interface ReaderOptions {
  readonly topic: string;
  readonly from: SeekTarget;
  /** Needs the capability `compaction`. */
  readonly readCompacted?: boolean;
}

/** Reads without a durable subscription and without acknowledging. */
export interface Reader {
  readonly topic: string;
  /** Resolves with the next message, waiting for it. At most one outstanding call. Rejects as `Consumer.receive`. */
  next(): Promise<Message>;
  close(): Promise<void>;
}

export interface TopicStats {
  /** Messages not yet acknowledged, per subscription; on a Pulsar, what was stored as one batch counts as one. */
  readonly backlog: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** How long messages stay after every subscription has acknowledged them. -1 = forever. */
export interface RetentionPolicy {
  readonly timeMinutes: number;
  readonly sizeMb: number;
}

/** Tenants, namespaces, topics and policies. Every operation is idempotent. */
export interface BrokerAdmin {
  createTenant(tenant: string): Promise<void>;
  tenants(): Promise<readonly string[]>;
  createNamespace(tenant: string, namespace: string, retention: RetentionPolicy): Promise<void>;
  /** An existing topic keeps its count; a different one fails with `partitions-differ`. */
  createPartitionedTopic(topic: string, partitions: number): Promise<void>;
  /**
   * Adds partitions; what is in the present ones stays there. A topic that has as many keeps them; one that has more fails
   * with `partitions-differ`, for none can be taken away; one that is missing with `topic-missing`.
   */
  growPartitionedTopic(topic: string, partitions: number): Promise<void>;
  /** 0 where the topic does not exist. */
  partitions(topic: string): Promise<number>;
  /** `role` may produce and consume in the namespace. A broker without authorization accepts and ignores it. */
  grantPermission(tenant: string, namespace: string, role: string): Promise<void>;
  /** Of one partition topic; undefined while it is empty. */
  lastMessageId(partitionTopic: string): Promise<MessageId | undefined>;
  /** Whether the partition topic holds a message that was published at or after `timeMs`. Found without reading the topic. */
  holdsSince(partitionTopic: string, timeMs: number): Promise<boolean>;
  /** Creates a durable subscription where there is none, so that nothing published from now on is deleted unread. */
  createSubscription(partitionTopic: string, subscription: string, position: InitialPosition): Promise<void>;
  stats(partitionTopic: string): Promise<TopicStats>;
  /** Runs a compaction now and waits for it. Needs the capability `compaction`. */
  compact(partitionTopic: string): Promise<void>;
  /** Resolves once the broker answers; rejects with `broker-unreachable`. */
  ping(): Promise<void>;
}

export interface Broker {
  readonly driver: 'embedded' | 'pulsar' | 'websocket';
  readonly capabilities: Capabilities;
  readonly admin: BrokerAdmin;
  createProducer(options: ProducerOptions): Promise<Producer>;
  subscribe(options: ConsumerOptions): Promise<Consumer>;
  createReader(options: ReaderOptions): Promise<Reader>;
  /** Closes everything opened from it. */
  close(): Promise<void>;
}
