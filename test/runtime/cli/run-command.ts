import yargs, { type CommandModule } from 'yargs';

/** Standard output of one command line, run in this process. Rejects with what the command rejects with. */
export async function runCommand<A>(
  commands: readonly CommandModule<object, A>[],
  words: readonly string[],
): Promise<string> {
  return (await outcomeOf(commands, words)).output;
}

/** What one command line, run in this process, says on standard output and standard error. */
export async function outcomeOf<A>(
  commands: readonly CommandModule<object, A>[],
  words: readonly string[],
): Promise<{ readonly output: string; readonly errors: string }> {
  let [output, errors] = ['', ''];
  const { stdout, stderr } = process;
  const [write, writeError] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  stdout.write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  stderr.write = (text: string | Uint8Array) => {
    errors += String(text);
    return true;
  };
  try {
    await yargs(words)
      .command([...commands])
      .strict()
      .exitProcess(false)
      .fail((message, error) => {
        throw (error as Error | undefined) ?? new Error(message);
      })
      .parseAsync();
  } finally {
    stdout.write = write;
    stderr.write = writeError;
  }
  return { output, errors };
}
