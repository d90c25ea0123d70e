import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import { parseSequence, type Event } from '../../../channels/event.ts';
import { channelTopic, partitionTopic, type ChannelName } from '../../../channels/topics.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';
import { stored } from '../events/scene.ts';

/** The data of a channel's events of one type, by time; repetitions dropped as every consumer drops them. */
export async function eventsOf<Data>(
  broker: Broker,
  tenant: TenantName,
  channel: ChannelName,
  type: string,
): Promise<Data[]> {
  const events: Event[] = [];
  const topic = channelTopic(tenant, channel);
  for (let partition = 0; partition < (await broker.admin.partitions(topic)); partition++) {
    const marks = new SourceMarks();
    for (const { payload } of await stored(broker, partitionTopic(topic, partition))) {
      const event = decodeEvent(payload);
      if (marks.accept(event.source, parseSequence(event.sequence ?? '')) && event.type === type) events.push(event);
    }
  }
  return events.toSorted((one, other) => one.time.localeCompare(other.time)).map(({ data }) => data as Data);
}
