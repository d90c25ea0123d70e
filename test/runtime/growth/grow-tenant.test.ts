import { expect } from 'chai';
import {
  channelTopic,
  CHANNELS,
  engineTopic,
  ENGINE_TOPICS,
  partitionTopic,
  SINGLE_PARTITION_TOPICS,
} from '../../../channels/topics.ts';
import { subscriptionsOf } from '../../../runtime/events/tenant-subscriptions.ts';
import { tenantPartitions } from '../../../runtime/events/tenant.ts';
import type { GrowthPoint } from '../../../runtime/growth/grow-tenant.ts';
import { until } from '../events/scene.ts';
import { eventsOf } from './events-of.ts';
import { AFTER, BEFORE, GrowthScene, TENANT } from './scene.ts';

const PEOPLE = Array.from({ length: 12 }, (_, index) => `p${index}`);
const ANSWERING = PEOPLE.slice(0, 5);
const PAUSING = PEOPLE.slice(5, 8);
const LISTENING = PEOPLE.slice(8);

/** Every moment of a growth, as the order of its steps has it. */
const POINTS: readonly GrowthPoint[] = [
  ...([
    'draining',
    'drained',
    'moving',
    'topics',
    'arrived',
    'left',
    'moved',
    'verified',
    'counted',
    'stated',
  ] as const),
];

describe('growing a tenant', function () {
  this.timeout(60_000);
  let scene: GrowthScene;

  const code = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => (error as { readonly code?: unknown }).code ?? (error as Error).message,
    );

  /** Somebody waits in each of three ways. */
  beforeEach(async () => {
    scene = await GrowthScene.open();
    for (const person of ANSWERING) await scene.writes(person, 'survey');
    for (const person of PAUSING) await scene.writes(person, 'pause');
    for (const person of LISTENING) await scene.writes(person, 'parcel');
    await until('everybody waits', async () => {
      const waiting = await eventsOf(scene.broker, TENANT, 'conversations', 'conversation.waiting');
      return waiting.length === PEOPLE.length;
    });
  });

  afterEach(() => scene.close());

  /** All go on as if nothing had happened, each once. */
  const expectAllGoOn = async (): Promise<void> => {
    for (const person of ANSWERING) await scene.writes(person, 'fine');
    for (const person of LISTENING) {
      await scene.publish('external', {
        ...{ type: 'com.shop.shipped', source: '/shop', id: `shipped-${person}` },
        data: { contact: `webchat:${person}` },
      });
    }
    scene.clock.advance(2 * 86_400_000 + 1_000);
    await until('every conversation has ended', async () => {
      const ended = await eventsOf(scene.broker, TENANT, 'conversations', 'conversation.completed');
      return ended.length >= PEOPLE.length;
    });
    for (const person of ANSWERING) {
      expect(await scene.heard(person)).to.deep.equal(['How are you?', 'You are fine.']);
    }
    for (const person of PAUSING) expect(await scene.heard(person)).to.deep.equal(['Here again.']);
    for (const person of LISTENING) expect(await scene.heard(person)).to.deep.equal(['Shipped.']);
    const ended = await eventsOf(scene.broker, TENANT, 'conversations', 'conversation.completed');
    expect(ended).to.have.length(PEOPLE.length);
  };

  const expectGrown = async (): Promise<void> => {
    expect(await tenantPartitions(scene.broker.admin, TENANT)).to.equal(AFTER);
    for (const topic of CHANNELS.map((channel) => channelTopic(TENANT, channel))) {
      expect(await scene.broker.admin.partitions(topic), topic).to.equal(AFTER);
    }
    for (const name of ENGINE_TOPICS) {
      const expected = SINGLE_PARTITION_TOPICS.has(name) ? 1 : AFTER;
      expect(await scene.broker.admin.partitions(engineTopic(TENANT, name)), name).to.equal(expected);
    }
    for (const { topic, subscription } of subscriptionsOf(TENANT, AFTER)) {
      expect((await scene.broker.admin.stats(topic)).backlog, topic).to.have.property(subscription);
    }
    const statements = await eventsOf(scene.broker, TENANT, 'operations', 'tenant.grown');
    expect(statements).to.deep.equal([{ tenant: TENANT, before: BEFORE, partitions: AFTER }]);
  };

  it('moves everybody to their partition, and all that waited goes on', async () => {
    const plan = await scene.plan();
    expect(plan.now.map(({ contacts }) => contacts).reduce((sum, count) => sum + count)).to.equal(PEOPLE.length);
    expect(plan.moving.contacts).to.be.greaterThan(0);
    expect(plan.moving.values).to.be.greaterThan(0);
    await scene.stopEngine();
    const growth = await scene.grow();
    expect(growth.moved).to.deep.include({ ...plan.moving });
    expect(growth.occupancy.map((one) => ({ ...one }))).to.deep.equal(plan.afterwards.map((one) => ({ ...one })));
    await expectGrown();
    await scene.startEngine();
    await expectAllGoOn();
    // No owner in between that seems to have died.
    expect(scene.warned).to.deep.equal([]);
  });

  it('leaves local copies of before usable, or sees that they are not', async () => {
    await scene.stopEngine();
    await scene.grow();
    await scene.startEngine({ onSameNode: true });
    await expectAllGoOn();
  });

  it('comes after all that was decided before, also where its clock is behind', async () => {
    await scene.stopEngine();
    const before = await scene.steps();
    scene.clock.advance(-3_600_000);
    await scene.grow();
    const moves = (await scene.steps()).slice(before.length).filter(({ input }) => input.type === 'moved-here');
    expect(moves).not.to.be.empty;
    for (const { contact, now } of moves) {
      expect(now).to.be.greaterThan(before.findLast((record) => record.contact === contact)?.now ?? Infinity);
    }
  });

  it('may be done again, to still more partitions', async () => {
    await scene.stopEngine();
    await scene.grow({ to: 3 });
    await scene.grow();
    await scene.startEngine();
    await expectAllGoOn();
  });

  for (const crashAt of POINTS) {
    it(`is completed by the next call where it broke off at "${crashAt}"`, async () => {
      await scene.stopEngine();
      expect(await code(scene.grow({ crashAt }))).to.equal(`killed at ${crashAt}`);
      await scene.grow();
      await expectGrown();
      await scene.startEngine();
      await expectAllGoOn();
    });
  }

  it('lets nobody step while it has broken off in the middle, whatever they know', async () => {
    await scene.stopEngine();
    await code(scene.grow({ crashAt: 'left' }));
    await scene.startEngine({ partitions: BEFORE });
    await until('the engine was refused', () => scene.warned.includes('partition not acquired: trying until it is'));
    expect(scene.stepping).to.equal(0);
    expect(await code(scene.grow({ to: AFTER + 1 }))).to.equal('growth-under-way');
    await scene.grow();
    await scene.stopEngine();
    await scene.startEngine();
    await expectAllGoOn();
  });

  it('lets no deadline pass while the tenant is held', async () => {
    scene.isHeld = true;
    scene.clock.advance(2 * 86_400_000 + 1_000);
    // Written states have their deadlines scheduled, so that something has to be in the way.
    await scene.writes('ana', 'survey');
    await until('ana is asked', async () => (await scene.heard('ana')).length > 0);
    for (const person of PAUSING) expect(await scene.heard(person)).to.deep.equal([]);
    await scene.stopEngine();
    await scene.grow();
    scene.isHeld = false;
    await scene.startEngine();
    for (const person of PAUSING) {
      await until(`${person} is told`, async () => (await scene.heard(person)).length > 0);
    }
  });

  it('passes on what somebody who has not heard of it puts where a contact was before', async () => {
    await scene.stopEngine();
    await scene.grow();
    await scene.startEngine();
    for (const person of ANSWERING) await scene.writes(person, 'well', BEFORE);
    for (const person of ANSWERING) {
      await until(`${person} is answered`, async () => (await scene.heard(person)).length > 1);
      expect(await scene.heard(person)).to.deep.equal(['How are you?', 'You are well.']);
    }
  });

  it('gives up, and changes nothing, where what is under way does not end', async () => {
    const topic = partitionTopic(channelTopic(TENANT, 'messaging'), 0);
    await scene.broker.admin.createSubscription(topic, 'connector-sms', 'Earliest');
    await scene.writes('ana', 'survey', 1);
    expect(await code(scene.grow())).to.equal('tenant-not-drained');
    expect(await tenantPartitions(scene.broker.admin, TENANT)).to.equal(BEFORE);
    expect(await scene.broker.admin.partitions(engineTopic(TENANT, 'journal'))).to.equal(BEFORE);
    await expectAllGoOn();
  });

  it('refuses to shrink, and an unknown tenant', async () => {
    expect(await code(scene.grow({ to: 1 }))).to.equal('growth-invalid');
    expect(await code(scene.plan(1))).to.equal('growth-invalid');
  });
});
