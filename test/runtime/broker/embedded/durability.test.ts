import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { requirePart } from '../../../require-part.ts';

const SINGLE_SEND = fileURLToPath(new URL('./single-send.ts', import.meta.url));
const TRACED_CALLS = 'openat,write,pwrite64,pwritev,fdatasync,fsync,msync';

describe('embedded broker, its system calls', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'parlance-trace-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  before(function () {
    const strace = spawnSync('strace', ['-o', '/dev/null', 'true']);
    requirePart(this, 'strace, allowed to trace', strace.status === 0, 'apt-get install strace');
  });

  it('has the message synced to the disk, and then the page that points to it, before a send resolves', () => {
    const trace = join(folder, 'trace');
    const traced = [process.execPath, '--import', 'tsx', SINGLE_SEND, join(folder, 'broker'), 'MARK'];
    const { status, stderr } = spawnSync(
      'strace',
      ['-f', '-y', '-s', '5000', '-e', `trace=${TRACED_CALLS}`, '-o', trace, ...traced],
      { encoding: 'utf8' },
    );
    expect(status, stderr).to.equal(0);
    const lines = readFileSync(trace, 'utf8').split('\n');
    const synchronous = lines.find((line) => line.includes('O_DSYNC') && line.includes('data.mdb'));
    const metaFile = /= (\d+)</.exec(synchronous ?? '')?.[1];
    expect(metaFile, 'the descriptor on which every write is synchronous').to.be.a('string');

    const steps = [
      { what: 'the send', is: /write\(1<.*MARK send/ },
      { what: 'the message written', is: /pwrite\w*\(\d+<.*data\.mdb>.*needle-in-the-log/ },
      { what: 'the sync of it, completed', is: /(fdatasync|fsync|msync)(\(.*data\.mdb>| resumed>).*= 0$/ },
      { what: 'the root page, written synchronously', is: new RegExp(`pwrite\\w*\\(${metaFile ?? ''}<.*data\\.mdb>`) },
      { what: 'the send resolved', is: /write\(1<.*MARK resolved/ },
    ];
    let at = 0;
    for (const { what, is } of steps) {
      const found = lines.findIndex((line, index) => index >= at && is.test(line));
      expect(found, `${what}, after line ${at} of the trace`).to.be.at.least(0);
      at = found + 1;
    }
    const resolved = lines.findIndex((line) => /write\(1<.*MARK resolved/.test(line));
    expect(at - 1, 'the first time that all of these have happened in this order').to.equal(resolved);
  });
});
