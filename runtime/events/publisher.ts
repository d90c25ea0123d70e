import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { encodeEvent } from '../../channels/encode.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { keepForeignSequence } from '../../channels/foreign.ts';
import { partitionOf } from '../../channels/partition.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { normaliseTime } from '../../channels/time.ts';
import { channelTopic, partitionTopic, type ChannelName } from '../../channels/topics.ts';
import { checkEvent, checkEventSize } from '../../channels/validate.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Broker } from '../broker/port.ts';
import { Lane } from './lane.ts';
import { Statements } from './statements.ts';
import type { StatementLog } from './statement-log.ts';

/** An event as its publisher states it; what is left out is filled in. */
export interface NewEvent {
  readonly type: string;
  readonly data: unknown;
  /** Given where the outside world has an id of its own, so that a retry repeats it. Default: a new one. */
  readonly id?: string;
  /** A customer's own source stays; such an event gets no sequence. Default: this publisher's incarnation. */
  readonly source?: string;
  /** Any RFC 3339 time. Default: now. */
  readonly time?: string;
  readonly subject?: string;
  /** Default: the subject, where there is one. */
  readonly partitionkey?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly traceparent?: string;
}

export interface PublisherOptions {
  /** Whose events they are, a path: `/connectors/webchat`. Each incarnation's source begins with it. */
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Never twice the same, over restarts too: ids of events and of incarnations. */
  readonly newId: () => string;
  readonly codec?: EventCodec;
  /** Schemas of the customer's own types. */
  readonly registered?: RegisteredSchemas | undefined;
  /**
   * Keeps what is stated, so that an event published again under its id carries the source and sequence of the first
   * time. Without it, a repetition after a crash is another event to consumers that tell events by these.
   */
  readonly statements?: StatementLog | undefined;
}

export interface Publisher {
  /**
   * Validates the event and resolves, with the event as it was published, once it is durable. Rejects with EventError
   * (refused: sending it again can not help) or BrokerError (may or may not be stored: try again with the same id).
   * Events of one routing key are stored in the order of the calls, as long as none fails.
   */
  publish(channel: ChannelName, event: NewEvent): Promise<Event>;
  /** What is in flight rejects with `broker-closed`, unless it is stored already. */
  close(): Promise<void>;
}

/** The edge that events come in by. Opens a producer per partition when the first event for it comes. */
export function createPublisher(
  broker: Broker,
  tenant: TenantName,
  partitions: number,
  options: PublisherOptions,
): Publisher {
  const lanes = new Map<string, Lane>();
  const statements = options.statements && new Statements(options.statements);
  let closed = false;

  const laneOf = (topic: string): Lane => {
    const open = lanes.get(topic);
    if (open) return open;
    // The moment lets a consumer forget old incarnations; the id keeps those of one moment apart.
    const source = `${options.source}/${options.now()}-${options.newId()}`;
    const onEnd = (): void => {
      if (lanes.get(topic) === lane) lanes.delete(topic);
    };
    const lane = new Lane(
      broker,
      topic,
      source,
      onEnd,
      statements && ((producer) => statements.repeat(topic, producer)),
    );
    lanes.set(topic, lane);
    return lane;
  };

  // What an earlier process left unconfirmed. Where that fails, the next event for the topic tries again.
  for (const topic of options.statements?.pendingTopics() ?? []) {
    laneOf(topic)
      .opened()
      .catch(() => undefined);
  }

  return {
    publish: async (channel, stated) => {
      if (closed) throw new BrokerError('broker-closed', 'the publisher was closed');
      const id = stated.id ?? options.newId();
      const partition = partitionOf(stated.partitionkey ?? stated.subject ?? id, partitions);
      const draft = complete(stated, id, options.now());
      // Checked before it takes a sequence or opens a topic.
      const checked = { source: options.source, ...draft };
      checkEvent(checked, channel, options.registered);
      const topic = partitionTopic(channelTopic(tenant, channel), partition);
      const known = stated.source === undefined ? statements?.known(id, laneOf) : undefined;
      if (known) return { ...checked, ...(await known) };
      const lane = laneOf(topic);
      const event = stated.source === undefined ? numbered(checked, lane) : checked;
      const encoded = encodeEvent(event, options.codec);
      checkEventSize(event, encoded.payload.length);
      const { source, sequence, time } = event;
      if (statements && sequence !== undefined) {
        await statements.state(lane, { id, topic, source, sequence, time, message: encoded });
      } else await lane.send(encoded);
      return event;
    },
    close: async () => {
      closed = true;
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}

function complete(stated: NewEvent, id: string, nowMs: number): Record<string, unknown> {
  const { subject, partitionkey = subject } = stated;
  const attributes = Object.entries(keepForeignSequence({ ...stated })).filter(([, value]) => value !== undefined);
  return {
    specversion: '1.0',
    datacontenttype: 'application/json',
    ...Object.fromEntries(attributes),
    id,
    time: stated.time === undefined ? new Date(nowMs).toISOString() : normaliseTime(stated.time),
    ...(partitionkey === undefined ? {} : { partitionkey }),
  };
}

function numbered(event: Event, lane: Lane): Event {
  return { ...event, source: lane.source, sequence: formatSequence(lane.nextSequence()) };
}
