import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { diagramCommand } from '../../../../runtime/cli/commands/diagram.ts';
import { diffCommand } from '../../../../runtime/cli/commands/diff.ts';
import { runCommand } from '../run-command.ts';

const DEFINITION = 'conversation: asks\nstart: [{ match: begin }]\nsteps:\n  - say: Hello.\n    end: greeted\n';

describe('parlance diagram and parlance diff', () => {
  let folder = '';
  let file = '';
  let newer = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parlance-diagram-'));
    [file, newer] = [join(folder, 'asks.yaml'), join(folder, 'newer.yaml')];
    await writeFile(file, DEFINITION);
    await writeFile(newer, DEFINITION.replace('Hello.', 'Good day.'));
    await writeFile(join(folder, 'broken.yaml'), DEFINITION.replace('say', 'sya'));
  });

  beforeEach(() => {
    process.exitCode = undefined;
  });

  after(async () => {
    process.exitCode = undefined;
    await rm(folder, { recursive: true });
  });

  const diagram = (...words: readonly string[]) => runCommand([diagramCommand], ['diagram', ...words]);
  const diff = (...words: readonly string[]) => runCommand([diffCommand], ['diff', ...words]);
  /** Read and reset: whoever runs the tests sees their own. */
  const exitCode = () => {
    const { exitCode: code } = process;
    process.exitCode = undefined;
    return code;
  };

  it('draws Mermaid, SVG and XState', async () => {
    expect(await diagram(file)).to.match(/^---\ntitle: "asks"\n---\nflowchart TB\n/);
    expect(await diagram(file, '--format', 'svg')).to.match(/^<svg [^]*<\/svg>\n$/);
    expect(JSON.parse(await diagram(file, '--format', 'xstate'))).to.include({ id: 'asks' });
    expect(exitCode()).to.equal(0);
  });

  it('writes a file, and exits with 1 where it can not', async () => {
    const out = join(folder, 'asks.svg');
    expect(await diagram(file, '--format', 'svg', '--out', out)).to.equal('');
    expect(await readFile(out, 'utf8')).to.match(/^<svg /);
    expect(exitCode()).to.equal(0);
    await diagram(file, '--out', join(folder, 'nowhere', 'asks.mmd'));
    expect(exitCode()).to.equal(1);
  });

  it('replaces a file that is there with --force only', async () => {
    const out = join(folder, 'mine.mmd');
    await writeFile(out, 'mine');
    const refused: unknown = await diagram(file, '--out', out).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'project-file-exists' });
    expect(await readFile(out, 'utf8')).to.equal('mine');
    await diagram(file, '--out', out, '--force');
    expect(await readFile(out, 'utf8')).to.match(/^---\ntitle: "asks"/);
    expect(exitCode()).to.equal(0);
  });

  it('exits with 2 where there is no valid definition', async () => {
    expect(await diagram(join(folder, 'broken.yaml'))).to.equal('');
    expect(exitCode()).to.equal(2);
    expect(await diff(file, join(folder, 'missing.yaml'))).to.equal('');
    expect(exitCode()).to.equal(2);
  });

  it('tells changes, and exits with 1 where there are any', async () => {
    expect(await diff(file, newer)).to.match(
      /^\w{8} → \w{8}: 1 change\n\nTexts\n {2}step-1: says \(en\)\n {4}- Hello\.\n/,
    );
    expect(exitCode()).to.equal(1);
    expect(await diff(file, file)).to.match(/^No change: both are version \w{8}\.\n$/);
    expect(exitCode()).to.equal(0);
  });

  it('tells changes to scripts', async () => {
    const { changes } = JSON.parse(await diff(file, newer, '--json')) as { changes: unknown };
    expect(changes).to.deep.equal([
      { kind: 'text', where: 'step-1: says', locale: 'en', before: 'Hello.', after: 'Good day.' },
    ]);
    expect(JSON.parse(await diff(file, file, '--json'))).to.deep.include({ changes: [] });
  });
});
