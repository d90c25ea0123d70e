import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { freePorts } from '../free-ports.ts';
import { requirePart } from '../require-part.ts';
import { build, environmentOf, type Image } from './image.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Package {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe('The image that the Dockerfile builds', () => {
  const { version, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Package;
  const scratch = mkdtempSync(join(tmpdir(), 'parlance-image-'));
  let image: Image;

  before(function () {
    requirePart(this, 'root, for the steps that run as root in a build', process.getuid?.() === 0, 'sudo');
    image = build(ROOT, scratch);
  });

  after(() => {
    rmSync(scratch, { recursive: true });
  });

  it('has the dependencies of production, and none of development', () => {
    const installed = (name: string): boolean => existsSync(join(image.folder, 'node_modules', name));
    expect(Object.keys(dependencies).filter((name) => !installed(name))).to.deep.equal([]);
    expect(Object.keys(devDependencies).filter(installed)).to.deep.equal([]);
  });

  it('has no sources, only what was built of them', () => {
    expect(readdirSync(image.folder).sort()).to.deep.equal(['conversations', 'dist', 'node_modules', 'package.json']);
  });

  it('runs as a user who is not root', () => {
    expect(image.stage.user).to.match(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts the same command as the chart', () => {
    const [, words = ''] =
      /args: \[(.*)\]/.exec(readFileSync(join(ROOT, 'helm/parlance/templates/_pod.tpl'), 'utf8')) ?? [];
    expect(words.split(', ').map((word) => word.replaceAll("'", ''))).to.deep.equal(image.stage.command);
  });

  it('tells its version', () => {
    const [program = '', ...words] = image.stage.command;
    const parameters = [...words.slice(0, -1), '--version'];
    const { stdout, stderr } = spawnSync(program, parameters, inImage(image));
    expect(stdout.trim(), stderr).to.include(version);
  });

  it('starts, is healthy by its own HEALTHCHECK, and stops when told', async () => {
    const { http: port } = await freePorts('http');
    const options = inImage(image, { PARLANCE_HTTP_PORT: port.toString() });
    const [program = '', ...parameters] = image.stage.command;
    const platform = spawn(program, parameters, options);
    const output = collect(platform);
    try {
      await healthy(image, options, platform, output);
      platform.kill('SIGTERM');
      const [code] = (await once(platform, 'exit')) as [number | null];
      expect(code, output.join('')).to.equal(0);
    } finally {
      platform.kill('SIGKILL');
    }
  });
});

const START_DEADLINE_MS = 120_000;

async function healthy(image: Image, options: ReturnType<typeof inImage>, platform: ChildProcess, output: string[]) {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (spawnSync('sh', ['-c', image.stage.healthCheck ?? 'false'], options).status !== 0) {
    if (platform.exitCode !== null) throw new Error(`it ends instead of starting:\n${output.join('')}`);
    if (Date.now() > deadline) throw new Error(`not healthy after ${START_DEADLINE_MS} ms:\n${output.join('')}`);
    await pause(250);
  }
}

function collect(platform: ChildProcess): string[] {
  const output: string[] = [];
  for (const stream of [platform.stdout, platform.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)));
  return output;
}

function inImage(image: Image, more: Readonly<Record<string, string>> = {}) {
  return { cwd: image.folder, env: { ...environmentOf(image), ...more }, encoding: 'utf8' as const };
}
