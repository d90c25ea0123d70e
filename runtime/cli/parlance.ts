#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { hideBin } from 'yargs/helpers';
import { runCommandLine } from './command-line.ts';

const { version } = JSON.parse(readFileSync(findPackage(), 'utf8')) as { version: string };

process.exitCode = await runCommandLine(hideBin(process.argv), version);

/** Two folders up in the sources, three in the compiled output. */
function findPackage(): URL {
  const inDist = import.meta.url.includes('/dist/runtime/cli/');
  return new URL(inDist ? '../../../package.json' : '../../package.json', import.meta.url);
}
