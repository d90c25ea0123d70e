import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import type { EventError } from '../../../channels/event-errors.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { MAX_EVENT_BYTES } from '../../../channels/validate.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker, Message } from '../../../runtime/broker/port.ts';
import type { Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { faulty, type FaultyBroker } from './faulty-broker.ts';
import { NOW_MS, received, stored, testPublisher } from './scene.ts';

const PARTITIONS = 3;
const ANA = 'c-0123456789abcdef0123456789abcdef';

describe('a publisher', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: FaultyBroker;
  let tenant: TenantName;
  let publisher: Publisher;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = faulty(await createEmbeddedBroker({ folder: folder.path }));
    tenant = await createTenant(broker.admin, 'acme', PARTITIONS);
    publisher = testPublisher(broker, tenant, PARTITIONS);
  });

  afterEach(async () => {
    await publisher.close();
    await broker.close();
    folder.remove();
  });

  const messages = (key: string): Promise<readonly Message[]> =>
    stored(broker, partitionTopic(channelTopic(tenant, 'messaging'), partitionOf(key, PARTITIONS)));
  const events = async (key: string): Promise<readonly Event[]> =>
    (await messages(key)).map(({ payload }) => decodeEvent(payload));

  it('completes an event and stores it on the partition of its contact', async () => {
    const published = await publisher.publish('messaging', received(ANA, 'hello'));
    expect(published).to.deep.equal({
      specversion: '1.0',
      id: 'n1',
      source: `/test/${NOW_MS}-n2`,
      type: 'message.received',
      time: '2026-03-06T14:00:00.000Z',
      datacontenttype: 'application/json',
      subject: ANA,
      partitionkey: ANA,
      sequence: '0000000000000000',
      data: { connector: 'sms', from: 'tel:+12125550123', text: 'hello' },
    });
    expect(await events(ANA)).to.deep.equal([published]);
    const [message] = await messages(ANA);
    expect(message?.key).to.equal(ANA);
    expect(message?.properties).to.include({ ce_type: 'message.received', ce_sequence: '0000000000000000' });
  });

  it('keeps the order of the calls, also of those that came before the topic was open', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `m${index}`);
    const sent = texts.slice(0, 100).map((text) => publisher.publish('messaging', received(ANA, text)));
    await sent[0];
    sent.push(...texts.slice(100).map((text) => publisher.publish('messaging', received(ANA, text))));
    await Promise.all(sent);
    const found = await events(ANA);
    expect(found.map(({ data }) => (data as { readonly text: string }).text)).to.deep.equal(texts);
    const sequences = found.map(({ sequence }) => sequence);
    expect(sequences).to.deep.equal([...sequences].sort());
    expect(new Set(found.map(({ source }) => source)).size).to.equal(1);
  });

  it('refuses an event that is too large also while the broker can not be reached', async () => {
    const away: Broker = {
      ...broker,
      createProducer: () => Promise.reject(new BrokerError('broker-unreachable', 'the broker is away')),
    };
    const publishing = testPublisher(away, tenant, PARTITIONS);
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const large = publishing.publish('messaging', received(ANA, 'x'.repeat(MAX_EVENT_BYTES)));
      const error: unknown = await large.catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'event-too-large');
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled, 'it would end the process').to.deep.equal([]);
    await publishing.close();
  });

  it('gives what waited for a send that failed, and only that, the same failure', async () => {
    await publisher.publish('messaging', received(ANA, 'before'));
    broker.failNextSend();
    const outcomes = await Promise.allSettled(
      ['lost', 'behind it'].map((text) => publisher.publish('messaging', received(ANA, text))),
    );
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && (outcome.reason as BrokerError).code).to.equal('broker-disconnected');
    }
    expect(await events(ANA)).to.have.length(1);
  });

  it('goes on after a failed send under another source, whose sequences hide nothing', async () => {
    const before = await publisher.publish('messaging', received(ANA, 'before'));
    broker.failNextSend();
    await publisher.publish('messaging', received(ANA, 'lost')).catch(() => undefined);
    const after = await publisher.publish('messaging', received(ANA, 'after'));
    expect(after.source).not.to.equal(before.source);
    expect(after.sequence).to.equal('0000000000000000');
    expect(await events(ANA)).to.deep.equal([before, after]);
  });

  it('refuses a malformed event, an unknown type and an oversized event, and stores nothing of them', async () => {
    const refusals = await Promise.allSettled([
      publisher.publish('messaging', { ...received(ANA, ''), data: { text: 7 } }),
      publisher.publish('messaging', { ...received(ANA, ''), type: 'message.lost' }),
      publisher.publish('messaging', received(ANA, 'x'.repeat(MAX_EVENT_BYTES))),
    ]);
    const codes = refusals.map((each) => each.status === 'rejected' && (each.reason as EventError).code);
    expect(codes).to.deep.equal(['event-malformed', 'event-type-unknown', 'event-too-large']);
    expect(await events(ANA)).to.deep.equal([]);
  });

  it("keeps a customer's own id, source and time, and moves its sequence out of the way", async () => {
    const theirs = {
      id: 'b-771',
      source: 'https://clinic.example/booking',
      type: 'com.clinic.appointment.booked',
      time: '2026-03-06T09:00:00-05:00',
      sequence: '7',
      data: { id: 'a1' },
    };
    const published = await publisher.publish('external', theirs);
    expect(published).to.include({
      id: 'b-771',
      source: 'https://clinic.example/booking',
      time: '2026-03-06T14:00:00.000Z',
      originsequence: '7',
    });
    expect(published).not.to.have.property('sequence');
    const topic = partitionTopic(channelTopic(tenant, 'external'), partitionOf('b-771', PARTITIONS));
    expect((await stored(broker, topic)).map(({ key }) => key)).to.deep.equal(['b-771']);
  });

  it('takes nothing more once it is closed', async () => {
    await publisher.close();
    const refusal = await publisher.publish('messaging', received(ANA, 'late')).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(BrokerError).with.property('code', 'broker-closed');
  });
});
