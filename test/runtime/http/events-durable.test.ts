import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { adminClient } from '../../../runtime/http/admin-client.ts';
import { createAdminServer } from '../../../runtime/http/admin.ts';
import { tenantAdmin } from '../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../runtime/log.ts';
import { ACME, BOOKED, EVENTS, openEdge, structured, type Edge } from './edge.ts';

const PARTITIONS = 3;
const TOPIC = channelTopic(ACME, 'external');

describe('POST external events on the embedded broker', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-durable-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function openOn(broker: Broker): Promise<{ edge: Edge; publisher: Publisher }> {
    let ids = 0;
    const publisher = createPublisher(broker, ACME, PARTITIONS, {
      source: '/edge',
      now: Date.now,
      newId: () => `id-${(ids++).toString()}`,
    });
    const publishExternal = async (_tenant: unknown, events: readonly Event[]): Promise<void> => {
      await Promise.all(events.map((event) => publisher.publish('external', event)));
    };
    const edge = await openEdge({
      publisher: { publishExternal },
      readiness: [{ name: 'broker', check: () => broker.admin.ping() }],
    });
    return { edge, publisher };
  }

  /** Everything stored in one partition. */
  async function stored(broker: Broker, partition: number): Promise<readonly Event[]> {
    const topic = partitionTopic(TOPIC, partition);
    const last = await broker.admin.lastMessageId(topic);
    const events: Event[] = [];
    if (last === undefined) return events;
    const reader = await broker.createReader({ topic, from: 'Earliest' });
    for (;;) {
      const message = await reader.next();
      events.push(decodeEvent(message.payload));
      if (message.id === last) return events;
    }
  }

  it('has every accepted event on disk, in the partition of its id, after the broker was closed and opened', async () => {
    const broker = await createEmbeddedBroker({ folder });
    await createTenant(broker.admin, ACME, PARTITIONS);
    const { edge, publisher } = await openOn(broker);
    expect((await edge.send('/readyz')).status).to.equal(200);
    const batch = Array.from({ length: 20 }, (_, index) => ({ ...BOOKED, id: `b-${index.toString()}` }));
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const answer = await edge.send(EVENTS, { method: 'POST', headers, body: JSON.stringify(batch) });
    expect(answer.status, answer.text).to.equal(202);
    await publisher.close();
    await broker.close();
    const late = await edge.send(EVENTS, structured());
    expect([late.status, late.problem().code]).to.deep.equal([503, 'unavailable']);
    await edge.close();

    const again = await createEmbeddedBroker({ folder });
    const found: string[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (const event of await stored(again, partition)) {
        expect(partitionOf(event.id, PARTITIONS), event.id).to.equal(partition);
        expect(event.source).to.equal(BOOKED.source);
        expect(event).not.to.have.property('sequence');
        found.push(event.id);
      }
    }
    await again.close();
    expect(found).to.have.members(batch.map(({ id }) => id));
  });

  it('creates tenants through the admin socket of the process that holds the folder', async () => {
    const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
    const taken: string[] = [];
    const tenants = tenantAdmin(broker, {
      growthFolder: join(folder, 'growth'),
      created: (tenant) => {
        taken.push(tenant);
      },
    });
    const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
    const server = createAdminServer(tenants, log);
    await server.listen(folder);
    const client = adminClient(folder);
    try {
      expect(await client.create('acme', 2)).to.deep.equal({ name: 'acme', partitions: 2 });
      expect(await client.create('acme', 2), 'again').to.deep.equal({ name: 'acme', partitions: 2 });
      const refused: unknown = await client.create('acme', 3).catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'partitions-differ');
      const invalid: unknown = await client.create('Acme', 3).catch((error: unknown) => error);
      expect(invalid).to.have.property('code', 'tenant-invalid');
      expect(await client.list()).to.deep.equal([{ name: 'acme', partitions: 2 }]);
      expect(taken).to.deep.equal(['acme', 'acme']);
    } finally {
      await client.close();
      await server.close(0);
      await broker.close();
    }
  });
});
