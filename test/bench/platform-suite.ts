import { performance } from 'node:perf_hooks';
import { type SyncRate, syncRates } from './disk.ts';
import { type Latency, latencyOf, type Spread, spreadOf } from './figures.ts';
import { type JournalCount, JournalCounter } from './journal-count.ts';
import { loadMicrosPerMessage } from './load-alone.ts';
import { Load } from './load.ts';
import { describeMachine, type MachineDescription } from './machine.ts';
import { profiled, type ProfileSummary } from './profile.ts';
import { type Driver, openScene, type Scene, TENANT } from './scene.ts';
import { compareStore, type StoreCount } from './store-count.ts';

export interface PlatformBenchOptions {
  readonly driver: Driver;
  readonly partitions: number;
  readonly sink: boolean;
  readonly receipts: boolean;
  /** How many are in flight, one level after the other. */
  readonly conversations: readonly number[];
  readonly rounds: number;
  /** Of one round. */
  readonly seconds: number;
  /** Before each level's rounds; not counted. */
  readonly warmUpSeconds: number;
  /** One more round a level runs under the profiler, not counted; its profile goes to `<profile>-<level>.cpuprofile`. */
  readonly profile: string | undefined;
  readonly folder: string;
  readonly progress: (line: string) => void;
}

/** One round's raw figures. */
export interface Round {
  readonly published: number;
  readonly receipts: number;
  readonly elapsedMs: number;
  /** Step records that the journal holds of this round. */
  readonly steps: number;
  readonly stepsPerSecond: number;
  readonly repliesPerSecond: number;
  readonly latencyMs: Latency;
  /** Of this process, user and system, whatever else the machine did meanwhile. */
  readonly cpuMicrosPerStep: number;
  readonly eventsPerStep: number;
  readonly bytesPerEvent: number;
  readonly journalBytesPerStep: number;
  /** What does not add up; empty where everything does. */
  readonly discrepancies: readonly string[];
}

export interface Level {
  readonly conversations: number;
  readonly stepsPerSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly cpuMicrosPerStep: Spread;
  readonly eventsPerStep: Spread;
  readonly bytesPerEvent: Spread;
  readonly journalBytesPerStep: Spread;
  readonly rounds: readonly Round[];
  readonly profile?: ProfileSummary;
}

export interface PlatformBench {
  readonly suite: 'platform';
  readonly machine: MachineDescription;
  readonly options: Omit<PlatformBenchOptions, 'folder' | 'progress'>;
  readonly disk: readonly SyncRate[];
  /** Of the load itself, for a message and its reply. */
  readonly loadMicrosPerMessage: number;
  readonly levels: readonly Level[];
  readonly store?: StoreCount;
  readonly warnings: readonly string[];
  /** Of every round, the warm-up too, and of the store. */
  readonly discrepancies: readonly string[];
}

export async function benchPlatform(options: PlatformBenchOptions): Promise<PlatformBench> {
  const { folder, progress, ...described } = options;
  const machine = await describeMachine(folder);
  progress('measuring the disk, and the load without a platform');
  const disk = await syncRates(folder);
  const limits = { disk, loadMicrosPerMessage: await loadMicrosPerMessage(options.partitions) };
  progress(`starting the platform on ${options.driver}`);
  const scene = await openScene(options);
  try {
    const load = await Load.open({ broker: scene.broker, tenant: TENANT, ...options });
    try {
      // Each owner's first record, of its ownership, is no step of ours.
      await load.fence('start');
      const bench = new PlatformSuite(options, scene, load);
      const levels: Level[] = [];
      for (const conversations of options.conversations) levels.push(await bench.level(conversations));
      const store = await bench.store();
      const discrepancies = [...bench.discrepancies, ...(store?.discrepancies ?? [])];
      const found = { levels, ...(store ? { store } : {}), warnings: scene.warnings, discrepancies };
      return { suite: 'platform', machine, options: described, ...limits, ...found };
    } finally {
      await load.close();
    }
  } finally {
    progress('stopping');
    await scene.close();
  }
}

class PlatformSuite {
  readonly discrepancies: string[] = [];
  readonly #options: PlatformBenchOptions;
  readonly #scene: Scene;
  readonly #load: Load;
  readonly #journal: JournalCounter;
  #steps = 0;
  #outputs = 0;

  constructor(options: PlatformBenchOptions, scene: Scene, load: Load) {
    this.#options = options;
    this.#scene = scene;
    this.#load = load;
    this.#journal = new JournalCounter(scene.broker, TENANT, options.partitions);
  }

  async level(conversations: number): Promise<Level> {
    const { rounds: count, seconds, warmUpSeconds, profile } = this.#options;
    await this.#round(conversations, 'warm-up', warmUpSeconds);
    const rounds: Round[] = [];
    for (let at = 1; at <= count; at++) {
      rounds.push(await this.#round(conversations, `round-${at}`, seconds));
    }
    const spread = (figure: (round: Round) => number): Spread => spreadOf(rounds.map(figure));
    const level: Level = {
      conversations,
      stepsPerSecond: spread((round) => round.stepsPerSecond),
      p50Ms: spread((round) => round.latencyMs.p50),
      p99Ms: spread((round) => round.latencyMs.p99),
      cpuMicrosPerStep: spread((round) => round.cpuMicrosPerStep),
      eventsPerStep: spread((round) => round.eventsPerStep),
      bytesPerEvent: spread((round) => round.bytesPerEvent),
      journalBytesPerStep: spread((round) => round.journalBytesPerStep),
      rounds,
    };
    if (profile === undefined) return level;
    return { ...level, profile: await this.#profile(conversations, profile) };
  }

  async #profile(conversations: number, file: string): Promise<ProfileSummary> {
    const { seconds, progress } = this.#options;
    progress(`${conversations} in flight: under the profiler`);
    const label = `bench/${conversations}/profiled`;
    const start = await this.#journal.ends();
    const { summary } = await profiled(`${file}-${conversations}.cpuprofile`, () =>
      this.#load.run(label, conversations, seconds * 1000),
    );
    this.#note(await this.#journal.count(label, start, await this.#journal.ends()));
    return summary;
  }

  /** Runs one round and holds what was seen from outside against the journal. */
  async #round(conversations: number, name: string, seconds: number): Promise<Round> {
    const { engine } = this.#scene;
    const label = `bench/${conversations}/${name}`;
    this.#options.progress(`${conversations} in flight: ${name}, ${seconds} s`);
    const start = await this.#journal.ends();
    const stepsBefore = engine.stats.steps;
    const cpuBefore = process.cpuUsage();
    const load = await this.#load.run(label, conversations, seconds * 1000);
    const cpu = process.cpuUsage(cpuBefore);
    const stepsClaimed = engine.stats.steps - stepsBefore;
    const journal = await this.#journal.count(label, start, await this.#journal.ends());
    this.#note(journal);
    const discrepancies = compare(label, { ...load, replies: load.latenciesMs.length, stepsClaimed }, journal);
    this.discrepancies.push(...discrepancies);
    const elapsedSeconds = load.elapsedMs / 1000;
    return {
      ...{ published: load.published, receipts: load.receipts, elapsedMs: load.elapsedMs, steps: journal.steps },
      stepsPerSecond: journal.steps / elapsedSeconds,
      repliesPerSecond: load.latenciesMs.length / elapsedSeconds,
      latencyMs: latencyOf(load.latenciesMs),
      cpuMicrosPerStep: (cpu.user + cpu.system) / journal.steps,
      eventsPerStep: journal.outputs / journal.steps,
      bytesPerEvent: journal.outputBytes / journal.outputs,
      journalBytesPerStep: journal.recordBytes / journal.steps,
      discrepancies,
    };
  }

  #note({ steps, outputs }: JournalCount): void {
    this.#steps += steps;
    this.#outputs += outputs;
  }

  /** With the sink: how long it takes to catch up, and whether it stored what the journal holds. */
  async store(): Promise<StoreCount | undefined> {
    const { store, sink } = this.#scene;
    if (!store || !sink) return undefined;
    this.#options.progress('waiting for the sink to catch up');
    const before = performance.now();
    await sink.settled();
    const catchUpMs = performance.now() - before;
    return compareStore(store, { idPrefix: 'bench/', steps: this.#steps, outputs: this.#outputs, catchUpMs });
  }
}

interface Claims {
  readonly published: number;
  readonly receipts: number;
  readonly replies: number;
  /** By the engine's own count, the fences' steps among them. */
  readonly stepsClaimed: number;
}

function compare(label: string, claims: Claims, journal: JournalCount): string[] {
  const found: string[] = [];
  const received = journal.byInput['message.received'] ?? 0;
  const sent = journal.byInput['message.sent'] ?? 0;
  const expect = (what: string, claimed: number, recorded: number): void => {
    if (claimed !== recorded) found.push(`${label}: ${what}: ${claimed}, but ${recorded} in the journal`);
  };
  expect('messages published', claims.published, received);
  expect('replies seen', claims.replies, journal.replies);
  expect('steps by the engine’s count', claims.stepsClaimed, journal.steps + journal.otherSteps);
  // The receipt of a farewell changes nothing, and what changes nothing leaves no record.
  if (sent > claims.receipts) expect('receipts published', claims.receipts, sent);
  return found;
}
