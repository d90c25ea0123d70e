import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { configCommand } from '../../../runtime/cli/commands/config.ts';
import { keysCommand } from '../../../runtime/cli/commands/keys.ts';
import { openFileKeyStore } from '../../../runtime/keys/file-store.ts';
import { SCOPES } from '../../../runtime/keys/key.ts';
import { runCommand } from '../cli/run-command.ts';

describe('parlance keys and parlance config', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-commands-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Standard output of one command line on the test's data folder. */
  function run(...args: string[]): Promise<string> {
    return runCommand([keysCommand, configCommand] as readonly CommandModule[], [...args, '--data', folder]);
  }

  it('creates a key for the default tenant, and prints nothing else on standard output', async () => {
    const token = (await run('keys', 'create')).trimEnd();
    expect(await openFileKeyStore(folder).authenticate(token)).to.deep.include({
      tenant: 'demo',
      scopes: [...SCOPES],
    });
  });

  it('knows no scope that operators are not told of', () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    for (const scope of SCOPES) expect(page).to.match(new RegExp(`^\\| \`${scope}\` +\\|`, 'm'));
  });

  it('creates a named key with one scope for another tenant', async () => {
    const output = await run('keys', 'create', '--tenant', 'acme', '--name', 'till', '--scope', 'sql:read', '--json');
    const { key, ...record } = JSON.parse(output) as { key: string };
    expect(record)
      .to.deep.include({ tenant: 'acme', name: 'till', scopes: ['sql:read'] })
      .and.not.to.have.any.keys('hash');
    expect(await openFileKeyStore(folder).authenticate(key)).not.to.equal(undefined);
  });

  it('lists keys without their hashes, and revokes one', async () => {
    await run('keys', 'create', '--name', 'till');
    const [record] = await openFileKeyStore(folder).list();
    const id = record?.id ?? '';
    expect(await run('keys', 'list'))
      .to.match(/^ID +TENANT +NAME/)
      .and.contain(id)
      .and.not.contain(record?.hash);
    expect(await run('keys', 'revoke', id)).to.equal(`Key ${id} is revoked.\n`);
    expect(await run('keys', 'revoke', id)).to.equal(`Key ${id} was revoked before.\n`);
    expect(await run('keys', 'list', '--tenant', 'nobody', '--json')).to.equal('[]\n');
  });

  for (const args of [
    ['keys', 'create', '--tenant', 'Acme'],
    ['keys', 'create', '--scope', 'everything'],
    ['keys', 'revoke', 'nothing'],
    ['keys', 'destroy'],
    ['keys'],
  ]) {
    it(`refuses: parlance ${args.join(' ')}`, async () => {
      const error: unknown = await run(...args).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
      expect(await openFileKeyStore(folder).list()).to.deep.equal([]);
    });
  }

  it('prints the configuration, with the flag as the origin of its value', async () => {
    expect(await run('config')).to.match(new RegExp(`^dataFolder +${folder} +--data$`, 'm'));
    const settings = JSON.parse(await run('config', '--json')) as { key: string; origin: string }[];
    expect(settings.find(({ key }) => key === 'http.port')).to.include({
      origin: 'default',
      variable: 'PARLANCE_HTTP_PORT',
    });
  });
});
