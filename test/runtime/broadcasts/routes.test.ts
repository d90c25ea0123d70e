import { expect } from 'chai';
import type { Broadcasts, BroadcastSummary } from '../../../runtime/broadcasts/broadcasts.ts';
import { MAX_AUDIENCE_BYTES } from '../../../runtime/broadcasts/limits.ts';
import { broadcastRoutes } from '../../../runtime/broadcasts/routes.ts';
import { ACME, openEdge, OTHER, type Answer, type Edge, type RequestOptions } from '../http/edge.ts';
import { csv, Scene } from './scene.ts';

const PATH = '/v1/tenants/acme/broadcasts';

describe('broadcasts over HTTP', () => {
  let scene: Scene;
  let broadcasts: Broadcasts;
  let edge: Edge;

  beforeEach(async () => {
    scene = await Scene.open();
    broadcasts = await scene.broadcasts();
    const mount = { tenant: ACME, prefix: '', routes: broadcastRoutes(broadcasts), upgrades: [] };
    edge = await openEdge({ connectors: () => [mount] });
  });
  afterEach(async () => {
    await edge.close();
    await broadcasts.stop();
    await scene.close();
  });

  const post = (
    query: string,
    body: NonNullable<RequestOptions['body']> = csv(2),
    headers: Record<string, string> = {},
  ) => edge.send(`${PATH}?${query}`, { method: 'POST', body, headers });

  const refusalOf = (answer: Answer): readonly unknown[] => [answer.status, answer.problem().code];

  it('are requested with a CSV file as the body, looked at, and changed', async () => {
    const sent = await post('definition=flu-shot&name=season&perSecond=0.01&audience=over-65', csv(3));
    expect(sent.status).to.equal(202);
    expect(sent.json()).to.deep.include({ report: { recipients: 3, skipped: 0, lines: [], ignoredColumns: [] } });
    const { broadcasts: list } = (await edge.send(PATH)).json() as { broadcasts: readonly BroadcastSummary[] };
    expect(list.map(({ name, audience, state }) => [name, audience, state])).to.deep.equal([
      ['season', 'over-65', 'running'],
    ]);
    expect(list[0]).not.to.have.any.keys('source', 'statements');
    for (const [what, state] of [
      ['pause?reason=complaints', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect((await edge.send(`${PATH}/season/${what}`, { method: 'POST' })).json()).to.include({ state });
    }
    expect((await edge.send(`${PATH}/season`)).json()).to.include({ state: 'cancelled' });
    expect(refusalOf(await edge.send(`${PATH}/season/resume`, { method: 'POST' }))).to.deep.equal([
      409,
      'broadcast-ended',
    ]);
  });

  it('are only reported on for a dry run', async () => {
    const answer = await post('definition=flu-shot&dryRun=true', 'phone,place\n123,x\n');
    expect(answer.status).to.equal(200);
    expect(answer.json()).to.have.nested.property('report.skipped', 1);
    expect(broadcasts.list()).to.deep.equal([]);
  });

  for (const [what, query, body, expected] of [
    ['without a definition', 'name=x', 'phone\n', [400, 'request-malformed']],
    ['at no pace', 'definition=flu-shot&perSecond=0', 'phone\n', [400, 'request-malformed']],
    ['at a pace beyond all', 'definition=flu-shot&perSecond=1e9', 'phone\n', [400, 'request-malformed']],
    ['of a country that is none', 'definition=flu-shot&country=usa', 'phone\n', [400, 'request-malformed']],
    ['of an unknown definition', 'definition=none', 'phone,place\n', [422, 'broadcast-definition-unknown']],
    ['under a name that is none', 'definition=flu-shot&name=a/b', 'phone,place\n', [422, 'broadcast-name-invalid']],
    ['under the name of a schedule', 'definition=flu-shot&name=a@b', 'phone,place\n', [422, 'broadcast-name-invalid']],
    ['with wrong columns', 'definition=flu-shot', 'name,place\nAna,x\n', [422, 'audience-unreadable']],
    ['with an empty file', 'definition=flu-shot', '', [422, 'audience-unreadable']],
    ['with nobody in it', 'definition=flu-shot', 'phone,place\n123,x\n', [422, 'audience-empty']],
  ] as const) {
    it(`are refused ${what}`, async () => {
      const answer = await post(query, body);
      expect(refusalOf(answer)).to.deep.equal(expected);
      expect(answer.headers['content-type']).to.equal('application/problem+json');
      expect(broadcasts.list()).to.deep.equal([]);
    });
  }

  it('are refused twice under one name, and unknown under another', async () => {
    expect((await post('definition=flu-shot&name=season')).status).to.equal(202);
    expect(refusalOf(await post('definition=flu-shot&name=season'))).to.deep.equal([409, 'broadcast-exists']);
    expect(refusalOf(await edge.send(`${PATH}/none`))).to.deep.equal([404, 'broadcast-unknown']);
    expect(refusalOf(await edge.send(`${PATH}/season`, { method: 'DELETE' }))).to.deep.equal([
      405,
      'method-not-allowed',
    ]);
  });

  it('are refused where the file is too large, before it is read as one', async () => {
    const answer = await post('definition=flu-shot', Buffer.alloc(MAX_AUDIENCE_BYTES + 1, 'x'));
    expect(refusalOf(answer)).to.deep.equal([413, 'request-too-large']);
  });

  it('ask for a key with the scope broadcasts:send, of the tenant', async () => {
    const token = await edge.createKey(ACME, ['broadcasts:send']);
    const withKey = (key: string) => post('definition=flu-shot', csv(1), { authorization: `Bearer ${key}` });
    expect(refusalOf(await post('definition=flu-shot'))).to.deep.equal([401, 'key-missing']);
    expect(refusalOf(await withKey(await edge.createKey(OTHER, ['broadcasts:send'])))).to.deep.equal([
      403,
      'key-forbidden',
    ]);
    expect(refusalOf(await withKey(await edge.createKey(ACME, ['events:write'])))).to.deep.equal([
      403,
      'key-forbidden',
    ]);
    expect(broadcasts.list()).to.deep.equal([]);
    expect((await withKey(token)).status).to.equal(202);
  });
});
