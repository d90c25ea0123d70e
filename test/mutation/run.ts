/** `npm run mutation`: how many faults put into the shipped conversations are caught, and by whom. Exit code 2 for wrong arguments. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { Folder, type Judged } from './judge.ts';
import { scoresOf, scoreTable } from './score.ts';

const { paths, mutator, json } = yargs(hideBin(process.argv))
  .scriptName('npm run mutation --')
  .usage('$0 [paths..]\n\nPuts faults into definitions, one at a time, and sees who catches them.')
  .command('$0 [paths..]', false, (command) =>
    command.positional('paths', { type: 'string', array: true, default: ['conversations'] }),
  )
  .options({
    mutator: { type: 'string', describe: 'Only those whose name has this in it' },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  })
  .strict()
  .fail((message: string, error: Error | undefined, parser) => {
    parser.showHelp();
    console.error(`\n${error?.message ?? message}`);
    process.exit(2);
  })
  .parseSync() as unknown as { readonly paths: readonly string[]; readonly mutator?: string; readonly json: boolean };

const judged: Judged[] = [];
for (const folder of await Folder.openAll(paths)) {
  const mutants = folder.mutants().filter(({ mutator: name }) => name.includes(mutator ?? ''));
  for (const [index, mutant] of mutants.entries()) {
    showProgress(`${folder.path}: ${(index + 1).toString()} of ${mutants.length.toString()}`);
    judged.push(await folder.judge(mutant));
  }
}
clearProgress();
const order = [...judged].sort((a, b) => a.mutator.localeCompare(b.mutator));
console.log(json ? JSON.stringify({ scores: scoresOf(order), mutants: judged }, undefined, 2) : scoreTable(order));

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line} …`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}
