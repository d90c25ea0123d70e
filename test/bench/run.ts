/** `npm run bench`: see docs/benchmarks.md. Exit code 1 where the figures do not add up, 2 for wrong arguments. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { partsReport } from './parts/report.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from '../pulsar/libraries.ts';
import { benchEngine, measurable, PART_NAMES } from './engine/suite.ts';
import { languageReport } from './language-report.ts';
import { benchLanguage } from './language-suite.ts';
import { benchPlatform, type PlatformBench } from './platform-suite.ts';
import { reportOf } from './report.ts';
import { DRIVERS } from './scene.ts';
import { benchStart, reportOfStart } from './start-suite.ts';
import { benchStore, STORE_PART_NAMES } from './store/suite.ts';

/** As long as a definition may be. */
const LONG_STEPS = 1000;

const SUITES = ['platform', 'engine', 'language', 'store', 'start'] as const;

const arguments_ = yargs(hideBin(process.argv))
  .scriptName('npm run bench --')
  .usage('$0 [options]\n\nMeasures how many durable steps the platform makes, and how long a reply takes.')
  .options({
    suite: { choices: SUITES, default: SUITES[0], describe: 'What to measure' },
    part: { type: 'string', describe: 'Of --suite engine or store, one after the other; default: all' },
    events: { type: 'number', default: 200_000, describe: 'To be sunk, with --suite store' },
    rows: { type: 'number', default: 10_000_000, describe: 'To be queried, with --suite store' },
    people: { type: 'number', default: 100_000, describe: 'Whose past is compared, with --suite store' },
    'per-second': { type: 'number', default: 5_000, describe: 'Events of a steady stream, with --suite store' },
    size: { type: 'number', default: 100_000, describe: 'Waiting conversations, with --suite engine' },
    due: { type: 'number', default: 10_000, describe: 'Deadlines due at once, with --suite engine' },
    'due-seconds': { type: 'number', default: 60, describe: 'Within which those are due, with --suite engine' },
    'overload-seconds': { type: 'number', default: 60, describe: 'With --suite engine; 600 are ten minutes' },
    'max-waiting': { type: 'number', default: 50_000, describe: 'As http.maxWaiting, with --suite engine' },
    tenants: { type: 'number', default: 500, describe: 'Idle ones on one worker, with --suite engine' },
    files: { type: 'number', default: 1000, describe: 'Definitions, with --suite language' },
    steps: { type: 'number', default: 50, describe: 'Of each, with --suite language' },
    driver: {
      choices: DRIVERS,
      default: DRIVERS[0],
      describe: 'The broker; all but embedded start a real Pulsar here',
    },
    conversations: { type: 'string', default: '1,16,256', describe: 'In flight, one level after the other' },
    partitions: { type: 'number', default: 4, describe: 'Of the tenant' },
    sink: { type: 'boolean', default: false, describe: 'Also store everything in the embedded ClickHouse' },
    receipts: { type: 'boolean', default: false, describe: 'Also state that each reply was sent' },
    rounds: { type: 'number', default: 3, describe: 'Per level' },
    seconds: { type: 'number', default: 4, describe: 'Per round' },
    'warm-up': { type: 'number', default: 2, describe: 'Seconds per level, not counted' },
    profile: { type: 'string', describe: 'One more round a level writes PROFILE-LEVEL.cpuprofile' },
    folder: { type: 'string', default: tmpdir(), describe: 'Where the temporary data goes: on the disk to measure' },
    idle: { type: 'number', default: 60, describe: 'Seconds in which nothing happens, with --suite start or engine' },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  })
  .check(({ conversations, partitions, rounds, seconds, 'warm-up': warmUp, part, size, due, suite }) => {
    partsOf(part, suite === 'store' ? STORE_PART_NAMES : PART_NAMES);
    if (!(size >= 2 * due)) throw new Error('--size takes at least twice what --due does');
    const whole = [...levelsOf(conversations), partitions, rounds];
    if (whole.some((value) => !Number.isInteger(value) || value < 1)) {
      throw new Error('--conversations, --partitions and --rounds take whole numbers from 1');
    }
    if (!(seconds > 0 && warmUp > 0)) throw new Error('--seconds and --warm-up take numbers above 0');
    return true;
  })
  .strict()
  .fail((message: string, error: Error | undefined, parser) => {
    parser.showHelp();
    console.error(`\n${error?.message ?? message}`);
    process.exit(2);
  })
  .parseSync();

function levelsOf(text: string): readonly number[] {
  return text.split(',').map(Number);
}

/** Those that are named, or all. */
function partsOf<Name extends string>(text: string | undefined, names: readonly Name[]): readonly Name[] {
  if (text === undefined) return names;
  return text.split(',').map((name) => {
    const part = names.find((known) => known === name);
    if (part === undefined) throw new Error(`--part takes ${names.join()}, not ${name}`);
    return part;
  });
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line} …`);
}

async function inNewFolder<Result>(measure: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(arguments_.folder, 'parlance-bench-'));
  try {
    return await measure(folder);
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
    await rm(folder, { recursive: true, force: true });
  }
}

function bench(folder: string): Promise<PlatformBench> {
  const { driver, partitions, sink, receipts, rounds, seconds, profile } = arguments_;
  return benchPlatform({
    ...{ driver, partitions, sink, receipts, rounds, seconds, profile, folder, progress },
    conversations: levelsOf(arguments_.conversations),
    warmUpSeconds: arguments_['warm-up'],
  });
}

async function benchTheEngine(): Promise<void> {
  const {
    driver,
    size,
    due,
    'due-seconds': dueSeconds,
    tenants,
    partitions,
    idle: idleSeconds,
    rounds,
    seconds,
    'overload-seconds': overloadSeconds,
    'max-waiting': maxWaiting,
  } = arguments_;
  const overload = { overloadSeconds, maxWaiting };
  const sizes = { driver, size, due, dueSeconds, tenants, partitions, idleSeconds, rounds, seconds, ...overload };
  const { parts, left } = measurable(partsOf(arguments_.part, PART_NAMES), pulsarAvailable());
  if (left.length > 0) console.error(`NOT MEASURED: ${left.join(', ')}, for want of a real Pulsar: ${HOW_TO_GET_JAVA}`);
  if (parts.length === 0) {
    process.exitCode = 2;
    return;
  }
  const result = await inNewFolder((folder) => benchEngine({ ...sizes, folder, progress, parts }));
  console.log(arguments_.json ? JSON.stringify(result, undefined, 2) : partsReport(result));
  if (result.discrepancies.length > 0) process.exitCode = 1;
}

async function benchTheLanguage(): Promise<void> {
  const { files, steps, folder, json } = arguments_;
  const result = await benchLanguage({ files, steps, longSteps: LONG_STEPS, folder, progress });
  console.log(json ? JSON.stringify(result, undefined, 2) : languageReport(result));
  if (result.discrepancies.length > 0) process.exitCode = 1;
}

async function benchThePlatform(): Promise<void> {
  const result = await inNewFolder(bench);
  console.log(arguments_.json ? JSON.stringify(result, undefined, 2) : reportOf(result));
  if (result.discrepancies.length > 0) process.exitCode = 1;
}

async function benchTheStart(): Promise<void> {
  const result = await inNewFolder((folder) => benchStart(folder, arguments_.idle));
  console.log(arguments_.json ? JSON.stringify(result, undefined, 2) : reportOfStart(result));
}

async function benchTheStore(): Promise<void> {
  const { events, rows, people, partitions, seconds, rounds, 'per-second': perSecond, json } = arguments_;
  const sizes = { events, rows, people, partitions, seconds, rounds, perSecond };
  const parts = partsOf(arguments_.part, STORE_PART_NAMES);
  const result = await inNewFolder((folder) => benchStore({ ...sizes, folder, progress, parts }));
  console.log(json ? JSON.stringify(result, undefined, 2) : partsReport(result));
  if (result.discrepancies.length > 0) process.exitCode = 1;
}

const suites = {
  platform: benchThePlatform,
  engine: benchTheEngine,
  language: benchTheLanguage,
  store: benchTheStore,
  start: benchTheStart,
};
await suites[arguments_.suite]();
