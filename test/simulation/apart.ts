import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What `npm run simulate` with these options prints as JSON: its modules are loaded in a process of their own. */
export async function simulateApart<Result>(...options: readonly string[]): Promise<Result> {
  const script = `${import.meta.dirname}/run.ts`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--enable-source-maps', script, '--json', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as Result;
}
