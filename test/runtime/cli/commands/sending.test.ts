/** `parlance broadcasts` and `parlance lists`, against a running platform. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { machinesOf } from '../../../../dsl/machines.ts';
import type { Broadcasts } from '../../../../runtime/broadcasts/broadcasts.ts';
import { broadcastRoutes } from '../../../../runtime/broadcasts/routes.ts';
import { broadcastsCommand } from '../../../../runtime/cli/commands/broadcasts.ts';
import { listsCommand } from '../../../../runtime/cli/commands/lists.ts';
import { createAdminServer, type AdminServer } from '../../../../runtime/http/admin.ts';
import { tenantAdmin } from '../../../../runtime/http/tenant-admin.ts';
import { ContactLists } from '../../../../runtime/lists/lists.ts';
import { listRoutes } from '../../../../runtime/lists/routes.ts';
import { createLog } from '../../../../runtime/log.ts';
import { ManualClock } from '../../broker/embedded/manual-clock.ts';
import { Scene, TENANT } from '../../broadcasts/scene.ts';
import { openEdge } from '../../http/edge.ts';
import { scheduled } from '../../schedules/schedule.ts';
import { runCommand } from '../run-command.ts';

describe('the commands of broadcasts and lists', () => {
  let scene: Scene;
  let broadcasts: Broadcasts;
  let routes: ReturnType<typeof broadcastRoutes>;
  let admin: AdminServer;
  let people: string;

  beforeEach(async () => {
    scene = await Scene.open();
    broadcasts = await scene.broadcasts();
    const present = machinesOf([scene.machine, scheduled()]);
    const options = { machines: () => present, clock: new ManualClock() };
    const lists = new ContactLists({ database: scene.database, ...options });
    routes = [...broadcastRoutes(broadcasts), ...listRoutes({ lists, ...options })];
    const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
    const mount = { tenant: TENANT, prefix: '', routes, upgrades: [] };
    const tenants = tenantAdmin(scene.broker, { growthFolder: scene.folder.path });
    admin = createAdminServer(tenants, log, undefined, () => [mount]);
    await admin.listen(scene.folder.path);
    people = join(scene.folder.path, 'people.csv');
    writeFileSync(people, 'phone,place,note\n(212) 555-0123,Main St,x\n123,Elm St,\n+12125550125,,\n');
  });
  afterEach(async () => {
    await admin.close(0);
    await broadcasts.stop();
    await scene.close();
  });

  /** On the data folder. */
  function run(...words: string[]): Promise<string> {
    return runCommand([broadcastsCommand, listsCommand], [...words, '--tenant', 'acme', '--data', scene.folder.path]);
  }

  async function codeOf(outcome: Promise<unknown>): Promise<unknown> {
    const error: unknown = await outcome.catch((thrown: unknown) => thrown);
    return (error as { code?: unknown }).code;
  }

  it('send a file, tell what became of its lines, and only that for a dry run', async () => {
    const sending = ['broadcasts', 'send', 'flu-shot', people, '--name', 'season', '--country', 'us'];
    const report = [
      '1 to reach, 2 skipped:',
      '  line 3: "123" is no valid phone number',
      '  line 4: input place is missing',
      'Columns that are no input: note',
      '',
    ].join('\n');
    expect(await run(...sending, '--dry-run')).to.equal(`Nothing was sent.\n${report}`);
    expect(broadcasts.list()).to.deep.equal([]);
    expect(await run(...sending)).to.equal(`Broadcast "season" is running.\n${report}`);
    expect(broadcasts.get('season')).to.include({ audience: 'people.csv', perSecond: 100 });
    expect(await codeOf(run(...sending))).to.equal('broadcast-exists');
  });

  it('list, show, pause, resume and cancel', async () => {
    const sending = ['broadcasts', 'send', 'flu-shot', people, '--name', 'season', '--country', 'US'];
    await run(...sending, '--per-second', '0.001');
    expect(await run('broadcasts', 'list')).to.match(
      /^NAME +DEFINITION +STATE +PROGRESS +SKIPPED +PER SECOND +REQUESTED\nseason +flu-shot +\w+ +\d\/1 +2 +0\.001 +\d{4}-/,
    );
    expect(JSON.parse(await run('broadcasts', 'show', 'season', '--json'))).to.include({ name: 'season', skipped: 2 });
    expect(await codeOf(run('broadcasts', 'show', 'none'))).to.equal('broadcast-unknown');
    writeFileSync(people, 'phone,place\n+12125550123,x\n+12125550124,y\n+12125550125,z\n');
    await run('broadcasts', 'send', 'flu-shot', people, '--name', 'slow', '--per-second', '0.001');
    expect(await run('broadcasts', 'pause', 'slow', '--reason', 'x')).to.equal('Broadcast "slow" is paused.\n');
    expect(await run('broadcasts', 'resume', 'slow')).to.equal('Broadcast "slow" is running.\n');
    expect(await run('broadcasts', 'cancel', 'slow')).to.equal('Broadcast "slow" is cancelled.\n');
    expect(await codeOf(run('broadcasts', 'pause', 'slow'))).to.equal('broadcast-ended');
  });

  it('put, list, show and delete contact lists', async () => {
    const put = ['lists', 'put', 'members', people, '--country', 'us'];
    const answer = await run(...put);
    expect(answer).to.equal(
      [
        'List "members" is stored.',
        '2 to reach, 1 skipped:',
        '  line 3: "123" is no valid phone number',
        'Columns for inputs: place, note',
        'For renewals: 1 to reach, 2 skipped:',
        '  line 3: "123" is no valid phone number',
        '  line 4: input place is missing',
        'Columns that are no input of it: note',
        '',
      ].join('\n'),
    );
    expect(await run(...put, '--dry-run')).to.match(/^Nothing was stored\.\n2 to reach/);
    expect(await run('lists', 'list')).to.match(
      /^NAME +PEOPLE +SKIPPED +COLUMNS +STORED\nmembers +2 +1 +place note +2026-/,
    );
    expect(await run('lists', 'show', 'members')).to.match(
      /\nrenewals sends to it next at 2026-03-09T08:00:00\.000Z\n$/,
    );
    expect(await run('lists', 'delete', 'members')).to.equal('List "members" is deleted.\n');
    expect(await run('lists', 'list'), 'what a definition in force needs').to.equal(
      [
        'NAME  PEOPLE  SKIPPED  COLUMNS  STORED',
        'There is no list "members": put it with `parlance lists put members FILE`.',
        'renewals sends to it next at 2026-03-09T08:00:00.000Z',
        '',
      ].join('\n'),
    );
    expect(await codeOf(run('lists', 'show', 'members'))).to.equal('list-unknown');
  });

  it('refuse a file that is not there, and tell where no platform answers', async () => {
    for (const words of [
      ['broadcasts', 'send', 'flu-shot', 'nowhere.csv'],
      ['lists', 'put', 'members', 'nowhere.csv'],
    ]) {
      expect(await codeOf(run(...words))).to.equal('audience-unreadable');
    }
    await admin.close(0);
    expect(await codeOf(run('lists', 'list'))).to.equal('platform-unreachable');
  });

  it('reach a platform elsewhere with a key', async () => {
    const mount = { tenant: TENANT, prefix: '', routes, upgrades: [] };
    const edge = await openEdge({ connectors: () => [mount] });
    try {
      const key = await edge.createKey(TENANT, ['broadcasts:send']);
      expect(await codeOf(run('lists', 'list', '--url', edge.url))).to.equal('key-missing');
      expect(await run('lists', 'put', 'members', people, '--url', edge.url, '--key', key)).to.match(/ is stored\./);
      expect(JSON.parse(await run('lists', 'list', '--url', edge.url, '--key', key, '--json'))).to.deep.include({
        missing: [],
      });
    } finally {
      await edge.close();
    }
  });
});
