import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isBuilt } from './parlance.ts';

/** Before a run of all tests: they start `parlance` some hundred times. */
export async function mochaGlobalSetup(): Promise<void> {
  if (isBuilt()) return;
  console.log('Building, so that tests start what people run …');
  await promisify(execFile)('npm', ['run', '--silent', 'build']);
}
