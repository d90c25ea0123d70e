import yargs from 'yargs';
import { ParlanceError } from '../../channels/error.ts';
import { fileProblem } from '../project/file-problem.ts';
import { baselineCommand } from './commands/baseline.ts';
import { broadcastsCommand } from './commands/broadcasts.ts';
import { configCommand } from './commands/config.ts';
import { debugCommand } from './commands/debug.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { definitionsCommand } from './commands/definitions.ts';
import { conversationsCommand } from './commands/conversations.ts';
import { diagramCommand } from './commands/diagram.ts';
import { diffCommand } from './commands/diff.ts';
import { eventsCommand } from './commands/events.ts';
import { expectCommand } from './commands/expect.ts';
import { fmtCommand } from './commands/fmt.ts';
import { initCommand } from './commands/init.ts';
import { keysCommand } from './commands/keys.ts';
import { listsCommand } from './commands/lists.ts';
import { lspCommand } from './commands/lsp.ts';
import { migrateCommand } from './commands/migrate.ts';
import { newCommand } from './commands/new.ts';
import { outboxCommand } from './commands/outbox.ts';
import { publishCommand } from './commands/publish.ts';
import { recordCommand } from './commands/record.ts';
import { simulateCommand } from './commands/simulate.ts';
import { replayCommand } from './commands/replay.ts';
import { sqlCommand } from './commands/sql.ts';
import { startCommand } from './commands/start.ts';
import { stateCommand } from './commands/state.ts';
import { storeCommand } from './commands/store.ts';
import { testCommand } from './commands/test.ts';
import { tenantsCommand, type OpenBroker } from './commands/tenants.ts';
import { validateCommand } from './commands/validate.ts';
import { whatIfCommand } from './commands/whatif.ts';
import { checkedByName } from './argument-checks.ts';
import { EXIT } from './exit-codes.ts';

/** What yargs has to say about the arguments. */
class UsageError extends Error {}

/** Codes of a value that an option can not have. */
const WRONG_ARGUMENT: ReadonlySet<string> = new Set([
  'address-invalid',
  'moment-invalid',
  'replay-option-invalid',
  'store-url-invalid',
  'tenant-name-invalid',
]);

/** What only some commands need is loaded by them: an author who validates waits for no broker's code. */
const openConfigured: OpenBroker = async (configuration) =>
  (await import('../main/open-broker.ts')).openBroker(configuration);

/** Runs one command line and returns its exit code. A person's mistake gets a sentence, never a stack trace. */
export async function runCommandLine(args: readonly string[], version: string): Promise<number> {
  const parser = yargs([...args])
    .scriptName('parlance')
    .version(version)
    .command(startCommand)
    .command(validateCommand)
    .command(fmtCommand)
    .command(diagramCommand)
    .command(diffCommand)
    .command(initCommand)
    .command(newCommand)
    .command(lspCommand)
    .command(testCommand)
    .command(expectCommand)
    .command(recordCommand)
    .command(simulateCommand)
    .command(sqlCommand)
    .command(eventsCommand)
    .command(baselineCommand)
    .command(whatIfCommand(openConfigured))
    .command(stateCommand(openConfigured))
    .command(debugCommand(openConfigured))
    .command(tenantsCommand(openConfigured))
    .command(storeCommand(openConfigured))
    .command(replayCommand(openConfigured))
    .command(publishCommand)
    .command(definitionsCommand)
    .command(migrateCommand)
    .command(conversationsCommand)
    .command(deadLettersCommand)
    .command(broadcastsCommand)
    .command(listsCommand)
    .command(outboxCommand)
    .command(keysCommand)
    .command(configCommand)
    .completion('completion', 'Print a completion script: parlance completion >> ~/.bashrc')
    .demandCommand(1, 'Which command?')
    .recommendCommands()
    .strict()
    .check(checkedByName)
    .exitProcess(false)
    .wrap(Math.min(100, process.stdout.columns || 100))
    .fail((message, error: unknown) => {
      // A command's own rejection, or else yargs' complaint about the arguments, which may be an error of its own.
      throw error instanceof Error && error.name !== 'YError' ? error : new UsageError(inWords(message));
    });
  try {
    await parser.parseAsync();
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return report(error, args[0]);
  }
}

/** Instead of counting what stands on the line. */
function inWords(message: string): string {
  return message.startsWith('Not enough non-option arguments') ? 'An argument is missing.' : message;
}

function report(error: unknown, command: string | undefined): number {
  if (error instanceof UsageError) {
    const about = command === undefined || command.startsWith('-') ? '' : `${command} `;
    process.stderr.write(`${error.message}\nparlance ${about}--help shows what it takes.\n`);
    return EXIT.usage;
  }
  if (!(error instanceof ParlanceError)) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    process.stderr.write(`${problem}\n`);
    return EXIT.usage;
  }
  const code: string = error.code as string;
  process.stderr.write(`${error.message}\n  ${code}: see ${error.help}\n`);
  return code.startsWith('config-') || WRONG_ARGUMENT.has(code) ? EXIT.usage : EXIT.failed;
}
