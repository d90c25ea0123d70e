/**
 * `npm run verify`: what a change must pass before its tests. Two checks run at a time, for each takes one core; all of
 * them run, whatever one finds, and each tells what it found when it ends.
 */
import { execFile } from 'node:child_process';

/** The longest first. */
const CHECKS = ['lint', 'format:check', 'types', 'dead'];

const AT_ONCE = 2;

const waiting = [...CHECKS];

async function checkOneAfterAnother(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const started = performance.now();
    const { isPassed, output } = await run(check);
    if (!isPassed) process.exitCode = 1;
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${output}npm run ${check}: ${isPassed ? 'passed' : 'FAILED'} (${seconds} s)`);
  }
}

function run(check: string): Promise<{ readonly isPassed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', check], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ isPassed: error === null, output: stdout + stderr });
    });
  });
}

await Promise.all(Array.from({ length: AT_ONCE }, checkOneAfterAnother));
