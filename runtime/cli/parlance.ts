#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { runCommandLine } from './command-line.ts';
import { parlanceVersion } from './version.ts';

process.exitCode = await runCommandLine(hideBin(process.argv), parlanceVersion());
