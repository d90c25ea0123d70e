import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { secretsOf } from '../../../runtime/config/secrets.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const read = (
  tenant: string,
  name: string,
  environment: Record<string, string>,
  folder?: string,
): Promise<string | undefined> => secretsOf(tenant as TenantName, { environment, folder })(name);

describe("a tenant's secrets", () => {
  const folder = temporaryFolder();

  before(() => {
    mkdirSync(join(folder.path, 'acme'));
    writeFileSync(join(folder.path, 'acme', 'bookingKey'), 'from a file\n');
    writeFileSync(join(folder.path, 'outside'), 'x');
  });

  after(() => {
    folder.remove();
  });

  it('come from a variable named after tenant and secret', async () => {
    const environment = { PARLANCE_SECRET_ACME__BOOKING_KEY: 'a', PARLANCE_SECRET_BIG_SHOP__API2_KEY: 'b' };
    expect(await read('acme', 'bookingKey', environment)).to.equal('a');
    expect(await read('acme', 'booking-key', environment)).to.equal('a');
    expect(await read('big-shop', 'api2Key', environment)).to.equal('b');
    expect(await read('other', 'bookingKey', environment)).to.equal(undefined);
  });

  it('come from a file, which counts at once when it changes; a variable wins', async () => {
    expect(await read('acme', 'bookingKey', {}, folder.path)).to.equal('from a file');
    writeFileSync(join(folder.path, 'acme', 'bookingKey'), 'changed');
    expect(await read('acme', 'bookingKey', {}, folder.path)).to.equal('changed');
    const environment = { PARLANCE_SECRET_ACME__BOOKING_KEY: 'a' };
    expect(await read('acme', 'bookingKey', environment, folder.path)).to.equal('a');
    expect(await read('acme', 'other', {}, folder.path)).to.equal(undefined);
  });

  it('never lead out of the folder, nor to another tenant', async () => {
    for (const name of ['../outside', '..', 'a/b', '']) {
      expect(await read('acme', name, {}, folder.path), name).to.equal(undefined);
    }
    const environment = { PARLANCE_SECRET_A__B__C: 'x', PARLANCE_SECRET_A___B: 'x' };
    expect(await read('a', 'b__c', environment)).to.equal(undefined);
    expect(await read('a--b', 'c', environment)).to.equal(undefined);
    expect(await read('a-', 'b', environment)).to.equal(undefined);
    expect(await read('a', '_b', environment)).to.equal(undefined);
  });
});
