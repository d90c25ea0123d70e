import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { HttpTarget } from '../../../runtime/black-box/http-target.ts';
import { TargetError } from '../../../runtime/black-box/target.ts';
import { openEdge, type Edge } from '../http/edge.ts';

const ACME = 'acme' as TenantName;

describe('a platform under test, over HTTP', () => {
  let edge: Edge;

  before(async () => {
    edge = await openEdge({ sql: { handle: () => Promise.reject(new Error('nobody may ask')) } });
  });

  after(() => edge.close());

  it('says of a key that may not read the store what the platform says, and not that nobody answers', async () => {
    const key = await edge.createKey(ACME, ['messages:write']);
    const target = new HttpTarget({ url: edge.url, tenant: ACME, key });
    const refused = await target.events([], 0).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(TargetError);
    expect((refused as TargetError).code).to.equal('key-forbidden');
  });
});
