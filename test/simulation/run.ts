/**
 * npm run simulate -- --seeds=N [--first=S] [--processes=P] [--failures=F] [--plant=BUG] [--sites] [--json]
 * npm run simulate -- --hunt --seeds=N [--plant=BUG]
 * npm run simulate -- --seed=S [--only=I,J] [--topic=PART] [--plant=BUG]
 */
import { register } from 'node:module';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Catch } from './hunt.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: availableParallelism().toString() },
    failures: { type: 'string', default: '3' },
    seed: { type: 'string' },
    only: { type: 'string' },
    topic: { type: 'string' },
    plant: { type: 'string' },
    hunt: { type: 'boolean', default: false },
    sites: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const { plant, seed, only, topic } = values;
register('./loader.ts', import.meta.url);

if (values.hunt) await huntAll();
else if (seed === undefined) await many();
else await one(Number(seed));

/** Which seeds show the bugs that are planted on purpose. */
async function huntAll(): Promise<void> {
  const { hunt } = await import('./hunt.ts');
  const { PLANTED_NAMES } = await import('./planted.ts');
  const catches: Catch[] = [];
  for (const name of plant === undefined ? PLANTED_NAMES : [plant]) {
    const caught = await hunt(name, Number(values.seeds));
    catches.push(caught);
    if (!values.json) console.log(name, caught.seed ?? 'not found', caught.problem ?? '');
  }
  if (values.json) process.stdout.write(JSON.stringify(catches));
  if (catches.some(({ seed: found }) => found === undefined)) process.exitCode = 1;
}

async function many(): Promise<void> {
  const options = {
    first: Number(values.first),
    count: Number(values.seeds),
    failuresMax: Number(values.failures),
    plant,
  };
  const processes = Number(values.processes);
  const started = performance.now();
  const { reportOf, sitesText } = await import('./report.ts');
  const summary =
    processes > 1
      ? await (await import('./children.ts')).simulateInChildren(options, processes)
      : await (await import('./seeds.ts')).simulateSeeds(options);
  if (values.json) process.stdout.write(JSON.stringify(summary));
  else {
    if (values.sites) console.log(`never crashed at:\n${sitesText(summary)}\n`);
    console.log(reportOf(summary, performance.now() - started, plant));
  }
  if (summary.failures.length > 0) process.exitCode = 1;
}

/** Tells everything that happens in one seed. */
async function one(number: number): Promise<void> {
  const { simulate } = await import('./simulation.ts');
  const { topicText } = await import('./history.ts');
  const places = only
    ?.split(',')
    .filter((place) => place !== '')
    .map(Number);
  const outcome = await simulate(number, {
    only: places,
    plant,
    inspect: async (broker) => {
      if (topic !== undefined) console.log(await topicText(broker, topic));
    },
  });
  const { shape, lines, problems, steps, hash } = outcome;
  console.log([JSON.stringify(shape), ...lines, `${steps} steps, hash ${hash}`, ...problems].join('\n'));
  if (values.json) console.log(JSON.stringify(outcome));
  console.log(problems.length === 0 ? 'everything held' : `${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
