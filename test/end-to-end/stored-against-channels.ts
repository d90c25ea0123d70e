import { expect } from 'chai';
import { CHANNELS, channelTopic, partitionTopic } from '../../channels/topics.ts';
import type { TenantName } from '../../channels/brands.ts';
import { decodeEvent } from '../../channels/encode.ts';
import { parseSequence } from '../../channels/event.ts';
import type { MessageId } from '../../runtime/broker/message-id.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { SourceMarks } from '../../runtime/engine/source-marks.ts';

export interface ChannelContents {
  /** `channel source id` of every event, repetitions dropped as every consumer drops them. */
  readonly events: ReadonlySet<string>;
  /** Messages beyond these: outputs published again after a crash. */
  readonly repetitions: number;
}

/** Everything that the tenant's channels hold. */
export async function channelContents(broker: Broker, tenant: TenantName): Promise<ChannelContents> {
  const events = new Set<string>();
  let repetitions = 0;
  for (const channel of CHANNELS) {
    const partitions = await broker.admin.partitions(channelTopic(tenant, channel));
    for (let partition = 0; partition < partitions; partition++) {
      const topic = partitionTopic(channelTopic(tenant, channel), partition);
      const marks = new SourceMarks();
      const last = await broker.admin.lastMessageId(topic);
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      for (let position: MessageId | undefined; position !== last;) {
        const message = await reader.next();
        position = message.id;
        const event = decodeEvent(message.payload);
        if (marks.accept(event.source, parseSequence(event.sequence ?? '')))
          events.add(`${channel} ${event.source} ${event.id}`);
        else repetitions += 1;
      }
      await reader.close();
    }
  }
  return { events, repetitions };
}

/** `keys`: `channel source id` of every stored row. */
export async function expectEqualToChannels(
  keys: readonly string[],
  broker: Broker,
  tenant: TenantName,
): Promise<void> {
  const { events } = await channelContents(broker, tenant);
  const known = new Set(keys);
  expect(keys.length, 'rows in the store').to.equal(known.size);
  expect(
    keys.filter((key) => !events.has(key)),
    'in the store only',
  ).to.eql([]);
  expect(
    [...events].filter((key) => !known.has(key)),
    'on the channels only',
  ).to.eql([]);
}
