import type { CommandModule } from 'yargs';
import { EXIT } from '../exit-codes.ts';

interface DiffArguments {
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
}

export const diffCommand: CommandModule<object, DiffArguments> = {
  command: 'diff <before> <after>',
  describe: 'Tell what a new version of a definition changes for people',
  builder: (yargs) =>
    yargs
      .positional('before', { type: 'string', demandOption: true, describe: 'A definition' })
      .positional('after', { type: 'string', demandOption: true, describe: 'Its new version' })
      .option('json', { type: 'boolean', default: false, describe: 'For scripts' })
      .epilogue('Exit codes: 0 the same, 1 they differ, 2 wrong usage or no valid definition'),
  handler: async ({ before, after, json }) => {
    process.exitCode = await compare(before, after, json);
  },
};

async function compare(before: string, after: string, json: boolean): Promise<number> {
  const { machineOfFile } = await import('../definition-machines.ts');
  const [old, young] = [await machineOfFile(before), await machineOfFile(after)];
  if (!old || !young) return EXIT.usage;
  const { changesBetween } = await import('../../../dsl/diff/changes.ts');
  const { renderChanges } = await import('../../../dsl/diff/text.ts');
  const changes = changesBetween(old, young);
  const versions = { before: old.version, after: young.version };
  process.stdout.write(
    json ? `${JSON.stringify({ ...versions, changes }, undefined, 2)}\n` : renderChanges(changes, versions),
  );
  return changes.length === 0 ? EXIT.ok : EXIT.failed;
}
