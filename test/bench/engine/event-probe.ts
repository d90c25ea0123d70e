import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { TenantName } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { EVENT_PROPERTIES } from '../../../channels/encode.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { addressOf } from '../load.ts';
import { ASKED } from './overload-definition.ts';

const MS_PER_SECOND = 1000;

/**
 * How long an event takes from its first request, through the edge, to what the platform says about it; refused ones
 * are sent again as `Retry-After` says.
 */
export async function probe(broker: Broker, tenant: TenantName, partitions: number, url: string): Promise<number> {
  const name = `probe-${performance.now().toString()}`;
  const key = contactKeyOf(addressOf(name));
  const topic = partitionTopic(channelTopic(tenant, 'messaging'), partitionOf(key, partitions));
  const reader = await broker.createReader({ topic, from: 'Latest' });
  try {
    const startedAt = performance.now();
    await untilAccepted(url, name);
    for (;;) {
      const { properties } = await reader.next();
      if (properties[EVENT_PROPERTIES.subject] === key) return performance.now() - startedAt;
    }
  } finally {
    await reader.close();
  }
}

async function untilAccepted(url: string, name: string): Promise<void> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const event = {
    specversion: '1.0',
    id: name,
    source: '/bench/probe',
    type: ASKED,
    data: { contact: addressOf(name) },
  };
  for (;;) {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, {
      ...{ method: 'POST', headers, body: JSON.stringify(event) },
    });
    const text = await body.text();
    if (statusCode === 202) return;
    if (statusCode !== 429 && statusCode !== 503)
      throw new Error(`the edge answered ${statusCode.toString()}: ${text}`);
    await sleep(Number(answered['retry-after'] ?? 1) * MS_PER_SECOND);
  }
}
