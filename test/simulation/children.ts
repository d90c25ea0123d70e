import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { SeedsOptions } from './seeds.ts';
import { emptySummary, sumOf, type Summary } from './summary.ts';

/** The seeds spread over processes: a world takes one core. */
export async function simulateInChildren(
  { first, count, failuresMax, plant }: SeedsOptions,
  processes: number,
): Promise<Summary> {
  const share = Math.ceil(count / processes);
  const shares = Array.from({ length: processes }, (_, at) => ({
    first: first + at * share,
    count: Math.max(0, Math.min(share, count - at * share)),
  }));
  const summaries = await Promise.all(
    shares.filter((one) => one.count > 0).map((one) => simulateInChild({ ...one, failuresMax, plant })),
  );
  return summaries.reduce(sumOf, emptySummary());
}

async function simulateInChild({ first, count, failuresMax, plant }: SeedsOptions): Promise<Summary> {
  const script = `${import.meta.dirname}/run.ts`;
  const range = [`--first=${first}`, `--seeds=${count}`, `--failures=${failuresMax}`, '--processes=1', '--json'];
  const planted = plant === undefined ? [] : [`--plant=${plant}`];
  const child = spawn(process.execPath, ['--import', 'tsx', '--enable-source-maps', script, ...range, ...planted], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (output === '') throw new Error(`the simulation of seeds ${first} to ${first + count - 1} broke off`);
  return JSON.parse(output) as Summary;
}
