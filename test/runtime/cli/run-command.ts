import yargs, { type CommandModule } from 'yargs';

/** Standard output of one command line, run in this process. Rejects with what the command rejects with. */
export async function runCommand<A>(
  commands: readonly CommandModule<object, A>[],
  words: readonly string[],
): Promise<string> {
  let output = '';
  const { stdout, stderr } = process;
  const [write, writeError] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  stdout.write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  stderr.write = () => true;
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
  return output;
}
