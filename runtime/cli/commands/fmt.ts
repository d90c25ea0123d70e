import { writeFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import type { CommandModule } from 'yargs';
import type { Diagnostic } from '../../../dsl/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../../dsl/diagnostics/format.ts';
import { formatText } from '../../../dsl/format/format.ts';
import { EXIT } from '../exit-codes.ts';
import { readYamlFiles } from '../files.ts';

interface FmtArguments {
  readonly paths: readonly string[];
  readonly check: boolean;
}

export const fmtCommand: CommandModule<object, FmtArguments> = {
  command: 'fmt <paths..>',
  describe: 'Write definitions in their one form: order of keys, quotes, indentation',
  builder: (yargs) =>
    yargs
      .positional('paths', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Files or folders; - reads standard input and prints',
      })
      .option('check', {
        type: 'boolean',
        default: false,
        describe: 'Change nothing; name the files that would change',
      })
      .epilogue('Exit codes: 0 done, 1 a file is no valid YAML or (--check) would change, 2 wrong usage'),
  handler: async ({ paths, check }) => {
    process.exitCode = paths.length === 1 && paths[0] === '-' ? await formatInput() : await formatFiles(paths, check);
  },
};

async function formatInput(): Promise<number> {
  const formatted = formatText(await textOf(process.stdin), { file: 'standard input' });
  if ('diagnostics' in formatted) return tell(formatted.diagnostics);
  process.stdout.write(formatted.text);
  return EXIT.ok;
}

async function formatFiles(paths: readonly string[], check: boolean): Promise<number> {
  const { files, unreadable } = await readYamlFiles(paths);
  if (unreadable.length > 0) {
    process.stderr.write(unreadable.map((line) => `${line}\n`).join(''));
    return EXIT.usage;
  }
  const problems: Diagnostic[] = [];
  let changed = 0;
  for (const { file, text } of files) {
    const formatted = formatText(text, { file });
    if ('diagnostics' in formatted) problems.push(...formatted.diagnostics);
    else if (formatted.text !== text) {
      changed += 1;
      if (!check) await writeFile(file, formatted.text);
      process.stdout.write(`${file}\n`);
    }
  }
  if (problems.length > 0) return tell(problems);
  return check && changed > 0 ? EXIT.failed : EXIT.ok;
}

function tell(diagnostics: readonly Diagnostic[]): number {
  process.stderr.write(formatDiagnostics(diagnostics));
  return EXIT.failed;
}
