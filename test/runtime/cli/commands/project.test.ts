import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { PARLANCE } from '../../../parlance.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function parlanceIn(cwd: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((settle) => {
    execFile(process.execPath, [...PARLANCE, ...args], { cwd }, (error, stdout, stderr) => {
      settle({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('parlance init, new, fmt and completion', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  it('init makes a project whose schema takes its conversation, and replaces nothing', async () => {
    expect(await parlanceIn(folder.path, 'init', 'mine')).to.include({ code: 0, stderr: '' });
    const read = (path: string) => readFileSync(join(folder.path, 'mine', path), 'utf8');
    for (const [schema, file] of [
      ['conversation', 'conversations/hello/hello.yaml'],
      ['project', 'project.yaml'],
    ] as const) {
      const validate = new Ajv2020({ strict: false }).compile(
        JSON.parse(read(`.vscode/${schema}.schema.json`)) as object,
      );
      expect(validate(parse(read(file))), JSON.stringify(validate.errors)).to.equal(true);
    }
    expect(read('.vscode/settings.json')).to.include('./.vscode/conversation.schema.json');
    const again = await parlanceIn(folder.path, 'init', 'mine');
    expect(again.code).to.equal(1);
    expect(again.stderr).to.match(/mine\/README\.md.* exists already\n {2}project-file-exists/);
  });

  it('new says which templates there are, and what a name is', async () => {
    const [template, name] = await Promise.all([
      parlanceIn(folder.path, 'new', 'x', '--from', 'frist'),
      parlanceIn(folder.path, 'new', '../x'),
    ]);
    expect(template.stderr).to.match(/there is no template "frist": did you mean first\?/);
    expect(name.stderr).to.match(/conversation-name-invalid/);
  });

  it('fmt names what it changes, and with --check only that', async () => {
    const files = join(folder.path, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'a.yaml'), 'start: [{match: a}]\nconversation: a\n');
    writeFileSync(join(files, 'b.yaml'), 'a: [\n');
    expect(await parlanceIn(files, 'fmt', '--check', 'a.yaml')).to.include({ code: 1, stdout: 'a.yaml\n' });
    expect(readFileSync(join(files, 'a.yaml'), 'utf8')).to.match(/^start/);
    const both = await parlanceIn(files, 'fmt', '.');
    expect(both).to.include({ code: 1, stdout: 'a.yaml\n' });
    expect(both.stderr).to.match(/^b\.yaml:\d+:\d+ yaml-syntax/);
    expect(readFileSync(join(files, 'a.yaml'), 'utf8')).to.equal('conversation: a\nstart: [{ match: a }]\n');
  });

  it('completion knows the commands', async () => {
    const { stdout } = await parlanceIn(folder.path, '--get-yargs-completions', 'parlance', 'v');
    expect(stdout.split('\n').map((line) => line.split(':')[0])).to.include('validate');
    const script = await parlanceIn(folder.path, 'completion');
    // File names, where it has no suggestion of its own.
    expect(script.stdout).to.match(/-o default|_default/);
  });
});
