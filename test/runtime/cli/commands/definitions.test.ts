/** `parlance publish` and `parlance definitions`, against a running platform. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { definitionsCommand } from '../../../../runtime/cli/commands/definitions.ts';
import { publishCommand } from '../../../../runtime/cli/commands/publish.ts';
import { definitionRoutes } from '../../../../runtime/definitions/routes.ts';
import { createAdminServer, type AdminServer } from '../../../../runtime/http/admin.ts';
import { tenantAdmin } from '../../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../../runtime/log.ts';
import { DefinitionsScene, definitionText, machineOf, TENANT } from '../../definitions/scene.ts';
import { openEdge } from '../../http/edge.ts';
import { runCommand } from '../run-command.ts';

const [ONE, TWO] = [definitionText('hello', 'One.'), definitionText('hello', 'Two.')];
const [FIRST, SECOND] = [machineOf(ONE), machineOf(TWO)];

describe('the commands of definitions', () => {
  let scene: DefinitionsScene;
  let admin: AdminServer;
  let file: string;

  beforeEach(async () => {
    scene = await DefinitionsScene.open();
    const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
    const mount = { tenant: TENANT, prefix: '', routes: definitionRoutes(scene.definitions), upgrades: [] };
    const tenants = tenantAdmin(scene.broker, { growthFolder: scene.folder.path });
    admin = createAdminServer(tenants, log, undefined, () => [mount]);
    await admin.listen(scene.folder.path);
    file = join(scene.folder.path, 'hello.yaml');
    writeFileSync(file, ONE);
  });
  afterEach(async () => {
    process.exitCode = 0;
    await admin.close(0);
    await scene.close();
  });

  function run(...words: string[]): Promise<string> {
    const line = [...words, '--tenant', TENANT, '--data', scene.folder.path];
    return words[0] === 'publish' ? runCommand([publishCommand], line) : runCommand([definitionsCommand], line);
  }

  async function codeOf(outcome: Promise<unknown>): Promise<unknown> {
    const error: unknown = await outcome.catch((thrown: unknown) => thrown);
    return (error as { code?: unknown }).code;
  }

  it('publish a file and put it in force, or only store it', async () => {
    expect(await run('publish', file, '--no-activate')).to.equal(`hello ${FIRST.version}: published, not in force\n`);
    expect(await run('publish', file)).to.equal(`hello ${FIRST.version}: was there already, in force from now on\n`);
    expect(await run('publish', file)).to.equal(`hello ${FIRST.version}: was there already, in force as before\n`);
    expect(scene.inForce).to.eql([FIRST.hash]);
  });

  it('publish nothing where a file has an error, and exit with 1; with 2 where there is nothing', async () => {
    const broken = join(scene.folder.path, 'broken.yaml');
    writeFileSync(broken, definitionText('broken', 'Hi ${vars.nobody}.'));
    expect(await run('publish', file, broken)).to.equal('');
    expect(process.exitCode).to.equal(1);
    expect(scene.inForce).to.eql([]);
    expect(await scene.stated(), 'the platform was not asked').to.eql([]);
    await run('publish', join(scene.folder.path, 'nowhere.yaml'));
    expect(process.exitCode).to.equal(2);
  });

  it('list, show, roll back, activate and retire', async () => {
    await run('publish', file);
    writeFileSync(file, TWO);
    await run('publish', file);
    scene.running = new Map([[FIRST.hash, 3]]);
    expect(await run('definitions', 'list')).to.match(
      new RegExp(
        '^NAME +STATE +VERSION +PUBLISHED +VERSIONS +RUNNING\n' +
          `hello +in-force +${SECOND.version} +20[^ ]+ +2 +3 on ${FIRST.version}\n$`,
      ),
    );
    expect(await run('definitions', 'show', 'hello')).to.match(
      new RegExp(
        '^hello is in-force.\nVERSION +PUBLISHED +RUNNING +HASH\n' +
          `${SECOND.version} +in force +20[^ ]+ +0 +${SECOND.hash}\n` +
          `${FIRST.version} +rollback leads here +20[^ ]+ +3 +${FIRST.hash}\n$`,
      ),
    );
    expect(await run('definitions', 'rollback', 'hello')).to.equal(
      `New conversations of hello start by ${FIRST.version}.\n`,
    );
    expect(await run('definitions', 'activate', 'hello', SECOND.version)).to.equal(
      `New conversations of hello start by ${SECOND.version}.\n`,
    );
    expect(await run('definitions', 'retire', 'hello')).to.equal('Nothing starts by hello any more.\n');
    expect(JSON.parse(await run('definitions', 'show', 'hello', '--json'))).to.include({ state: 'retired' });
    expect(await codeOf(run('definitions', 'retire', 'hello'))).to.equal('definition-not-in-force');
    expect(await codeOf(run('definitions', 'show', 'nothing'))).to.equal('definition-unknown');
  });

  it('reach a platform elsewhere with a key that may publish', async () => {
    const mount = { tenant: TENANT, prefix: '', routes: definitionRoutes(scene.definitions), upgrades: [] };
    const edge = await openEdge({ connectors: () => [mount] });
    try {
      const [reader, publisher] = [
        await edge.createKey(TENANT, ['sql:read']),
        await edge.createKey(TENANT, ['definitions:publish']),
      ];
      expect(await codeOf(run('publish', file, '--url', edge.url, '--key', reader))).to.equal('key-forbidden');
      expect(await run('publish', file, '--url', edge.url, '--key', publisher)).to.match(/in force from now on/);
    } finally {
      await edge.close();
    }
  });
});
