#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { runCommandLine } from './command-line.ts';
import { parlanceVersion } from './version.ts';

// `parlance … | head` has seen enough: the command goes on to its end, and says by its exit code what came of it.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await runCommandLine(hideBin(process.argv), parlanceVersion());
