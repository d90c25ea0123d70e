import type { MessageId } from '../message-id.ts';
import type { BrokerAdmin, SeekTarget } from '../port.ts';

/** What the drivers of a remote broker need of its administration beyond the port. */
export interface RemoteAdmin extends BrokerAdmin {
  /** Moves a subscription; whoever consumes from it is disconnected by the broker. */
  resetCursor(partitionTopic: string, subscription: string, to: SeekTarget): Promise<void>;
  deleteSubscription(partitionTopic: string, subscription: string): Promise<void>;
  /**
   * Acknowledges everything up to and including `id`, also while a consumer is connected. Where `id` is inside a batch,
   * the batch stays unacknowledged.
   */
  acknowledgeUpTo(partitionTopic: string, subscription: string, id: MessageId): Promise<void>;
  /** Subscriptions whose name begins with `prefix`, without a consumer, and unused since `unusedSinceMs`. */
  abandonedSubscriptions(partitionTopic: string, prefix: string, unusedSinceMs: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
