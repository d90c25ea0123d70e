/**
 * The second half of `npm run coverage -- PATH…`: runs the tests that tsc has put into coverage/compiled, without a
 * loader in between. PATH: a test file or a folder of them, as in `npx mocha`; without any, all tests.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COMPILED = 'coverage/compiled';

/** Tests look for what is beside them, and start programs from their sources: all of it is there as well. */
const FOLDERS = ['channels', 'connectors', 'conversations', 'docs', 'dsl', 'helm', 'runtime', 'scripts', 'test'];

for (const folder of FOLDERS) cpSync(folder, `${COMPILED}/${folder}`, { recursive: true });
cpSync('package.json', `${COMPILED}/package.json`);

const { timeout } = JSON.parse(readFileSync('.mocharc.json', 'utf8'));
const paths = process.argv.slice(2);
const mocha = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    fileURLToPath(import.meta.resolve('mocha/bin/mocha.js')),
    '--no-config',
    '--forbid-only',
    ...['--timeout', String(timeout)],
    ...['--reporter', `${COMPILED}/test/reporter.js`],
    ...(paths.length > 0 ? paths : ['test']).map(compiled),
  ],
  { stdio: 'inherit' },
);
process.exit(mocha.status ?? 1);

function compiled(path) {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const pattern = isFolder ? `${path.replace(/\/$/, '')}/**/*.test.ts` : path;
  return `${COMPILED}/${pattern.replace(/\.ts$/, '.js')}`;
}
