import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { watchPaths } from '../../../../runtime/cli/scenarios/watch.ts';

describe('watching scenarios', function () {
  this.timeout(20_000);

  it('plays again after a YAML file changed, once for one change, and ends with the process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parlance-watch-'));
    let times = 0;
    let played = (): void => undefined;
    const first = new Promise<void>((resolve) => (played = resolve));
    const watching = watchPaths([folder], () => {
      times += 1;
      played();
      return Promise.resolve();
    });
    await writeFile(join(folder, 'notes.txt'), 'not watched');
    await writeFile(join(folder, 'a.test.yaml'), 'scenarios: a\n');
    await writeFile(join(folder, 'a.test.yaml'), 'scenarios: b\n');
    await first;
    process.emit('SIGTERM');
    await watching;
    expect(times).to.equal(1);
    await rm(folder, { recursive: true });
  });
});
