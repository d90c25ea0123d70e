import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionsCommand } from '../../runtime/cli/commands/definitions.ts';
import { migrateCommand } from '../../runtime/cli/commands/migrate.ts';
import { publishCommand } from '../../runtime/cli/commands/publish.ts';
import { machineOf } from '../dsl/given-when-then.ts';
import { runCommand } from '../runtime/cli/run-command.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

const version = (step: string, says: string): string => `
conversation: shipping
start:
  - event: com.shop.order.placed
    contact: event.data.customer
    inputs: { order: "\${event.data.order}" }
inputs: { order: text }
steps:
  - step: ${step}
    listen:
      any:
        - event: com.shop.order.shipped
          key: event.data.order
          equals: inputs.order
    within: 2d
    silence: [{ end: never-shipped }]
  - say: "${says} \${inputs.order}."
`;

const [ONE, TWO] = [version('wait', 'One:'), version('wait-for-it', 'Two:')];
const [FIRST, SECOND] = [machineOf(ONE).version, machineOf(TWO).version];

describe('The life of a definition, on a running platform', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const file = join(folder.path, 'shipping.yaml');
  let platform: PlatformProcess;

  const start = (): Promise<PlatformProcess> =>
    PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: join(folder.path, 'definitions'),
        PARLANCE_RECORDING_CONNECTORS: 'sms',
      },
    });

  before(async () => {
    mkdirSync(join(folder.path, 'definitions'));
    writeFileSync(join(folder.path, 'definitions', 'shipping.yaml'), ONE);
    platform = await start();
  });

  after(async () => {
    process.exitCode = 0;
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  function run(...words: string[]): Promise<string> {
    const line = [...words, '--tenant', 'demo', '--data', join(folder.path, 'data')];
    if (words[0] === 'publish') return runCommand([publishCommand], line);
    return words[0] === 'migrate' ? runCommand([migrateCommand], line) : runCommand([definitionsCommand], line);
  }

  const place = (order: string): Promise<void> =>
    platform.event('com.shop.order.placed', `placed-${order}`, {
      order,
      customer: `+1212555100${order.charCodeAt(0) % 10}`,
    });
  const ship = (order: string): Promise<void> =>
    platform.event('com.shop.order.shipped', `shipped-${order}`, { order });
  const open = (least: number) =>
    platform.eventually<{ version: string; state: string }>(
      "SELECT version, state FROM conversations WHERE status = 'waiting' ORDER BY started",
      (rows) => rows.length >= least,
    );

  it('what runs stays on its version, what begins takes the one in force', async () => {
    await place('a');
    await open(1);
    writeFileSync(file, TWO);
    expect(await run('publish', file)).to.equal(`shipping ${SECOND}: published, in force from now on\n`);
    await place('b');
    expect((await open(2)).map(({ version: on }) => on)).to.eql([FIRST, SECOND]);
    expect(await run('definitions', 'list')).to.match(
      new RegExp(`\nshipping +in-force +${SECOND} .* 1 on ${SECOND}, 1 on ${FIRST}\n`),
    );
  });

  it('a rollback holds over a restart', async () => {
    await run('definitions', 'rollback', 'shipping');
    await platform.kill();
    platform = await start();
    await place('c');
    expect((await open(3)).map(({ version: on }) => on)).to.eql([FIRST, SECOND, FIRST]);
  });

  it('is moved only once each state that is gone has a step, and then as events', async () => {
    const line = ['migrate', 'shipping', '--from', FIRST, '--to', SECOND];
    expect(await run(...line)).to.match(
      /2 conversations wait in "wait", which \w+ does not have: name a step for it, --map wait=STEP\nIt can not be done so\.\n$/,
    );
    expect(process.exitCode).to.equal(1);
    const refusal: unknown = await run(...line, '--apply').catch((error: unknown) => error);
    expect(refusal).to.have.property('code', 'migration-unsafe');

    const map = ['--map', 'wait=wait-for-it'];
    const planned = await run(...line, ...map);
    expect(planned).to.match(/^shipping \w+ → \w+: 2 to move\.\n/);
    expect(planned).to.match(/\nwait +2 +entered +wait-for-it +2\nNobody was moved: --apply does it\.\n$/);
    expect((await open(3)).map(({ version: on }) => on)).to.eql([FIRST, SECOND, FIRST]);

    expect(await run(...line, ...map, '--apply')).to.match(/\n2 moved, 0 refused\.\n$/);
    expect(process.exitCode).to.equal(0);
    expect(await open(3)).to.eql(Array(3).fill({ version: SECOND, state: 'wait-for-it' }));
    const migrated = await platform.query<{ requested: number }>(`
      SELECT count() AS requested FROM events AS done
      INNER JOIN events AS request ON done.causation = request.id
      INNER JOIN events AS root ON request.causation = root.id
      WHERE done.type = 'conversation.migrated' AND root.type = 'definition.migration-requested'`);
    expect(Number(migrated[0]?.requested)).to.equal(2);
  });

  it('goes on by the new version, for each once', async () => {
    for (const order of ['a', 'b', 'c']) await ship(order);
    const said = await platform.eventually<{ text: string }>(
      "SELECT text FROM messages WHERE direction = 'out' ORDER BY text",
      (rows) => rows.length >= 3,
    );
    expect(said.map(({ text }) => text)).to.eql(['Two: a.', 'Two: b.', 'Two: c.']);
    expect(
      await run('migrate', 'shipping', '--from', FIRST, '--to', SECOND, '--map', 'wait=wait-for-it', '--apply'),
    ).to.match(/^shipping \w+ → \w+: 0 to move\.\n.*\n.*\n0 moved, 0 refused\.\n$/);
  });
});
