import type { Broker } from '../../runtime/broker/port.ts';
import { checkWorld } from './check-world.ts';
import { faultsOf, type Fault } from './faults.ts';
import { Havoc } from './havoc.ts';
import { hub, type Site } from './hub.ts';
import { loadInstances, type Instances } from './instances.ts';
import { leaningTo } from './leanings.ts';
import { Random } from './random.ts';
import { shapeOf, WORKERS, type Shape } from './shape.ts';
import { visitsOf } from './visits.ts';
import { World } from './world.ts';

/** How long things go wrong, and when all must have come to rest. */
const FAULTS_MS = 50_000;
const HEAL_MS = 75_000;
const REST_MS = 250_000;

export interface Outcome {
  readonly seed: number;
  readonly shape: Shape;
  readonly faults: readonly Fault[];
  /** Empty where everything holds. */
  readonly problems: readonly string[];
  /** What happened, one line each. */
  readonly lines: readonly string[];
  readonly steps: number;
  /** The same for the same way of everything. */
  readonly hash: number;
  readonly sitesReached: ReadonlySet<Site>;
  readonly sitesCrashedAt: ReadonlySet<Site>;
  /** Inputs, steps' outputs, …: how much there was to go wrong. */
  readonly inputs: number;
}

export interface SimulateOptions {
  /** A bug planted on purpose, by its name. */
  readonly plant?: string | undefined;
  /** The world leans to where this bug would matter, whether it is planted or not. Default: the planted one. */
  readonly leansTo?: string | undefined;
  /** Of the seed's faults only these, by their places. Default: all. */
  readonly only?: readonly number[] | undefined;
  /** Called when the world is at rest, with its broker. */
  readonly inspect?: (broker: Broker) => Promise<void>;
}

const loading = new Map<string | undefined, Promise<Instances>>();

function instancesWith(plant: string | undefined): Promise<Instances> {
  let instances = loading.get(plant);
  if (!instances) loading.set(plant, (instances = loadInstances(WORKERS, plant)));
  return instances;
}

/** Everything that a seed stands for: how the world is made, what comes in, what goes wrong, what happens when. */
export async function simulate(
  seed: number,
  { only, plant, leansTo = plant, inspect }: SimulateOptions = {},
): Promise<Outcome> {
  // The ones without a bug always, for the sake of their awaits.
  await instancesWith(undefined);
  const instances = await instancesWith(plant);
  const random = new Random(seed, 'plan');
  const visits = visitsOf(seed);
  const leaning = leaningTo(leansTo);
  const usual = shapeOf(random, visits);
  const shape = leaning?.shape?.(usual) ?? usual;
  const plan = { random, shape, durationMs: FAULTS_MS, visits };
  const planned = [...faultsOf(plan), ...(leaning?.faults(plan) ?? [])].sort((a, b) => a.atMs - b.atMs);
  const faults = only ? planned.filter((_, at) => only.includes(at)) : planned;
  const world = new World(
    seed,
    shape,
    instances,
    planned.map(({ atMs }) => atMs),
  );
  const problems: string[] = [];
  const onRejection = (error: unknown): void => {
    // Of a process that was killed in this very turn: there is nobody left to handle it.
    if (!world.someoneDied) problems.push(`a rejection that nobody handles would end a process: ${stackOf(error)}`);
  };
  process.on('unhandledRejection', onRejection);
  try {
    await world.begin();
    const havoc = new Havoc(world, faults);
    await world.runUntil(HEAL_MS);
    havoc.heal();
    await world.runUntil(REST_MS);
    world.scheduler.end();
    problems.push(...(await checkWorld(world)));
    if (world.network.broker) await inspect?.(world.network.broker);
    const { lines, scheduler, load } = world;
    const { sitesReached, sitesCrashedAt } = havoc;
    const { steps, hash } = scheduler;
    return { seed, shape, faults, problems, lines, steps, hash, sitesReached, sitesCrashedAt, inputs: load.length };
  } finally {
    process.off('unhandledRejection', onRejection);
    hub.processes.clear();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
