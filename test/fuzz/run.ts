/** `npm run fuzz`: mutated files for the front end, many more than the tests try. Exit code 1 where one crashes or hangs it, 2 for wrong arguments. */
import { fork } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import type { FuzzNews } from './child.ts';

/** Far longer than any file takes, even where the machine is busy: what takes longer hangs. */
const HANG_MS = 60_000;

const { files, seed } = yargs(hideBin(process.argv))
  .scriptName('npm run fuzz --')
  .usage(
    '$0 [options]\n\nChanges definitions at random and sees that each gives a machine, or a diagnostic with a place.',
  )
  .options({
    files: { type: 'number', default: 100_000, describe: 'How many' },
    seed: { type: 'number', default: Date.now() % 2 ** 31, describe: 'The same seed makes the same files' },
  })
  .check(({ files: count, seed: given }) => {
    if (Number.isInteger(count) && count > 0 && Number.isInteger(given)) return true;
    throw new Error('--files and --seed take whole numbers');
  })
  .strict()
  .fail((message: string, error: Error | undefined, parser) => {
    parser.showHelp();
    console.error(`\n${error?.message ?? message}`);
    process.exit(2);
  })
  .parseSync();

let tried = 0;
let refused = 0;
let newest = '';
let isOver = false;
const child = fork(join(import.meta.dirname, 'child.ts'), [files.toString(), seed.toString()]);
const hang = setTimeout(hung, HANG_MS);

child.on('message', (news: FuzzNews) => {
  switch (news.kind) {
    case 'file':
      tried += 1;
      newest = news.text;
      hang.refresh();
      if (tried % 100 === 0) showProgress();
      return;
    case 'refused':
      refused += 1;
      return;
    case 'failed':
      void fail(news.text, news.reason);
      return;
    case 'done':
      isOver = true;
      clearTimeout(hang);
      clearLine();
      console.log(
        `${tried.toString()} files, ${refused.toString()} refused, no crash and no hang (seed ${seed.toString()})`,
      );
  }
});
child.on('exit', (code, signal) => {
  if (!isOver) void fail(newest, `the process that checks ended with ${signal ?? String(code)}`);
});

function hung(): void {
  void fail(newest, `nothing came of it within ${(HANG_MS / 1000).toString()} s`);
}

async function fail(text: string, reason: string): Promise<void> {
  isOver = true;
  clearTimeout(hang);
  child.kill('SIGKILL');
  clearLine();
  const path = join(await mkdtemp(join(tmpdir(), 'parlance-fuzz-')), 'found.yaml');
  await writeFile(path, text);
  console.error(`file ${tried.toString()} of seed ${seed.toString()}: ${reason}\nit is kept in ${path}`);
  process.exit(1);
}

function showProgress(): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${tried.toString()} of ${files.toString()} files …`);
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}
