import { expect } from 'chai';
import { USUAL_PER_SECOND } from '../../../dsl/limits.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import type { Broadcasts } from '../../../runtime/broadcasts/broadcasts.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { ContactLists } from '../../../runtime/lists/lists.ts';
import { MAX_LATE_MS } from '../../../runtime/schedules/limits.ts';
import { broadcastNameOf, schedulesOf, type Occurrence } from '../../../runtime/schedules/occurrences.ts';
import { sendOccurrence } from '../../../runtime/schedules/send-occurrence.ts';
import { until } from '../../connectors/until.ts';
import { csv, peopleOf, Scene } from '../broadcasts/scene.ts';
import { scheduled } from './schedule.ts';

describe('a schedule that comes due', () => {
  let scene: Scene;
  let broadcasts: Broadcasts;
  let lists: ContactLists;

  beforeEach(open);
  afterEach(async () => {
    await broadcasts.stop();
    await scene.close();
  });

  async function open(): Promise<void> {
    scene = await Scene.open({ started: scheduled() });
    broadcasts = await scene.broadcasts();
    const machines = machinesOf([scene.machine]);
    lists = new ContactLists({ database: scene.database, machines: () => machines, clock: systemClock });
  }

  function occurrence(lateMs = 0): Occurrence {
    const [schedule] = schedulesOf([scene.machine]);
    if (!schedule) throw new Error('there is no schedule');
    return { ...schedule, dueMs: Date.now() - lateMs };
  }

  function send(due: Occurrence): Promise<void> {
    return sendOccurrence({ broadcasts, lists, clock: systemClock, log: { warn: () => undefined } }, due);
  }

  const ended = (name: string): Promise<unknown> =>
    until(`the end of ${name}`, () => broadcasts.get(name).endedAt !== undefined);

  const dataOf = async (type: string): Promise<readonly unknown[]> =>
    until(`${type} on the channel`, async () => {
      const found = (await scene.events({ once: true })).filter((event) => event.type === type);
      return found.length > 0 && found.map(({ data }) => data);
    });

  async function missedBecause(due: Occurrence): Promise<string> {
    await send(due);
    expect(broadcasts.get(broadcastNameOf(due))).to.deep.include({ state: 'missed', audience: 'members' });
    const [data] = (await dataOf('broadcast.missed')) as readonly { reason: string; due: string; list: string }[];
    expect(data).to.deep.include({ list: 'members', due: new Date(due.dueMs).toISOString() });
    expect(peopleOf(await scene.events())).to.deep.equal([]);
    return data?.reason ?? '';
  }

  it('targets everybody in the list as it is then, for that start', async () => {
    await lists.put({ name: 'members', csv: csv(10) });
    await lists.put({ name: 'members', csv: csv(3) });
    const due = occurrence();
    await send(due);
    await ended(broadcastNameOf(due));
    const targets = (await scene.events()).filter(({ type }) => type === 'broadcast.recipient-targeted');
    expect(targets.map(({ data }) => data)).to.deep.include({
      ...{ broadcast: broadcastNameOf(due), definition: 'renewals', machine: scene.machine.hash },
      ...{ connector: 'sms', to: 'tel:+12125551000', inputs: { place: 'place 0' } },
      schedule: { list: 'members', at: '09:00' },
    });
    expect(targets).to.have.lengthOf(3);
  });

  it('goes at the pace of the start, or of a broadcast that names none', async () => {
    await lists.put({ name: 'members', csv: csv(3) });
    const usual = occurrence();
    await send(usual);
    expect(broadcasts.get(broadcastNameOf(usual)).perSecond).to.equal(USUAL_PER_SECOND);
    const [slow] = schedulesOf([scheduled(['{ at: "10:00", list: members, per-second: 0.5 }'])]);
    if (!slow) throw new Error('there is no schedule');
    const due = { ...slow, dueMs: Date.now() };
    await send(due);
    expect(broadcasts.get(broadcastNameOf(due)).perSecond).to.equal(0.5);
  });

  it('is sent once, however often it is offered, over restarts and changes of the list', async () => {
    await lists.put({ name: 'members', csv: csv(40) });
    const due = occurrence();
    await send(due);
    await send(due);
    await broadcasts.stop();
    broadcasts = await scene.broadcasts();
    await lists.put({ name: 'members', csv: csv(50) });
    await send(due);
    await ended(broadcastNameOf(due));
    expect(peopleOf(await scene.events({ once: true }))).to.have.lengthOf(40);
    expect(broadcasts.list()).to.have.lengthOf(1);
    expect(broadcasts.stats).to.deep.equal({ begun: 0, missed: 0 });
  });

  it('is still sent a little late, and missed much later', async () => {
    await lists.put({ name: 'members', csv: csv(1) });
    const late = occurrence(MAX_LATE_MS - 60_000);
    await send(late);
    expect(broadcasts.get(broadcastNameOf(late)).state).to.be.oneOf(['running', 'completed']);
    await broadcasts.stop();
    await scene.close();
    await open();
    await lists.put({ name: 'members', csv: csv(1) });
    expect(await missedBecause(occurrence(MAX_LATE_MS + 60_000))).to.match(/^the platform came to it 1h1m.* too late$/);
  });

  it('is missed without its list', async () => {
    expect(await missedBecause(occurrence())).to.equal(
      'there is no list "members": put it with `parlance lists put members FILE`',
    );
    expect(broadcasts.stats).to.deep.equal({ begun: 0, missed: 1 });
  });

  it('is not stated as missed again without its list, until the list or the definition has changed', async () => {
    const WEEK_MS = 7 * 86_400_000;
    const [first, second, third, fourth, fifth] = [4, 3, 2, 1, 0].map((weeks) => occurrence(weeks * WEEK_MS));
    if (!first || !second || !third || !fourth || !fifth) throw new Error('there are five');
    await send(first);
    await send(second);
    expect(broadcasts.stats.missed).to.equal(1);
    await lists.put({ name: 'members', csv: csv(1) });
    await send(third);
    await lists.delete('members');
    await send(fourth);
    await send(fifth);
    expect(broadcasts.stats.missed, 'the third came too late for its list').to.equal(3);
    const [changed] = schedulesOf([scheduled(undefined, { zone: 'Europe/Paris' })]);
    if (!changed) throw new Error('there is no schedule');
    await send({ ...changed, dueMs: Date.now() + WEEK_MS });
    expect(broadcasts.stats.missed).to.equal(4);
  });

  it('is missed where no line of the list gives the inputs', async () => {
    await lists.put({ name: 'members', csv: Buffer.from('phone\n+12125551000\n') });
    expect(await missedBecause(occurrence())).to.equal(
      'no line of the file can be used; line 2: input place is missing',
    );
  });
});
