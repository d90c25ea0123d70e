import type { ChannelName } from '../topics.ts';
import type { DataSchema } from './schema.ts';

/** One type of event: what it states, the shape of its `data`, and one example of that data. */
export interface EventDefinition {
  readonly about: string;
  readonly data: DataSchema;
  readonly example: Readonly<Record<string, unknown>>;
}

/** What an event of the channel is routed by: its `partitionkey`. */
export type RoutingKey =
  /** The contact key, in `subject` too: everything about one person is in one partition, in order. */
  | 'contact'
  /** Whatever `partitionkey` says, else the event's own id. */
  | 'own';

export interface ChannelDefinition {
  readonly name: ChannelName;
  readonly about: string;
  readonly key: RoutingKey;
  /** Types of the customer's own are welcome beside those listed. */
  readonly open: boolean;
  readonly events: Readonly<Record<string, EventDefinition>>;
}
