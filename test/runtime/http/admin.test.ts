import { expect } from 'chai';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import { GrowthError } from '../../../runtime/growth/mark.ts';
import { TenantError } from '../../../runtime/events/tenant.ts';
import { adminClient, platformRuns } from '../../../runtime/http/admin-client.ts';
import { adminSocket } from '../../../runtime/http/admin-socket.ts';
import { createAdminServer, type AdminServer } from '../../../runtime/http/admin.ts';
import type { TenantAdmin, TenantSummary } from '../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../runtime/log.ts';
import type { SqlHttpRequest } from '../../../runtime/store/sql-http.ts';

const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });

/** Tenants in a list; names and partitions of the broker's own errors. */
function listedTenants(): TenantAdmin {
  const tenants: TenantSummary[] = [];
  return {
    create(name, partitions) {
      if (name === 'Bad') return Promise.reject(new TenantError('tenant-name-invalid', 'no name'));
      if (name === 'taken') return Promise.reject(new BrokerError('partitions-differ', 'it has 4 partitions'));
      tenants.push({ name, partitions });
      return Promise.resolve({ name, partitions });
    },
    list: () => Promise.resolve(tenants),
    planGrowth: (_, to) =>
      Promise.resolve({ from: 1, to, now: [], afterwards: [], moving: { contacts: 3, values: 0 } }),
    grow: () => Promise.reject(new GrowthError('tenant-not-drained', 'the engine still writes')),
  };
}

describe('the admin socket', () => {
  let folder: string;
  let server: AdminServer;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-admin-'));
    server = createAdminServer(listedTenants(), log);
  });
  afterEach(async () => {
    await server.close(0);
    rmSync(folder, { recursive: true });
  });

  it('lets the command line work on the data folder of a running platform', async () => {
    expect(await platformRuns(folder)).to.equal(false);
    await server.listen(folder);
    expect(await platformRuns(folder)).to.equal(true);
    const client = adminClient(folder);
    expect(await client.create('acme', 8)).to.deep.equal({ name: 'acme', partitions: 8 });
    expect(await client.list()).to.deep.equal([{ name: 'acme', partitions: 8 }]);
    await client.close();
  });

  it('ends a statement whose asker has gone', async () => {
    const asked: AbortSignal[] = [];
    const handle = ({ signal }: SqlHttpRequest): Promise<never> => {
      if (signal) asked.push(signal);
      return new Promise(() => undefined);
    };
    server = createAdminServer(listedTenants(), log, { handle });
    await server.listen(folder);
    const dispatcher = new Agent({ connect: { socketPath: adminSocket(folder) } });
    const leaving = new AbortController();
    const options = { dispatcher, method: 'POST', body: 'SELECT 1', signal: leaving.signal } as const;
    const answer = request('http://admin/v1/sql', options).catch(() => 'left');
    while (asked.length === 0) await pause(5);
    leaving.abort();
    expect(await answer).to.equal('left');
    while (asked[0]?.aborted !== true) await pause(5);
    await dispatcher.close();
  });

  it('is open to its owner only', async () => {
    await server.listen(folder);
    expect(statSync(adminSocket(folder)).mode & 0o777).to.equal(0o600);
  });

  it('tells what a growth would do, and why one did not come about', async () => {
    await server.listen(folder);
    const client = adminClient(folder);
    expect(await client.planGrowth('acme', 4)).to.deep.include({ to: 4, moving: { contacts: 3, values: 0 } });
    const failed: unknown = await client
      .grow('acme', { partitions: 4, drainSeconds: 1 })
      .catch((error: unknown) => error);
    expect(failed).to.include({ code: 'tenant-not-drained', message: 'the engine still writes' });
    await client.close();
  });

  it('names a tenant that there is not, and those that there are', async () => {
    await server.listen(folder);
    const client = adminClient(folder);
    await client.create('acme', 8);
    await client.close();
    const dispatcher = new Agent({ connect: { socketPath: adminSocket(folder) } });
    const ask = async (path: string): Promise<unknown> =>
      (await request(`http://admin${path}`, { dispatcher, method: 'POST' })).body.json();
    expect(await ask('/v1/tenants/acne/store/check')).to.include({
      ...{ code: 'tenant-unknown', detail: 'there is no tenant "acne"; there are: "acme"' },
    });
    expect(await ask('/v1/tenants/acme/nothing')).to.include({ code: 'route-unknown' });
    await dispatcher.close();
  });

  it("repeats the platform's refusal", async () => {
    await server.listen(folder);
    const client = adminClient(folder);
    const refusal = async (name: string): Promise<unknown> => client.create(name, 1).catch((error: unknown) => error);
    expect(await refusal('Bad')).to.include({ code: 'tenant-invalid', message: 'no name' });
    expect(await refusal('taken')).to.include({ code: 'partitions-differ', message: 'it has 4 partitions' });
    await client.close();
  });

  it('replaces the socket that a killed platform left, but not that of a living one', async () => {
    await server.listen(folder);
    const second = createAdminServer(listedTenants(), log);
    const error: unknown = await second.listen(folder).catch((e: unknown) => e);
    expect(error).to.have.property('code', 'admin-socket-busy');
    await server.close(0);
    await leaveSocket(adminSocket(folder));
    expect(existsSync(adminSocket(folder))).to.equal(true);
    expect(await platformRuns(folder)).to.equal(false);
    await second.listen(folder);
    expect(await platformRuns(folder)).to.equal(true);
    await second.close(0);
  });

  it('says so where the path is too long for a socket', () => {
    expect(() => adminSocket(`/${'x'.repeat(120)}`)).to.throw('too long for a socket');
  });
});

/** A socket file that nobody listens on, as after kill -9: renamed away before its server closes and unlinks it. */
async function leaveSocket(path: string): Promise<void> {
  const { rename } = await import('node:fs/promises');
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(`${path}.dying`, resolve));
  await rename(`${path}.dying`, path);
  await new Promise((resolve) => dead.close(resolve));
}
