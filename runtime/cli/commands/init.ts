import { basename, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { projectFiles } from '../project/project-files.ts';
import { conversationFiles, FIRST_TEMPLATE } from '../project/templates.ts';
import { writeNew } from '../project/write.ts';

interface InitArguments {
  readonly folder: string;
}

export const initCommand: CommandModule<object, InitArguments> = {
  command: 'init [folder]',
  describe:
    'Make a project: what its conversations have in common, a first one with its scenarios, queries, and what editors need',
  builder: (yargs) =>
    yargs.positional('folder', { type: 'string', default: '.', describe: 'Made where it does not exist' }),
  handler: async ({ folder }) => {
    const files = [...projectFiles(basename(resolve(folder))), ...(await conversationFiles('hello', FIRST_TEMPLATE))];
    for (const file of await writeNew(folder, files)) process.stdout.write(`${file}\n`);
    const enter = resolve(folder) === resolve('.') ? '' : `cd ${folder} && `;
    process.stdout.write(`\nNext: ${enter}parlance validate conversations\n`);
  },
};
