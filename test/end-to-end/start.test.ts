import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../connectors/until.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

/** Nobody listens there: the discard port. */
const NOBODY = '127.0.0.1:9';

describe('A start of the platform', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let running: PlatformProcess | undefined;

  afterEach(async () => {
    await running?.kill();
    running = undefined;
  });
  after(() => {
    folder.remove();
  });

  /** What a start printed that must fail. */
  async function failure(environment: Readonly<Record<string, string>>): Promise<string> {
    try {
      running = await PlatformProcess.start({ dataFolder: folder.path, environment });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    throw new Error('the platform started although it must not');
  }

  it('waits for a broker that cannot be reached, says so once, and tells probes', async () => {
    running = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: { PARLANCE_BROKER_URL: `ws://${NOBODY}`, PARLANCE_BROKER_ADMIN_URL: `http://${NOBODY}` },
      untilListening: true,
    });
    const { url, printed } = running;
    await until('the platform to say that it waits', () => printed.some((line) => line.includes('waiting for it')));
    expect((await fetch(`${url}/healthz`)).status, '/healthz').to.equal(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status, '/readyz').to.equal(503);
    expect(await ready.json()).to.have.nested.property('checks[0].reason', 'broker-unreachable');
    expect(printed.filter((line) => line.includes('waiting for it'))).to.have.length(1);
  });

  it('ends with exit code 0 when asked to while it is still starting, and starts again', async () => {
    running = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: { PARLANCE_BROKER_URL: `ws://${NOBODY}`, PARLANCE_BROKER_ADMIN_URL: `http://${NOBODY}` },
      untilListening: true,
    });
    expect(await running.stop(), running.printed.join('\n')).to.equal(0);
    running = await PlatformProcess.start({ dataFolder: folder.path });
    expect(await running.stop(), running.printed.join('\n')).to.equal(0);
  });

  it('is refused where another process uses the data folder', async () => {
    running = await PlatformProcess.start({ dataFolder: folder.path });
    const second = PlatformProcess.start({ dataFolder: folder.path });
    const message = await second.then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(message).to.match(/in use by another process \(id \d+\)/);
    expect(message).to.not.match(/^\s+at /m);
  });

  it('is refused where a definition has a mistake, with its place', async () => {
    const definitions = join(folder.path, 'definitions');
    mkdirSync(definitions);
    const file = join(definitions, 'greeting.yaml');
    writeFileSync(
      file,
      'conversation: greeting\nstart:\n  - match: [hi]\nsteps:\n  - say: { text: "Hi ${vars.name}" }\n    end: done\n',
    );
    const message = await failure({ PARLANCE_CONVERSATIONS: definitions });
    expect(message).to.match(/greeting\.yaml:5:\d+/);
    expect(message).to.include('definitions-invalid');
    expect(message).to.not.match(/^\s+at /m);
  });

  it('is refused where a setting is wrong, with exit code 2', async () => {
    const message = await failure({ PARLANCE_BROKER_URL: 'kafka://here' });
    expect(message).to.include('ended with 2').and.to.include('PARLANCE_BROKER_URL').and.to.include('ws://HOST:PORT');
  });
});
