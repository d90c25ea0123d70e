import { expect } from 'chai';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { StatementTable } from '../../../runtime/connectors/statement-table.ts';
import type { NewEvent, Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { faulty, type FaultyBroker } from './faulty-broker.ts';
import { received, stored, testPublisher, until } from './scene.ts';

const PARTITIONS = 2;
const ANA = 'c-0123456789abcdef0123456789abcdef';
const DAY_MS = 24 * 60 * 60 * 1000;

describe('a publisher that keeps its statements', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: FaultyBroker;
  let tenant: TenantName;
  let table: StatementTable;
  let publisher: Publisher;
  let nowMs: number;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = faulty(await createEmbeddedBroker({ folder: join(folder.path, 'broker') }));
    tenant = await createTenant(broker.admin, 'acme', PARTITIONS);
    nowMs = 0;
    open();
  });

  afterEach(async () => {
    await close();
    await broker.close();
    folder.remove();
  });

  const open = (): void => {
    table = new StatementTable(folder.path, () => nowMs);
    publisher = testPublisher(broker, tenant, PARTITIONS, table.logOf('webchat'));
  };
  const close = async (): Promise<void> => {
    await publisher.close();
    await table.close();
  };

  const statement = (id: string): NewEvent => ({ ...received(ANA, `text of ${id}`), id });
  const publish = (...ids: readonly string[]): Promise<PromiseSettledResult<Event>[]> =>
    Promise.allSettled(ids.map((id) => publisher.publish('messaging', statement(id))));
  const events = async (): Promise<readonly Event[]> => {
    const topic = partitionTopic(channelTopic(tenant, 'messaging'), partitionOf(ANA, PARTITIONS));
    return (await stored(broker, topic)).map(({ payload }) => decodeEvent(payload));
  };
  /** What is left for whoever keeps the last sequence of each source, as every consumer of ours does. */
  const taken = async (): Promise<readonly Event[]> => {
    const marks = new Map<string, string>();
    return (await events()).filter(({ source, sequence = '' }) => {
      const isNew = sequence > (marks.get(source) ?? '');
      if (isNew) marks.set(source, sequence);
      return isNew;
    });
  };
  const outcomes = (settled: readonly PromiseSettledResult<Event>[]): readonly string[] =>
    settled.map(({ status }) => status);

  it('states an event once that is published again under its id, also after a restart', async () => {
    const [first] = await publish('a');
    const [second] = await publish('a');
    await close();
    open();
    const [third] = await publish('a');
    expect(second).to.deep.equal(first);
    expect(third).to.deep.equal(first);
    expect(await events()).to.have.length(1);
  });

  it('joins an event that is under way', async () => {
    const [first, second] = await publish('a', 'a');
    expect(second).to.deep.equal(first);
    expect(await events()).to.have.length(1);
  });

  it('repeats what it does not know to be stored, as it was, before anything else', async () => {
    await publish('a');
    broker.loseNextConfirmation();
    expect(outcomes(await publish('b', 'c', 'd'))).to.deep.equal(['rejected', 'rejected', 'rejected']);
    const again = await publish('d', 'e');
    expect(outcomes(again)).to.deep.equal(['fulfilled', 'fulfilled']);
    const found = await events();
    expect(found.map(({ id }) => id)).to.deep.equal(['a', 'b', 'b', 'c', 'd', 'e']);
    expect(found[2], 'b as it was').to.deep.equal(found[1]);
    expect((await taken()).map(({ id }) => id)).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    expect(again[0]).to.deep.equal({ status: 'fulfilled', value: found[4] });
    const [, b] = found;
    expect(found[4]?.source, 'one run of sequences').to.equal(b?.source);
  });

  it('repeats after a restart by itself, and does not wait for the statement to be made again', async () => {
    broker.loseNextConfirmation();
    await publish('a', 'b');
    await close();
    open();
    await until('the repetition', async () => (await events()).length === 3);
    expect((await taken()).map(({ id }) => id)).to.deep.equal(['a', 'b']);
    await publish('b', 'a');
    expect(await events()).to.have.length(3);
  });

  it('takes up what was certainly not stored, in its order', async () => {
    broker.failNextSend();
    expect(outcomes(await publish('a'))).to.deep.equal(['rejected']);
    broker.failNextSend();
    expect(outcomes(await publish('a'))).to.deep.equal(['rejected']);
    expect(outcomes(await publish('a', 'b'))).to.deep.equal(['fulfilled', 'fulfilled']);
    expect((await events()).map(({ id }) => id)).to.deep.equal(['a', 'b']);
  });

  it('forgets while it runs too, a day after it began, as others are stated', async () => {
    const log = table.logOf('sms');
    const add = async (name: string): Promise<void> => {
      for (let n = 0; n < 20; n++) {
        const id = `${name}-${n}`;
        const place = { topic: 'persistent://acme/messaging/events-partition-0', source: '/x', sequence: String(n) };
        const statement = { ...place, id, time: '', message: { key: '', properties: {}, payload: Buffer.from('') } };
        await log.add(statement);
        if (id !== 'first-0') log.confirm(statement);
      }
    };
    const known = (name: string): number =>
      Array.from({ length: 20 }, (_, n) => log.find(`${name}-${n}`)).filter((stated) => stated !== undefined).length;
    await add('first');
    nowMs = DAY_MS;
    await add('second');
    expect([known('first'), known('second')]).to.deep.equal([20, 20]);
    nowMs = DAY_MS + 1;
    await add('third');
    expect([known('first'), known('second'), known('third')]).to.deep.equal([1, 20, 20]);
    expect(log.find('first-0'), 'nobody confirmed it').to.include({ isConfirmed: false });
  });

  it('forgets nothing of before a restart within a day of it: what was interrupted is still to be repeated', async () => {
    await publish('old');
    await close();
    nowMs = 10 * DAY_MS;
    open();
    for (let n = 0; n < 20; n++) await publish(`new ${n}`);
    expect(table.logOf('webchat').find('old')).to.include({ isConfirmed: true });
  });

  it('forgets what is a day older than the newest, and nothing that is pending', async () => {
    await publish('old');
    broker.loseNextConfirmation();
    await publish('lost');
    nowMs = 2 * DAY_MS;
    await table.forgetOld();
    const log = table.logOf('webchat');
    expect(log.find('old'), 'nothing newer was stated').to.include({ isConfirmed: true });
    await table.logOf('sms').add({
      ...{ id: 'new', topic: 'persistent://acme/messaging/events-partition-0', source: '/x', sequence: '0', time: '' },
      message: { key: '', properties: {}, payload: Buffer.from('') },
    });
    await table.forgetOld();
    expect(log.find('old')).to.equal(undefined);
    expect(log.find('lost')).to.include({ isConfirmed: false });
  });
});
