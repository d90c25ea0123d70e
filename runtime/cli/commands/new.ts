import type { CommandModule } from 'yargs';
import { conversationFiles, FIRST_TEMPLATE } from '../project/templates.ts';
import { writeNew } from '../project/write.ts';

interface NewArguments {
  readonly name: string;
  readonly from: string;
}

export const newCommand: CommandModule<object, NewArguments> = {
  command: 'new <name>',
  describe: 'Begin a conversation in conversations/NAME, from a template',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Small letters, digits and "-"' })
      .option('from', {
        type: 'string',
        default: FIRST_TEMPLATE,
        describe: 'A template: first, or a conversation that comes with Parlance',
      }),
  handler: async ({ name, from }) => {
    for (const file of await writeNew('.', await conversationFiles(name, from))) process.stdout.write(`${file}\n`);
  },
};
