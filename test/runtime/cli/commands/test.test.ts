import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PARLANCE } from '../../../parlance.ts';

const ROOT = join(import.meta.dirname, '../../../..');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function parlance(args: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [...PARLANCE, ...args], { cwd: ROOT });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

describe('parlance test and parlance simulate', function () {
  this.timeout(120_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parlance-test-command-'));
    await cp(join(import.meta.dirname, 'definitions/order-status.yaml'), join(folder, 'order-status.yaml'));
  });
  after(() => rm(folder, { recursive: true }));

  const fileWith = async (steps: string, name = 'order-status.test.yaml') => {
    const path = join(folder, name);
    await writeFile(path, `scenarios: order-status\ncases:\n  - case: one\n    steps:\n${steps}`);
    return path;
  };

  it('passes the shipped conversations, every edge of which a scenario takes', async () => {
    const { code, stdout, stderr } = await parlance(['test', 'conversations', '--threshold', '100']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/all as expected\n/);
    expect(stdout).not.to.match(/never taken/);
  });

  it('shows place, difference and dialogue of a failure, exits with 1, and tells CI the same', async () => {
    const path = await fileWith('      - reply: order\n      - says: What is your name?\n');
    const junit = join(folder, 'junit.xml');
    const { code, stdout } = await parlance(['test', path, '--junit', junit]);
    expect(code).to.equal(1);
    expect(stdout).to.match(/order-status\.test\.yaml:6:9 one\n {2}said something else\n {2}- What is your name\?\n/);
    expect(stdout).to.include('  + What is your order number? It has six digits.\n');
    expect(stdout).to.include('    > order\n');
    const xml = await readFile(junit, 'utf8');
    expect(xml).to.match(/tests="1" failures="1"[^]*<failure message="said something else">/);
  });

  it('prints JSON with coverage by line', async () => {
    const path = await fileWith('      - reply: order\n      - says: /order number/\n');
    const { code, stdout } = await parlance(['test', path, '--json']);
    const report = JSON.parse(stdout) as {
      coverage: readonly { edges: { percent: number; missing: readonly object[] } }[];
    };
    expect(code).to.equal(0);
    expect(report.coverage[0]?.edges.percent).to.equal(12);
    expect(report.coverage[0]?.edges.missing[0]).to.include.keys('line', 'column', 'title');
  });

  it('fails below the threshold, and generates what is missing', async () => {
    const path = await fileWith('      - reply: order\n      - says: /order number/\n');
    const before = await parlance(['test', path, '--threshold', '100', '--generate']);
    expect(before.code).to.equal(1);
    expect(before.stderr).to.match(/cases? appended/);
    const after = await parlance(['test', path, '--threshold', '100']);
    expect(after.code, after.stdout + after.stderr).to.equal(0);
  });

  it('generates the first scenarios of a definition that has none, which then pass', async () => {
    const alone = await mkdtemp(join(folder, 'alone-'));
    await cp(join(import.meta.dirname, 'definitions/order-status.yaml'), join(alone, 'order-status.yaml'));
    const { code, stderr } = await parlance(['test', alone, '--generate']);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/order-status\.test\.yaml: \d+ cases written; read them before you rely on them\n$/);
    const after = await parlance(['test', alone, '--threshold', '100']);
    expect(after.code, after.stdout + after.stderr).to.equal(0);
  });

  it('writes transcripts with --update and compares them without', async () => {
    const path = join(folder, 'order-status.test.yaml');
    const text = (reply: string) =>
      `scenarios: order-status\ncases:\n  - case: one\n    transcript: one.txt\n    steps:\n      - reply: order\n      - reply: '${reply}'\n`;
    await writeFile(path, text('104233'));
    expect((await parlance(['test', path])).code).to.equal(1);
    expect((await parlance(['test', path, '--update'])).code).to.equal(0);
    expect(await readFile(join(folder, 'one.txt'), 'utf8')).to.match(/^> order\n {2}says What is your order number/);
    await writeFile(path, text('104234'));
    const { code, stdout } = await parlance(['test', path]);
    expect(code).to.equal(1);
    expect(stdout).to.include('  + > 104234\n');
  });

  it('exits with 2 where there is nothing to play, and with 1 where a file is broken', async () => {
    const missing = await parlance(['test', join(folder, 'nowhere')]);
    expect(missing).to.deep.include({ code: 2, stdout: '' });
    const path = await fileWith('      - replly: order\n');
    const broken = await parlance(['test', path]);
    expect(broken.code).to.equal(1);
    expect(broken.stderr).to.match(/unknown-key .* has no key "replly"[^]*did you mean: reply/);
  });

  it('simulates: answers what is piped in, tells time, state and causes, and saves a scenario that passes', async () => {
    const saved = join(folder, 'order-status.test.yaml');
    const lines = [
      'order',
      'hm',
      '/next',
      '/state',
      '/why',
      '104233',
      `/save ${saved} --force`,
      '/nonsense',
      '/quit',
      '',
    ];
    const definition = join(folder, 'order-status.yaml');
    const { code, stdout } = await parlance(
      ['simulate', definition, '--now', '2026-03-02T09:00:00Z'],
      lines.join('\n'),
    );
    expect(code).to.equal(0);
    expect(stdout).to.include('  says Are you still there? You find the number in our e-mail.\n');
    expect(stdout).to.include('order-status waits at number\n');
    expect(stdout).to.match(/because of timer\.fired[^]*because of message\.received .*"text":"hm"/);
    expect(stdout).to.include('there is no /nonsense');
    const played = await parlance(['test', saved]);
    expect(played.code, played.stdout + played.stderr).to.equal(0);
  });
});
