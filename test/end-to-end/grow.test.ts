import { expect } from 'chai';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TenantName } from '../../channels/brands.ts';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import { tenantsCommand, type OpenBroker } from '../../runtime/cli/commands/tenants.ts';
import type { Growth } from '../../runtime/growth/grow-tenant.ts';
import type { GrowthPlan } from '../../runtime/growth/plan.ts';
import { until } from '../connectors/until.ts';
import { runCommand } from '../runtime/cli/run-command.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { Person } from './person.ts';
import { PlatformProcess } from './platform-process.ts';
import { channelContents } from './stored-against-channels.ts';

const PEOPLE = 30;
const QUESTIONS = 8;
const PARTITIONS = 5;

const EXPECTED_READING = [...Array.from({ length: QUESTIONS }, (_, index) => `Question ${index + 1}?`), 'Done.'];

/** The folder is the platform's: it is spoken to through its socket. */
const openNone: OpenBroker = () => Promise.reject(new Error('the platform holds the folder'));

describe(`A tenant that grows to ${PARTITIONS} partitions while ${PEOPLE} people write`, function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const people: Person[] = [];
  let platform: PlatformProcess;
  let grown: { readonly plan: GrowthPlan; readonly growth: Growth };
  let answeredMeanwhile: Promise<number[]>;

  /** Statuses of the edge's answers to events, from now until the tenant is open again. */
  const knock = async (isOver: () => boolean): Promise<number[]> => {
    const statuses: number[] = [];
    for (let knocks = 0; !isOver(); knocks++) {
      const { status, headers } = await fetch(`${platform.url}/v1/tenants/demo/channels/external/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({
          specversion: '1.0',
          id: `knock-${knocks}`,
          source: '/test',
          type: 'com.example.knock',
          data: {},
        }),
      });
      if (status === 503) expect(headers.get('retry-after')).to.be.a('string');
      statuses.push(status);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return statuses;
  };

  before(async () => {
    const definitions = fileURLToPath(new URL('./definitions', import.meta.url));
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: { PARLANCE_CONVERSATIONS: definitions },
    });
    const pace = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));
    for (let count = 0; count < PEOPLE; count++) people.push(await Person.open(platform.url, pace));
    await Promise.all(
      people.map(({ session }, index) =>
        platform.event('com.example.begin', `begin-${index}`, { contact: session.address }),
      ),
    );
    await until('everybody to read two questions', () => people.every(({ read }) => read.length >= 2), 60_000);
    let done = false;
    answeredMeanwhile = knock(() => done);
    const words = ['tenants', 'grow', 'demo', '--partitions', PARTITIONS.toString(), '--json'];
    const data = join(folder.path, 'data');
    grown = JSON.parse(await runCommand([tenantsCommand(openNone)], [...words, '--data', data])) as typeof grown;
    await until('everybody to read the end', () => people.every(({ read }) => read.at(-1)?.text === 'Done.'), 90_000);
    done = true;
  });

  after(async () => {
    for (const person of people) person.leave();
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('tells what moved, and where everybody is', () => {
    const { plan, growth } = grown;
    expect(plan.now).to.have.length(2);
    expect(growth.occupancy).to.have.length(PARTITIONS);
    expect(growth.moved.contacts).to.be.greaterThan(0);
    const inAll = growth.occupancy.reduce((sum, { contacts }) => sum + contacts, 0);
    expect(inAll).to.equal(PEOPLE);
  });

  it('lets nothing in meanwhile, and everything again afterwards', async () => {
    const statuses = await answeredMeanwhile;
    expect(new Set(statuses)).to.deep.equal(new Set([202, 503]));
    expect(statuses.at(-1)).to.equal(202);
    expect(people.reduce((sum, { sentAgain }) => sum + sentAgain, 0)).to.be.greaterThan(0);
  });

  it('lets every person read every question once, in order', () => {
    for (const { read } of people) expect(read.map(({ text }) => text)).to.eql(EXPECTED_READING);
  });

  it('leaves the store able to say where a contact is', async () => {
    await platform.settled();
    const [count] = await platform.query<{ moved: string }>(
      `SELECT uniqExact(contact) AS moved FROM
         (SELECT contact, argMax(partition, (now, sequence)) AS at FROM steps
          WHERE input_type IN ('moved-here', 'message.received') GROUP BY contact) AS last
       JOIN (SELECT contact, argMax(partition, now) AS came FROM steps WHERE input_type = 'moved-here' GROUP BY contact) AS moves
       USING (contact) WHERE at = came`,
    );
    const { contacts, values } = grown.growth.moved;
    expect(Number(count?.moved)).to.equal(contacts + values);
  });

  it('leaves every conversation completed, no message requested twice, and the store equal to the channels', async () => {
    await platform.settled();
    const [messages] = await platform.query(
      "SELECT uniqExact(message) AS messages, count() AS requests FROM events WHERE type = 'message.requested'",
    );
    const expected = PEOPLE * EXPECTED_READING.length;
    expect(messages).to.eql({ messages: expected, requests: expected });
    const stored = await platform.query<{ key: string }>(
      "SELECT concat(channel, ' ', source, ' ', id) AS key FROM events",
    );
    expect(await platform.stop()).to.equal(0);
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'data', 'broker') });
    const { events } = await channelContents(broker, 'demo' as TenantName).finally(() => broker.close());
    const keys = new Set(stored.map(({ key }) => key));
    expect(keys.size, 'rows in the store').to.equal(stored.length);
    expect(
      [...keys].filter((key) => !events.has(key)),
      'in the store only',
    ).to.eql([]);
    // As it stopped it said of each loop that it is released: after the query.
    const later = [...events].filter((key) => !keys.has(key));
    expect(
      later.filter((key) => !key.startsWith('operations ')),
      'on the channels only',
    ).to.eql([]);
    expect(later).to.have.length(2 * PARTITIONS);
  });

  it('starts again, though its configuration still says how many partitions it had at first', async () => {
    platform = await PlatformProcess.start({ dataFolder: folder.path });
    expect(
      await platform.query(
        "SELECT JSONExtractInt(data, 'partitions') AS count FROM events WHERE type = 'tenant.grown'",
      ),
    ).to.have.length(1);
  });
});
