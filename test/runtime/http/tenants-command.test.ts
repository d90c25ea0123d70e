import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { tenantsCommand, type OpenBroker } from '../../../runtime/cli/commands/tenants.ts';
import { createAdminServer } from '../../../runtime/http/admin.ts';
import { tenantAdmin } from '../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../runtime/log.ts';
import { runCommand } from '../cli/run-command.ts';

const openBroker: OpenBroker = ({ dataFolder }) => createEmbeddedBroker({ folder: join(dataFolder, 'broker') });

describe('parlance tenants', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-tenants-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(...args: string[]): Promise<string> {
    return runCommand([tenantsCommand(openBroker)], ['tenants', ...args, '--data', folder]);
  }

  it('works on the data folder itself while no platform runs', async () => {
    expect(await run('create', 'acme', '--partitions', '2')).to.equal('Tenant "acme" is ready, with 2 partitions.\n');
    expect(await run('create', 'other')).to.contain('with 4 partitions');
    expect(await run('list')).to.equal('TENANT  PARTITIONS\nacme    2\nother   4\n');
  });

  it('goes through the platform while one holds the folder', async () => {
    const broker = await openBroker({ dataFolder: folder } as Parameters<OpenBroker>[0]);
    const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
    const server = createAdminServer(tenantAdmin(broker, { growthFolder: join(folder, 'growth') }), log);
    await server.listen(folder);
    try {
      await run('create', 'acme', '--partitions', '2');
      expect(JSON.parse(await run('list', '--json'))).to.deep.equal([{ name: 'acme', partitions: 2 }]);
      const refused: unknown = await run('create', 'acme', '--partitions', '3').catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'partitions-differ');
    } finally {
      await server.close(0);
      await broker.close();
    }
  });

  for (const args of [['create', 'Acme'], ['create', 'acme', '--partitions', '0'], ['create']]) {
    it(`refuses: parlance tenants ${args.join(' ')}`, async () => {
      const error: unknown = await run(...args).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
      expect(await run('list', '--json')).to.equal('[]\n');
    });
  }
});
