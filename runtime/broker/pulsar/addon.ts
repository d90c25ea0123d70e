import { BrokerError } from '../errors.ts';

/** The part of the package `pulsar-client` (1.18) that the driver uses. The package is optional, and so are its types. */
export interface Addon {
  readonly Client: new (config: ClientConfig) => AddonClient;
  readonly MessageId: { deserialize(bytes: Buffer): AddonMessageId };
  readonly AuthenticationToken: new (parameters: { readonly token: string }) => object;
}

export interface ClientConfig {
  readonly serviceUrl: string;
  readonly authentication?: object;
  readonly operationTimeoutSeconds: number;
  readonly statsIntervalInSeconds: number;
  readonly log: (level: number, file: string, line: number, message: string) => void;
  readonly logLevel: number;
}

export interface AddonClient {
  createProducer(config: AddonProducerConfig): Promise<AddonProducer>;
  subscribe(config: AddonConsumerConfig): Promise<AddonConsumer>;
  close(): Promise<unknown>;
}

export interface AddonProducerConfig {
  readonly topic: string;
  readonly producerName?: string;
  /** Anything else than the three modes silently means Shared. */
  readonly accessMode: string;
  readonly sendTimeoutMs: number;
  readonly maxPendingMessages: number;
  readonly blockIfQueueFull: boolean;
  readonly batchingEnabled: boolean;
  readonly batchingMaxPublishDelayMs: number;
  readonly batchingMaxMessages: number;
}

export interface AddonProducer {
  /** Of sends that are stored together any may resolve first. */
  send(message: AddonOutgoingMessage): Promise<AddonMessageId>;
  close(): Promise<unknown>;
  getProducerName(): string;
}

export interface AddonOutgoingMessage {
  readonly data: Buffer;
  readonly properties?: Readonly<Record<string, string>>;
  readonly sequenceId?: number;
  readonly partitionKey?: string;
}

export interface AddonConsumerConfig {
  readonly topic: string;
  readonly subscription: string;
  /** Anything else than `Exclusive`, `Shared`, `KeyShared` and `Failover` silently means Exclusive. */
  readonly subscriptionType: string;
  readonly subscriptionInitialPosition: string;
  readonly receiverQueueSize: number;
  /** Otherwise what is acknowledged inside a batch counts only once the whole batch is. */
  readonly batchIndexAckEnabled: boolean;
  readonly nAckRedeliverTimeoutMs: number;
  readonly readCompacted?: boolean;
  readonly deadLetterPolicy?: { readonly deadLetterTopic: string; readonly maxRedeliverCount: number };
}

export interface AddonConsumer {
  /** Never with a time-out: that one occupies a thread of the pool for as long. */
  receive(): Promise<AddonMessage>;
  acknowledgeId(id: AddonMessageId): Promise<unknown>;
  acknowledgeCumulativeId(id: AddonMessageId): Promise<unknown>;
  negativeAcknowledgeId(id: AddonMessageId): void;
  close(): Promise<unknown>;
}

export interface AddonMessage {
  getData(): Buffer;
  /** As properties of an array. */
  getProperties(): Record<string, string>;
  getMessageId(): AddonMessageId;
  getPublishTimestamp(): number;
  getRedeliveryCount(): number;
  /** Empty where there is none. */
  getPartitionKey(): string;
}

export interface AddonMessageId {
  serialize(): Buffer;
}

/** Rejects with `native-client-missing` where the addon does not load. */
export async function loadAddon(load: () => Promise<unknown>): Promise<Addon> {
  try {
    const module = (await load()) as Partial<Addon> & { readonly default?: Addon };
    const addon = module.Client ? (module as Addon) : module.default;
    if (addon) return addon;
    throw new Error('the package has no Client');
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new BrokerError(
      'native-client-missing',
      `The native Pulsar client cannot be loaded (${reason}). Use the ws:// address of the broker instead, or install it: npm install pulsar-client --foreground-scripts`,
      { cause },
    );
  }
}
