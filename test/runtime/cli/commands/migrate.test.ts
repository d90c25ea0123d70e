/** `parlance migrate`, against a platform that answers as told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { TenantName } from '../../../../channels/brands.ts';
import { migrateCommand } from '../../../../runtime/cli/commands/migrate.ts';
import { createAdminServer, type AdminServer } from '../../../../runtime/http/admin.ts';
import { json } from '../../../../runtime/http/route-answers.ts';
import { createLog } from '../../../../runtime/log.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { runCommand } from '../run-command.ts';

const PLAN = {
  ...{ definition: 'visit', from: '5f70bf18', to: '9f86d081', conversations: 3, refusals: [] },
  states: [
    { state: 'one', conversations: 2, becomes: 'same', step: 'one', tried: 2, problems: [] },
    {
      state: 'two',
      conversations: 1,
      becomes: 'entered',
      step: 'other',
      tried: 1,
      problems: ['value-misfits: vars.n'],
    },
  ],
};
const [LINE, ROW] = ['visit 5f70bf18 → 9f86d081: 3 to move.\n', 'two    1        entered  other  1      1 (below)\n'];

describe('parlance migrate', () => {
  const folder = temporaryFolder();
  let admin: AdminServer;
  let asked: unknown;
  let refused = 0;

  before(async () => {
    const path = '/definitions/:name/migrations';
    const base = { scope: 'definitions:publish' } as const;
    const routes = [
      {
        ...({ ...base, method: 'POST', path } as const),
        handle: ({ body }: { readonly body: Buffer }) => {
          asked = JSON.parse(body.toString('utf8'));
          const { apply } = asked as { readonly apply: boolean };
          return json(apply ? 202 : 200, { ...PLAN, ...(apply ? { migration: 'm1' } : {}) });
        },
      },
      {
        ...({ ...base, method: 'GET', path: `${path}/:migration` } as const),
        handle: () => {
          const refusals = [{ code: 'conversation-ended', reason: 'it is not open any more', conversations: refused }];
          const counts = { requested: 3, migrated: 3 - refused, refused };
          return json(200, { migration: 'm1', definition: 'visit', ...counts, refusals: refused > 0 ? refusals : [] });
        },
      },
    ];
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const tenants = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });
    const mount = { tenant: 'acme' as TenantName, prefix: '', routes, upgrades: [] };
    admin = createAdminServer(tenants, log, undefined, () => [mount]);
    await admin.listen(folder.path);
  });
  after(async () => {
    process.exitCode = 0;
    await admin.close(0);
    folder.remove();
  });

  const run = (...words: string[]): Promise<string> =>
    runCommand(
      [migrateCommand],
      ['migrate', 'visit', '--from', '5f70', '--to', '9f86', ...words, '--tenant', 'acme', '--data', folder.path],
    );

  it('tells the plan, with what would go wrong, and moves nobody by itself', async () => {
    const told = await run();
    expect(told.startsWith(LINE)).to.equal(true);
    expect(told).to.include(ROW);
    expect(told.endsWith('"two": value-misfits: vars.n\nNobody was moved: --apply does it.\n')).to.equal(true);
    expect(asked).to.eql({ from: '5f70', to: '9f86', states: [], apply: false, anyway: false });
    expect(process.exitCode).to.equal(0);
  });

  it('takes steps for states one by one, and from a file', async () => {
    const file = join(folder.path, 'states.yaml');
    writeFileSync(file, 'two: other\nrebook/day: start\n');
    await run('--map', 'one=first', '--map', file);
    expect(asked).to.deep.include({
      states: [
        { left: 'one', entered: 'first' },
        { left: 'two', entered: 'other' },
        { left: 'rebook/day', entered: 'start' },
      ],
    });
    writeFileSync(file, 'two: [other]\n');
    for (const map of [file, 'nowhere.yaml']) {
      const error: unknown = await run('--map', map).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'migration-map-invalid');
    }
  });

  it('follows what becomes of each, and exits with 1 where some were refused', async () => {
    expect(await run('--apply')).to.match(/\n3 moved, 0 refused\.\n$/);
    expect(process.exitCode).to.equal(0);
    refused = 1;
    const told = await run('--apply', '--anyway');
    expect(told).to.match(/\n2 moved, 1 refused\.\n {2}1 conversation-ended: it is not open any more\n$/);
    expect(process.exitCode).to.equal(1);
    expect(JSON.parse(await run('--apply', '--json'))).to.deep.include({ migrated: 2, refused: 1 });
  });
});
