import { join } from 'node:path';
import { expect } from 'chai';
import { machinesOf } from '../../../dsl/machines.ts';
import { openBroadcastDatabase, type BroadcastDatabase } from '../../../runtime/broadcasts/database.ts';
import { MAX_AUDIENCE_BYTES } from '../../../runtime/broadcasts/limits.ts';
import { ContactLists } from '../../../runtime/lists/lists.ts';
import { listRoutes } from '../../../runtime/lists/routes.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';
import { csv } from '../broadcasts/scene.ts';
import { ACME, openEdge, type Answer, type Edge, type RequestOptions } from '../http/edge.ts';
import { scheduled } from '../schedules/schedule.ts';

const PATH = '/v1/tenants/acme/lists';

describe('contact lists over HTTP', () => {
  const folder = temporaryFolder();
  let database: BroadcastDatabase;
  let lists: ContactLists;
  let edge: Edge;

  before(async () => {
    database = openBroadcastDatabase(join(folder.path, 'broadcasts'));
    const present = machinesOf([scheduled()]);
    const options = { machines: () => present, clock: new ManualClock() };
    lists = new ContactLists({ database, ...options });
    const mount = { tenant: ACME, prefix: '', routes: listRoutes({ lists, ...options }), upgrades: [] };
    edge = await openEdge({ connectors: () => [mount] });
  });
  after(async () => {
    await edge.close();
    await database.close();
    folder.remove();
  });

  const put = (path: string, body: NonNullable<RequestOptions['body']>, headers: Record<string, string> = {}) =>
    edge.send(`${PATH}/${path}`, { method: 'PUT', body, headers });

  const refusalOf = (answer: Answer): readonly unknown[] => [answer.status, answer.problem().code];

  it('are put, shown with when they are sent to next, listed and deleted', async () => {
    const answer = await put('members?country=US', 'phone,place\n(212) 555-0123,x\n123,y\n');
    expect(answer.status).to.equal(200);
    expect(answer.json()).to.have.nested.property('list.people', 1);
    expect(answer.json()).to.have.nested.property('definitions[0].report.recipients', 1);
    const shown = (await edge.send(`${PATH}/members`)).json();
    expect(shown).to.deep.include({ schedules: [{ definition: 'renewals', next: '2026-03-09T08:00:00.000Z' }] });
    expect((await edge.send(PATH)).json()).to.have.nested.property('lists[0].name', 'members');
    expect((await edge.send(`${PATH}/members`, { method: 'DELETE' })).status).to.equal(200);
    expect(refusalOf(await edge.send(`${PATH}/members`))).to.deep.equal([404, 'list-unknown']);
    expect(refusalOf(await edge.send(`${PATH}/members`, { method: 'DELETE' }))).to.deep.equal([404, 'list-unknown']);
  });

  it('are missing where a definition in force sends to them and nobody has put them', async () => {
    const schedules = [{ definition: 'renewals', next: '2026-03-09T08:00:00.000Z' }];
    expect((await edge.send(PATH)).json()).to.deep.equal({ lists: [], missing: [{ name: 'members', schedules }] });
  });

  it('are only reported on for a dry run', async () => {
    expect((await put('trial?dryRun=true', csv(2))).json()).to.have.nested.property('report.recipients', 2);
    expect(lists.list()).to.deep.equal([]);
  });

  for (const [what, path, body, expected] of [
    ['under a name that is none', 'Members', 'phone\n', [422, 'list-name-invalid']],
    ['of a country that is none', 'members?country=usa', 'phone\n', [400, 'request-malformed']],
    ['with wrong columns', 'members', 'name\nAna\n', [422, 'audience-unreadable']],
    ['with nobody in it', 'members', 'phone\n123\n', [422, 'audience-empty']],
    ['too large', 'members', Buffer.alloc(MAX_AUDIENCE_BYTES + 1, 'x'), [413, 'request-too-large']],
  ] as const) {
    it(`are refused ${what}`, async () => {
      expect(refusalOf(await put(path, body))).to.deep.equal(expected);
      expect(lists.list()).to.deep.equal([]);
    });
  }

  it('ask for a key with the scope broadcasts:send', async () => {
    const token = await edge.createKey(ACME, ['broadcasts:send']);
    const reader = await edge.createKey(ACME, ['messages:read']);
    expect(refusalOf(await put('members', csv(1)))).to.deep.equal([401, 'key-missing']);
    expect(refusalOf(await put('members', csv(1), { authorization: `Bearer ${reader}` }))).to.deep.equal([
      403,
      'key-forbidden',
    ]);
    expect(lists.list()).to.deep.equal([]);
    expect((await put('members', csv(1), { authorization: `Bearer ${token}` })).status).to.equal(200);
  });
});
