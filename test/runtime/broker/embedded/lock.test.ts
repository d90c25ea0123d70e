import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { lockFolder } from '../../../../runtime/broker/embedded/lock.ts';
import { BrokerError } from '../../../../runtime/broker/errors.ts';

const HOLD = fileURLToPath(new URL('./hold.ts', import.meta.url));

async function refusal(attempt: Promise<unknown>): Promise<BrokerError> {
  const outcome = await attempt.then(
    () => 'it was let in',
    (error: unknown) => error,
  );
  if (outcome instanceof BrokerError) return outcome;
  throw new Error(`expected a BrokerError, got: ${String(outcome)}`);
}

describe('embedded broker, one process per data folder', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-lock-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses a second process, naming the first, and lets it in as soon as the first was killed', async () => {
    const holder = spawn(process.execPath, ['--import', 'tsx', HOLD, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(holder, 'exit');
    await once(holder.stdout, 'data');
    const { code, message } = await refusal(createEmbeddedBroker({ folder }));
    expect(code).to.equal('storage-locked');
    expect(message)
      .to.include(folder)
      .and.to.include(`id ${String(holder.pid)}`);
    holder.kill('SIGKILL');
    await exit;
    const broker = await createEmbeddedBroker({ folder });
    await broker.close();
  });

  it('refuses a second broker in the same process until the first is closed', async () => {
    const first = await createEmbeddedBroker({ folder });
    expect((await refusal(createEmbeddedBroker({ folder }))).code).to.equal('storage-locked');
    await first.close();
    const second = await createEmbeddedBroker({ folder });
    await second.close();
  });

  it('also locks where the program flock is not installed', async function () {
    if (process.platform !== 'linux') this.skip();
    const path = process.env['PATH'];
    process.env['PATH'] = '';
    try {
      const first = await lockFolder(folder);
      expect((await refusal(lockFolder(folder))).code).to.equal('storage-locked');
      await first.release();
      const second = await lockFolder(folder);
      await second.release();
    } finally {
      process.env['PATH'] = path;
    }
  });
});
