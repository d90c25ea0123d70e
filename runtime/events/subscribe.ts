import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { Event } from '../../channels/event.ts';
import type { EventOf, EventType } from '../../channels/generated/events.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { channelTopic, partitionTopic, replayTopic, type ChannelName } from '../../channels/topics.ts';
import type { Clock } from '../clock.ts';
import type { Broker, InitialPosition, Message, SubscriptionType } from '../broker/port.ts';
import type { DeadLetterHandler } from './dead-letters.ts';
import { PartitionSubscription } from './partition-subscription.ts';
import { tenantPartitions } from './tenant.ts';

export interface SubscriptionLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SubscribeOptions<Type extends string> {
  readonly tenant: TenantName;
  readonly channel: ChannelName;
  /** Which types the handler gets; the others are acknowledged without a look at their bodies. */
  readonly types: readonly Type[];
  /** Durable: it goes on where it was. */
  readonly subscription: string;
  /** Default `Failover`: one consumer per partition, in order, another takes over when it goes. */
  readonly type?: SubscriptionType;
  /** Default: every partition. */
  readonly partitions?: readonly number[];
  /** Where a new subscription starts. Default `Earliest`. */
  readonly initialPosition?: InitialPosition;
  readonly codec?: EventCodec;
  /**
   * Schemas of the customer's own types. An event that does not fit was put there past our edge: it goes to the dead
   * letters, and the handler can rely on the shape.
   */
  readonly registered?: RegisteredSchemas;
  /**
   * Not what happens, but what `parlance replay --to-subscription` of this name brings; of all channels, by `types`.
   * Without it, an event that is told again never comes, whatever topic it is on.
   */
  readonly replay?: string;
}

export interface SubscribeDependencies {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: SubscriptionLog;
  /** Takes what matches and can not be used: not decoded, or not of the shape registered. It is acknowledged once this resolves. */
  readonly deadLetter: DeadLetterHandler;
}

/** A type of the catalogue comes with its data's shape; a customer's own with data to be looked at first. */
export type Subscribed<Type extends string> = Type extends EventType ? EventOf<Type> : Event<Type>;

/** Resolving acknowledges the event; rejecting asks for it again, after the events that came behind it. */
export type EventHandler<Type extends string> = (event: Subscribed<Type>, message: Message) => Promise<void>;

export interface Subscription {
  /** Resolves once the handlers under way are done; what they did not finish comes again. */
  close(): Promise<void>;
}

/**
 * Calls `handler` with each event of the wanted types: one at a time per partition, partitions beside each other. A
 * handler may see an event more than once. A broker that goes away is waited for. Rejects with TenantError
 * `tenant-unknown`, or with BrokerError where the broker can not be reached at the start.
 */
export async function subscribe<const Type extends string>(
  { broker, clock, log, deadLetter }: SubscribeDependencies,
  options: SubscribeOptions<Type>,
  handler: EventHandler<Type>,
): Promise<Subscription> {
  const { tenant, channel, subscription, replay } = options;
  const topic = replay === undefined ? channelTopic(tenant, channel) : replayTopic(tenant, replay);
  const count = await tenantPartitions(broker.admin, tenant);
  const partitions = options.partitions ?? Array.from({ length: count }, (_, partition) => partition);
  const open: PartitionSubscription[] = [];
  try {
    for (const partition of partitions) {
      const consumer = {
        topic: partitionTopic(topic, partition),
        subscription,
        type: options.type ?? 'Failover',
        initialPosition: options.initialPosition ?? 'Earliest',
      } as const;
      // The property says the type, and the type says the shape: both were checked when the event was published.
      const take = (event: Event, message: Message): Promise<void> => handler(event as Subscribed<Type>, message);
      const { types, codec, registered } = options;
      open.push(
        await PartitionSubscription.open(
          { broker, clock, log, deadLetter },
          { consumer, types: new Set<string>(types), codec, registered, replayed: replay !== undefined },
          take,
        ),
      );
    }
  } catch (error) {
    await Promise.all(open.map((each) => each.close()));
    throw error;
  }
  return {
    close: async () => {
      await Promise.all(open.map((each) => each.close()));
    },
  };
}
