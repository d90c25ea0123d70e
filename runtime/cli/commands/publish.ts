import { isatty } from 'node:tty';
import type { Argv, CommandModule } from 'yargs';
import { hasErrors } from '../../../dsl/diagnostics/diagnostic.ts';
import { renderReport } from '../../../dsl/report/report.ts';
import type { PublishedReport } from '../../definitions/definitions.ts';
import { ReadingProjects, uploadOf } from '../../definitions/upload.ts';
import { checkDefinitions } from '../../project/check-definitions.ts';
import { isShared, readDefinitions } from '../definition-sources.ts';
import { EXIT } from '../exit-codes.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { parlanceVersion } from '../version.ts';
import { configurationOf } from './configuration-options.ts';

interface PublishArguments extends PlatformArguments {
  readonly paths: readonly string[];
  readonly activate: boolean;
}

export const publishCommand: CommandModule<object, PublishArguments> = {
  command: 'publish [paths..]',
  describe: 'Check definitions, store them on a running platform and put them in force',
  builder: (yargs: Argv) =>
    withPlatformOptions(yargs)
      .positional('paths', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Files or folders (default: those of the setting "conversations")',
      })
      .option('activate', {
        type: 'boolean',
        default: true,
        describe: 'New conversations start by them at once; --no-activate only stores them',
      })
      .epilogue('Exit codes: 0 published, 1 problems (then nothing was published), 2 nothing to read'),
  handler: async (args) => {
    process.exitCode = await publish(args);
  },
};

async function publish(args: PublishArguments): Promise<number> {
  const paths = args.paths.length > 0 ? args.paths : configurationOf(args).configuration.conversations;
  const sources = await readDefinitions(paths);
  if (!sources) return EXIT.usage;
  const projects = new ReadingProjects();
  const { diagnostics } = await checkDefinitions(sources, { projects });
  if (diagnostics.length > 0) {
    const files = sources.map(({ file }) => file);
    // Colours only where a person looks: https://no-color.org
    const color = isatty(process.stderr.fd) && (process.env['NO_COLOR'] ?? '') === '';
    const report = { files, diagnostics, shared: sources.filter(isShared).length };
    process.stderr.write(renderReport('text', report, { version: parlanceVersion(), color, costs: undefined }));
  }
  if (hasErrors(diagnostics)) return EXIT.failed;
  const definitions = sources.filter((source) => !isShared(source));
  if (definitions.length === 0) {
    process.stderr.write('no definition among these files\n');
    return EXIT.usage;
  }
  const query = new URLSearchParams(args.activate ? {} : { activate: 'false' });
  const body = JSON.stringify(uploadOf(definitions, projects.read));
  const answer = (await askPlatform(args, { method: 'POST', path: 'definitions', query, body })) as {
    readonly definitions: readonly PublishedReport[];
  };
  printAnswer(args, answer.definitions, () => answer.definitions.map(line).join(''));
  return EXIT.ok;
}

function line({ definition, version, isNew, isActivated, isInForce }: PublishedReport): string {
  const what = isNew ? 'published' : 'was there already';
  const force = isActivated ? 'in force from now on' : isInForce ? 'in force as before' : 'not in force';
  return `${definition} ${version}: ${what}, ${force}\n`;
}
