import { expect } from 'chai';
import type { EventId, TenantName } from '../../../channels/brands.ts';
import { encodeEvent } from '../../../channels/encode.ts';
import { registeredSchemas } from '../../../channels/registered-schemas.ts';
import { channelTopic, deadLetterTopic, partitionTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Message, OutgoingMessage } from '../../../runtime/broker/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { createDeadLetters, redriveOf, type DeadLetters } from '../../../runtime/events/dead-letters.ts';
import type { Publisher } from '../../../runtime/events/publisher.ts';
import { subscribe, type SubscribeDependencies } from '../../../runtime/events/subscribe.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { faulty, type FaultyBroker } from './faulty-broker.ts';
import { NOW_MS, received, recordingLog, smuggle, stored, testPublisher, until } from './scene.ts';

const PARTITIONS = 2;
const ANA = 'c-0123456789abcdef0123456789abcdef';

describe('subscribe', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: FaultyBroker;
  let tenant: TenantName;
  let publisher: Publisher;
  let deadLetters: DeadLetters;
  let log: ReturnType<typeof recordingLog>;
  let dependencies: SubscribeDependencies;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = faulty(await createEmbeddedBroker({ folder: folder.path }));
    tenant = await createTenant(broker.admin, 'acme', PARTITIONS);
    publisher = testPublisher(broker, tenant, PARTITIONS);
    deadLetters = createDeadLetters(broker, tenant, publisher);
    log = recordingLog();
    dependencies = { broker, clock: systemClock, log, deadLetter: deadLetters.put };
  });

  afterEach(async () => {
    await deadLetters.close();
    await publisher.close();
    await broker.close();
    folder.remove();
  });

  const options = { channel: 'messaging', subscription: 'reader' } as const;

  async function backlog(): Promise<number> {
    const topics = [0, 1].map((partition) => partitionTopic(channelTopic(tenant, 'messaging'), partition));
    const stats = await Promise.all(topics.map((topic) => broker.admin.stats(topic)));
    return stats.reduce((sum, { backlog: { reader = 0 } }) => sum + reader, 0);
  }

  it('gives the wanted types from every partition, each in the order of its contact, and acknowledges them', async () => {
    const contacts = Array.from({ length: 10 }, (_, index) => `c-${index}`);
    const seen: string[] = [];
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, (event) => {
      seen.push(`${event.subject ?? ''} ${event.data.text}`);
      return Promise.resolve();
    });
    const texts = ['1', '2', '3'];
    for (const contact of contacts)
      for (const text of texts) void publisher.publish('messaging', received(contact, text));
    await until('thirty events', () => seen.length === 30);
    for (const contact of contacts) {
      expect(seen.filter((line) => line.startsWith(`${contact} `))).to.deep.equal(
        texts.map((text) => `${contact} ${text}`),
      );
    }
    await until('everything acknowledged', async () => (await backlog()) === 0);
    await subscription.close();
  });

  it('passes over other types by their properties alone: their bodies may be anything', async () => {
    const notJson: OutgoingMessage = {
      payload: Buffer.from([0xff, 0x00, 0x7b]),
      properties: { ce_type: 'message.sent' },
    };
    await smuggle(broker, tenant, 'messaging', notJson);
    await smuggle(broker, tenant, 'messaging', { payload: Buffer.from('no event at all') });
    await publisher.publish('messaging', received(ANA, 'hello'));
    const seen: string[] = [];
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, (event) => {
      seen.push(event.data.text);
      return Promise.resolve();
    });
    await until('the event behind them', () => seen.length === 1);
    await until('everything acknowledged', async () => (await backlog()) === 0);
    expect(await stored(broker, partitionTopic(deadLetterTopic(tenant), 0))).to.deep.equal([]);
    await subscription.close();
  });

  it('gives an event again when its handler rejects', async () => {
    await publisher.publish('messaging', received(ANA, 'hello'));
    const redeliveries: number[] = [];
    const subscription = await subscribe(
      dependencies,
      { ...options, tenant, types: ['message.received'] },
      (_event, message) => {
        redeliveries.push(message.redeliveryCount);
        return redeliveries.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    );
    await until('three deliveries', () => redeliveries.length === 3);
    expect(redeliveries).to.deep.equal([0, 1, 2]);
    await until('it is acknowledged', async () => (await backlog()) === 0);
    await subscription.close();
  });

  it('puts a wanted message that is no event aside, with everything needed to send it again', async () => {
    const broken = {
      payload: Buffer.from('{"id":'),
      key: ANA,
      properties: { ce_type: 'message.received', ce_id: 'x1' },
    };
    await smuggle(broker, tenant, 'messaging', broken);
    const seen: string[] = [];
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, (event) => {
      seen.push(event.data.text);
      return Promise.resolve();
    });
    const letters = (): Promise<readonly Message[]> => stored(broker, partitionTopic(deadLetterTopic(tenant), 0));
    await until('a dead letter', async () => (await letters()).length === 1);
    await until('it is acknowledged', async () => (await backlog()) === 0);

    const statements = await statementsOf('event.dead-lettered');
    const [letter] = await letters();
    expect(statements).to.have.length(1);
    expect(deadLetters.count, 'for the metric').to.equal(1);
    expect(statements[0]).to.deep.include({
      topic: partitionTopic(channelTopic(tenant, 'messaging'), 0),
      subscription: 'reader',
      code: 'event-undecodable',
      type: 'message.received',
      event: 'x1',
      deadLetter: letter?.id,
    });
    expect(letter && redriveOf(letter)).to.deep.equal({
      topic: partitionTopic(channelTopic(tenant, 'messaging'), 0),
      message: { ...broken, properties: { ...broken.properties, redriven_for: 'reader' } },
    });

    await publisher.publish('messaging', received(ANA, 'next'));
    await until('the event behind it', () => seen.length === 1);
    await subscription.close();
  });

  it('passes over what is too large to be put aside, and states where it still is', async () => {
    // With its origin added it is over what the broker takes.
    const broken = { payload: Buffer.alloc(5 * 1024 * 1024 - 30, '{'), properties: { ce_type: 'message.received' } };
    await smuggle(broker, tenant, 'messaging', broken);
    const seen: string[] = [];
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, (event) => {
      seen.push(event.data.text);
      return Promise.resolve();
    });
    await publisher.publish('messaging', received(ANA, 'next'));
    await until('the event behind it', () => seen.length === 1);
    await until('it is acknowledged', async () => (await backlog()) === 0);
    const [statement] = await statementsOf('event.dead-lettered');
    expect(statement).to.include({
      topic: partitionTopic(channelTopic(tenant, 'messaging'), 0),
      subscription: 'reader',
    });
    expect(statement).not.to.have.property('deadLetter');
    expect(deadLetters.count, 'for the metric').to.equal(1);
    await subscription.close();
  });

  it('passes over what was redriven for another', async () => {
    const seen: string[] = [];
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, (event) => {
      seen.push(event.data.text);
      return Promise.resolve();
    });
    for (const [name, text] of [
      ['another', 'theirs'],
      ['reader', 'ours'],
    ] as const) {
      const { payload, key, properties } = encodeEvent({
        ...{ specversion: '1.0', id: text as EventId, source: '/s', type: 'message.received', subject: ANA },
        ...{ time: new Date(NOW_MS).toISOString(), partitionkey: ANA, data: received(ANA, text).data },
      });
      await smuggle(broker, tenant, 'messaging', { payload, key, properties: { ...properties, redriven_for: name } });
    }
    await until('ours', () => seen.length > 0);
    expect(seen).to.eql(['ours']);
    await subscription.close();
  });

  it("puts aside a customer's event that came past the edge and does not fit the schema of its type", async () => {
    const type = 'com.clinic.closed';
    const registered = registeredSchemas({ [type]: { type: 'object', required: ['day'] } });
    const external = { type, source: '/clinic', partitionkey: ANA } as const;
    await publisher.publish('external', { ...external, id: 'e1', data: {} });
    await publisher.publish('external', { ...external, id: 'e2', data: { day: 'Monday' } });
    const seen: string[] = [];
    const subscription = await subscribe(
      dependencies,
      { tenant, channel: 'external', subscription: 'reader', types: [type], registered },
      ({ id }) => {
        seen.push(id);
        return Promise.resolve();
      },
    );
    await until('the event that fits', () => seen.length > 0);
    expect(seen).to.deep.equal(['e2']);
    const [statement] = await statementsOf('event.dead-lettered');
    expect(statement).to.include({ code: 'event-malformed', event: 'e1', type });
    await subscription.close();
  });

  async function statementsOf(type: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (const { payload, properties } of await stored(
        broker,
        partitionTopic(channelTopic(tenant, 'operations'), partition),
      )) {
        if (properties['ce_type'] === type) found.push((JSON.parse(payload.toString()) as { data: unknown }).data);
      }
    }
    return found;
  }

  it('keeps a message that could not be put aside, and tries again', async () => {
    await smuggle(broker, tenant, 'messaging', {
      payload: Buffer.from('?'),
      properties: { ce_type: 'message.received' },
    });
    broker.failNextSend();
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, () =>
      Promise.resolve(),
    );
    await until('it is acknowledged', async () => (await backlog()) === 0);
    expect(await stored(broker, partitionTopic(deadLetterTopic(tenant), 0))).to.have.length(1);
    await subscription.close();
  });

  it('lets a handler under way finish before it closes, and goes on behind it the next time', async () => {
    await publisher.publish('messaging', received(ANA, 'first'));
    await publisher.publish('messaging', received(ANA, 'second'));
    const seen: string[] = [];
    let release = (): void => undefined;
    const open = (hold: Promise<void>): ReturnType<typeof subscribe> =>
      subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, async (event) => {
        seen.push(`${event.data.text} began`);
        await hold;
        seen.push(`${event.data.text} ended`);
      });
    const first = await open(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    await until('the first handler is called', () => seen.length === 1);
    const closing = first.close();
    release();
    await closing;
    expect(seen).to.deep.equal(['first began', 'first ended']);
    const second = await open(Promise.resolve());
    await until('the second event', () => seen.length === 4);
    expect(seen.slice(2)).to.deep.equal(['second began', 'second ended']);
    await second.close();
  });

  it('waits for a broker that went away, says so once, and loses nothing', async () => {
    const seen: string[] = [];
    const subscription = await subscribe(
      dependencies,
      { ...options, tenant, types: ['message.received'], partitions: [0] },
      (event) => {
        seen.push(event.data.text);
        return Promise.resolve();
      },
    );
    await broker.breakOff();
    const contact = 'c-1';
    await publisher.publish('messaging', received(contact, 'meanwhile'));
    await until('several attempts', () => broker.attempts >= 2);
    broker.restore();
    await until('what was published meanwhile', () => seen.length === 1);
    expect(log.lines.map(({ message }) => message)).to.deep.equal([
      'the subscription broke off, trying to reach the broker again',
      'the subscription goes on',
    ]);
    await subscription.close();
  });

  it('closes at once while it waits for the broker', async () => {
    const subscription = await subscribe(dependencies, { ...options, tenant, types: ['message.received'] }, () =>
      Promise.resolve(),
    );
    await broker.breakOff();
    await until('an attempt', () => broker.attempts >= 1);
    await subscription.close();
  });

  it('refuses a tenant that is not there', async () => {
    const refusal: unknown = await subscribe(
      dependencies,
      { ...options, tenant: 'nobody' as TenantName, types: ['message.received'] },
      () => Promise.resolve(),
    ).catch((error: unknown) => error);
    expect(refusal).to.have.property('code', 'tenant-unknown');
  });
});
