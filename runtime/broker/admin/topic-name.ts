import { BrokerError } from '../errors.ts';

/** `persistent://acme/messaging/events-partition-3` in its parts. */
export interface TopicName {
  readonly tenant: string;
  readonly namespace: string;
  readonly local: string;
  /** -1 where the topic is no partition of another. */
  readonly partition: number;
}

export function parseTopicName(topic: string): TopicName {
  const match = /^persistent:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(topic);
  const [, tenant, namespace, local] = match ?? [];
  if (tenant === undefined || namespace === undefined || local === undefined) {
    throw new BrokerError(
      'broker-refused',
      `"${topic}" is no topic name: expected persistent://TENANT/NAMESPACE/TOPIC`,
    );
  }
  return { tenant, namespace, local, partition: Number(/-partition-(\d+)$/.exec(local)?.[1] ?? -1) };
}

/** As the REST and WebSocket APIs spell it in a path: `persistent/acme/messaging/events-partition-3`. */
export function topicPath(topic: string): string {
  const { tenant, namespace, local } = parseTopicName(topic);
  return ['persistent', tenant, namespace, local].map(encodeURIComponent).join('/');
}
