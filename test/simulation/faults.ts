import type { InsertFault } from './clickhouse.ts';
import type { SendFault } from './link.ts';
import type { Death } from './process.ts';
import type { Random } from './random.ts';

/** What goes wrong in a world, and when: milliseconds from its beginning. */
export type Fault = { readonly atMs: number } & (
  | {
      /** The process is killed when it comes to an await; it is started again, on its own disk or an empty one. */
      readonly kind: 'crash';
      readonly process: string;
      /** Undefined: wherever it is just then. */
      readonly site: string | undefined;
      /** How often it gets past before. */
      readonly passes: number;
      readonly death: Death;
      readonly isDiskLost: boolean;
    }
  | { readonly kind: 'pause'; readonly process: string; readonly forMs: number }
  /** Another worker starts, and takes over as far as it can. */
  | { readonly kind: 'rival'; readonly process: string }
  /** As SIGTERM. Its supervisor starts it again, if it is to be there. */
  | { readonly kind: 'stop'; readonly process: string }
  | { readonly kind: 'cut'; readonly process: string; readonly forMs: number }
  | { readonly kind: 'broker crash'; readonly forMs: number }
  | { readonly kind: 'disk full'; readonly forMs: number }
  /** The broker's next commits find the disk full. */
  | { readonly kind: 'commits fail'; readonly count: number }
  | { readonly kind: 'clock jump'; readonly byMs: number }
  | { readonly kind: 'store away'; readonly forMs: number }
  | { readonly kind: 'insert fails'; readonly fault: InsertFault }
  | { readonly kind: 'outside away'; readonly forMs: number }
  | { readonly kind: 'send fails'; readonly process: string; readonly fault: SendFault }
  | { readonly kind: 'delivered again'; readonly process: string }
  | { readonly kind: 'acknowledgements lost'; readonly process: string; readonly count: number }
  /** Without fencing: names are free although those who held them do not know it yet. */
  | { readonly kind: 'locks lost' }
);

export type FaultKind = Fault['kind'];

const SERVICES = ['connectors', 'store', 'gateway'];

/** The awaits of a process, sorted. */
export type SitesOf = (process: string) => readonly string[];

const KINDS: readonly Exclude<FaultKind, 'rival' | 'locks lost'>[] = [
  ...(['crash', 'crash', 'crash', 'crash', 'pause', 'pause', 'stop', 'cut', 'cut', 'broker crash'] as const),
  ...([
    'disk full',
    'commits fail',
    'commits fail',
    'clock jump',
    'store away',
    'insert fails',
    'insert fails',
    'outside away',
  ] as const),
  ...(['send fails', 'send fails', 'delivered again', 'acknowledgements lost'] as const),
];

const MOST_FAULTS = 6;

/** From one seed's await to the next seed's: a prime, so that all have their turn, and neighbours not one after another. */
const STRIDE = 7919;

export interface Plan {
  readonly seed: number;
  readonly random: Random;
  readonly isFencing: boolean;
  readonly durationMs: number;
  readonly sitesOf: SitesOf;
}

/** Faults for a seed, in their order. One is a crash at the await whose turn it is: seeds in a row visit all. */
export function faultsOf(plan: Plan): readonly Fault[] {
  const { random, durationMs } = plan;
  if (random.chance(0.03)) return [];
  const takesOver = random.chance(plan.isFencing ? 0.25 : 0.7);
  const faults: Fault[] = [visit(plan)];
  for (let more = random.below(MOST_FAULTS); more > 0; more--) {
    const fault = faultOf(random.pick(KINDS), plan, takesOver ? ['w1', 'w2', 'w1', 'w2'] : ['w1', 'w1', 'w1']);
    faults.push(fault, ...inIt(fault, random));
  }
  if (takesOver) faults.push(...takeover(plan, random.below(durationMs)));
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/** While somebody waits for a peer that is away, it is worth dying. */
function inIt(fault: Fault, random: Random): readonly Fault[] {
  if ((fault.kind !== 'outside away' && fault.kind !== 'store away') || random.chance(0.3)) return [];
  const process = fault.kind === 'store away' ? 'store' : 'connectors';
  return [crash(random, fault.atMs + random.between(10, fault.forMs + 500), process, undefined)];
}

/** The await whose turn it is: of all, each in a module of the process that it matters most to. */
function visit({ seed, random, durationMs, sitesOf }: Plan): Fault {
  const visits = ['w1', ...SERVICES].flatMap((process) => sitesOf(process).map((site) => ({ process, site })));
  const { process, site } = visits[(seed * STRIDE) % visits.length] ?? { process: 'w1', site: undefined };
  // Often from the start on, for many awaits are only passed there.
  return crash(random, random.chance(0.6) ? 0 : random.below(durationMs), process, site);
}

/** It only gets in where they are lost just before it tries. */
const LOCKS_LOST = 7;
const LOCKS_LOST_EVERY_MS = 700;

/** Another worker takes the partitions over from one that still works, or works again a little later. */
function takeover({ random, isFencing }: Plan, atMs: number): readonly Fault[] {
  const faults: Fault[] = [{ kind: 'rival', atMs, process: 'w2' }];
  if (!isFencing)
    for (let more = 0; more < LOCKS_LOST; more++)
      faults.push({ kind: 'locks lost', atMs: atMs + more * LOCKS_LOST_EVERY_MS });
  if (random.chance(0.5)) faults.push({ kind: 'pause', atMs, process: 'w1', forMs: random.between(50, 12_000) });
  return faults;
}

function crash(random: Random, atMs: number, process: string, site: string | undefined): Fault {
  return {
    ...{ kind: 'crash', atMs, process, site, passes: random.chance(0.6) ? 0 : random.below(6) },
    death: random.chance(0.5) ? 'before' : 'after',
    isDiskLost: process.startsWith('w') && random.chance(0.3),
  };
}

function faultOf(kind: (typeof KINDS)[number], plan: Plan, workers: readonly string[]): Fault {
  const { random, durationMs, sitesOf } = plan;
  const atMs = random.below(durationMs);
  const consuming = [...workers, 'connectors', 'store'];
  const processes = [...consuming, 'gateway'];
  switch (kind) {
    case 'crash': {
      const process = random.pick(processes);
      const sites = sitesOf(process);
      return crash(random, atMs, process, random.chance(0.5) && sites.length > 0 ? random.pick(sites) : undefined);
    }
    case 'pause':
      return { kind, atMs, process: random.pick(processes), forMs: random.between(200, 25_000) };
    case 'stop':
      return { kind, atMs, process: random.pick(processes) };
    case 'cut':
      return { kind, atMs, process: random.pick(processes), forMs: random.below(6000) };
    case 'disk full':
      return { kind, atMs, forMs: random.chance(0.6) ? random.between(1, 80) : random.between(100, 8000) };
    case 'commits fail':
      return { kind, atMs, count: random.between(1, 25) };
    case 'broker crash':
    case 'store away':
    case 'outside away':
      return { kind, atMs, forMs: random.between(100, 8000) };
    case 'clock jump':
      return { kind, atMs, byMs: random.between(-15_000, 15_000) };
    case 'insert fails':
      return { kind, atMs, fault: random.pick(['nothing', 'stored', 'token only']) };
    case 'send fails':
      return { kind, atMs, process: random.pick(processes), fault: random.pick(['refused', 'unanswered']) };
    case 'delivered again':
      return { kind, atMs, process: random.pick(consuming) };
    case 'acknowledgements lost':
      return { kind, atMs, process: random.pick(consuming), count: random.between(1, 20) };
  }
}
