import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);

interface Block {
  readonly kind: string;
  readonly argument: string;
  readonly body: string;
}

/** The fenced blocks of a page, in order. */
function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm)].map(([, kind = '', argument = '', body = '']) => {
    return { kind, argument, body };
  });
}

/** A `parlance` on the path that is this checkout's. */
function installParlance(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const tsx = pathToFileURL(resolve('node_modules/tsx/dist/loader.mjs')).href;
  const command = `exec "${process.execPath}" --import "${tsx}" "${resolve('runtime/cli/parlance.ts')}" "$@"`;
  writeFileSync(join(bin, 'parlance'), `#!/bin/sh\n${command}\n`);
  chmodSync(join(bin, 'parlance'), 0o755);
  return bin;
}

describe('docs/tutorial.md', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });
  const path = `${installParlance(folder.path)}${delimiter}${process.env['PATH'] ?? ''}`;
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
        const script = `set -e\n${body}pwd > "${folder.path}/pwd"\n`;
        const { stdout } = await run('/bin/sh', ['-c', script], { cwd: current, env: { ...process.env, PATH: path } });
        output = stdout;
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
