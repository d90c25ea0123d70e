import type { Broker, Consumer } from '../../../runtime/broker/port.ts';
import type { RemoteAdmin } from '../../../runtime/broker/remote/remote-admin.ts';

/** The administration of a remote broker, over a broker in this process; closing it closes that broker. */
export function standInAdmin(broker: Broker): RemoteAdmin {
  const { admin } = broker;
  const deleting = new Set<string>();
  const withConsumer = async (
    topic: string,
    subscription: string,
    act: (consumer: Consumer) => Promise<void>,
  ): Promise<void> => {
    const consumer = await broker.subscribe({ topic, subscription, type: 'Exclusive' });
    await act(consumer);
    await consumer.close();
  };
  return {
    createTenant: (tenant) => admin.createTenant(tenant),
    tenants: () => admin.tenants(),
    createNamespace: (tenant, namespace, retention) => admin.createNamespace(tenant, namespace, retention),
    createPartitionedTopic: (topic, partitions) => admin.createPartitionedTopic(topic, partitions),
    growPartitionedTopic: (topic, partitions) => admin.growPartitionedTopic(topic, partitions),
    partitions: (topic) => admin.partitions(topic),
    grantPermission: (tenant, namespace, role) => admin.grantPermission(tenant, namespace, role),
    lastMessageId: (topic) => admin.lastMessageId(topic),
    holdsSince: (topic, timeMs) => admin.holdsSince(topic, timeMs),
    createSubscription: (topic, subscription, position) => admin.createSubscription(topic, subscription, position),
    stats: (topic) => admin.stats(topic),
    compact: (topic) => admin.compact(topic),
    ping: () => admin.ping(),
    resetCursor: (topic, subscription, to) => withConsumer(topic, subscription, (consumer) => consumer.seek(to)),
    acknowledgeUpTo: (topic, subscription, id) =>
      withConsumer(topic, subscription, (consumer) => consumer.acknowledgeCumulative(id)),
    deleteSubscription: async (topic, subscription) => {
      const name = `${topic} ${subscription}`;
      // As the broker does: of two at a time one is never answered.
      if (deleting.has(name)) await new Promise(() => undefined);
      deleting.add(name);
      await withConsumer(topic, subscription, (consumer) => consumer.unsubscribe());
      deleting.delete(name);
    },
    abandonedSubscriptions: () => Promise.resolve([]),
    close: () => broker.close(),
  };
}
