import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { temporaryFolder } from '../temporary-folder.ts';
import { blocksOf, shellIn } from './commands.ts';

describe('docs/tutorial.md', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });
  const shell = shellIn(folder.path);
  const blocks = blocksOf(readFileSync('docs/tutorial.md', 'utf8'));
  let current = folder.path;
  let output = '';

  it('has commands and files', () => {
    expect(blocks.map(({ kind }) => kind)).to.include.members(['sh', 'yaml', 'text']);
  });

  blocks.forEach(({ kind, argument, body }, index) => {
    const number = (index + 1).toString();
    if (kind === 'sh') {
      it(`block ${number} runs: ${body.trim().split('\n').join('; ')}`, async () => {
        output = await shell(`${body}pwd > "${folder.path}/pwd"\n`, { cwd: current });
        current = readFileSync(join(folder.path, 'pwd'), 'utf8').trim();
      });
    } else if (kind === 'yaml') {
      it(`block ${number} replaces ${argument}, which is there`, () => {
        const file = join(current, argument);
        expect(existsSync(file), file).to.equal(true);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, body);
      });
    } else {
      it(`block ${number} is what the command before it prints`, () => {
        expect(output).to.equal(body);
      });
    }
  });
});
