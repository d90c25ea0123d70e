import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

function validate(...args: readonly string[]): Promise<Ran> {
  const command = [...PARLANCE, 'validate', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('parlance validate', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parlance-validate-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('finds no problem in the shipped conversations', async () => {
    expect(await validate('conversations')).to.deep.equal({
      code: 0,
      stdout: '11 definitions and 2 shared files, no problems\n',
      stderr: '',
    });
  });

  it('takes a wrong argument for what it is: a sentence and exit code 2, no stack trace', async () => {
    const { code, stderr } = await validate('conversations', '--reply-window', 'x');
    expect(code).to.equal(2);
    expect(stderr).to.equal(
      '--reply-window takes a duration such as 24h\nparlance validate --help shows what it takes.\n',
    );
  });

  it('prints each problem with place, caret and suggestion, without colours where nobody looks, and exits with 1', async () => {
    const { code, stdout } = await validate('test/dsl/broken/unknown-key.yaml');
    expect(code).to.equal(1);
    expect(stdout.split('\n').slice(0, 4)).to.deep.equal([
      'test/dsl/broken/unknown-key.yaml:5:5 unknown-key this entry of "steps" has no key "sya"',
      '  5 |   - sya: Hi',
      '    |     ^^^',
      '  did you mean: say',
    ]);
  });

  it('prints JSON', async () => {
    const { code, stdout } = await validate('--json', 'test/dsl/broken/unknown-key.yaml');
    expect(code).to.equal(1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly unknown[] };
    expect(diagnostics[0]).to.deep.include({ code: 'unknown-key', line: 5, column: 5, suggestion: 'say' });
  });

  it('tells with --cost what each outcome costs, and what makes a text dear', async () => {
    const [text, json] = await Promise.all([
      validate('test/runtime/cli/commands/definitions/order-status.yaml', '--cost'),
      validate('test/runtime/cli/commands/definitions/order-status.yaml', '--cost', '--json'),
    ]);
    expect(text.stdout).to.match(
      /^order-status: SMS segments of each outcome\n {2}locale {2}outcome +min +expected +max\n/,
    );
    expect(text.stdout).to.match(/"found" in es is UCS-2, \d at most, because of .*í \(U\+00ED\)/);
    const { costs } = JSON.parse(json.stdout) as { costs: readonly object[] };
    expect(costs[0]).to.include({ conversation: 'order-status' }).and.to.have.any.keys('ways', 'texts');
  });

  it('writes the format that is asked for, and refuses one that it does not know', async () => {
    // What each format looks like is shown where reports are rendered.
    const [sarif, other] = await Promise.all([
      validate('test/dsl/broken/unknown-key.yaml', '--format', 'sarif'),
      validate('test/dsl/broken/unknown-key.yaml', '--format', 'xml'),
    ]);
    expect(JSON.parse(sarif.stdout)).to.include({ version: '2.1.0' });
    expect([sarif.code, other.code]).to.deep.equal([1, 2]);
  });

  it('sees what only several files show', async () => {
    const { code, stdout } = await validate(
      'test/dsl/broken/beside/keyword-taken.yaml',
      'test/dsl/broken/keyword-taken.yaml',
    );
    expect(code).to.equal(1);
    expect(stdout).to.match(/keyword-taken\.yaml:3:5 keyword-taken "hello" starts another/);
  });

  it('exits with 2 where there is nothing to read or the usage is wrong', async () => {
    await writeFile(join(folder, 'notes.txt'), '');
    const [missing, empty, nothing, unknown] = await Promise.all([
      validate(join(folder, 'none.yaml')),
      validate(folder),
      validate(),
      validate('conversations', '--colour'),
    ]);
    expect(missing).to.deep.include({ code: 2, stdout: '' });
    expect(missing.stderr).to.match(/none\.yaml: no such file or folder\n$/);
    expect(empty).to.deep.include({ code: 2, stderr: `${folder}: no .yaml file in this folder\n` });
    expect([nothing.code, unknown.code]).to.deep.equal([2, 2]);
  });
});
