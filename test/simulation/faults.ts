import type { InsertFault } from './clickhouse.ts';
import type { SendFault } from './link.ts';
import type { Death } from './process.ts';
import type { Site, SiteInfo } from './hub.ts';
import type { Random } from './random.ts';
import type { Shape } from './shape.ts';
import { processesAt } from './visits.ts';

/** What goes wrong in a world, and when: milliseconds from its beginning. */
export type Fault = { readonly atMs: number } & (
  | {
      /** The process is killed when it comes to an await; it is started again, on its own disk or an empty one. */
      readonly kind: 'crash';
      /** Undefined: whichever comes there first. */
      readonly process: string | undefined;
      /** Undefined: wherever it is just then. */
      readonly site: Site | undefined;
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

const KINDS: readonly Exclude<FaultKind, 'rival' | 'locks lost'>[] = [
  ...(['crash', 'crash', 'crash', 'crash', 'pause', 'pause', 'stop', 'cut', 'cut', 'broker crash'] as const),
  ...([
    'disk full',
    'commits fail',
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

const MOST_FAULTS = 7;

export interface Plan {
  readonly random: Random;
  readonly shape: Shape;
  readonly durationMs: number;
  /** Awaits to die at. */
  readonly visits: readonly SiteInfo[];
}

/** Faults of a world, in their order. */
export function faultsOf(plan: Plan): readonly Fault[] {
  const { random, durationMs, shape, visits } = plan;
  if (random.chance(0.02)) return [];
  const faults: Fault[] = visits.flatMap((info) => visit(info, plan));
  for (let more = random.below(MOST_FAULTS); more > 0; more--) {
    const fault = faultOf(random.pick(KINDS), plan);
    faults.push(fault, ...inIt(fault, random));
  }
  for (const rival of shape.workers.slice(1)) faults.push(...takeover(plan, rival, random.below(durationMs)));
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/** While somebody waits for a peer that is away, it is worth dying. */
function inIt(fault: Fault, random: Random): readonly Fault[] {
  if ((fault.kind !== 'outside away' && fault.kind !== 'store away') || random.chance(0.3)) return [];
  const process = fault.kind === 'store away' ? 'store' : 'connectors';
  return [crash(random, fault.atMs + random.between(10, fault.forMs + 500), process, undefined)];
}

/** A crash at an await, and what makes a process come there. */
function visit({ site, kind }: SiteInfo, plan: Plan): readonly Fault[] {
  const { random, durationMs, shape } = plan;
  const processes = processesAt(site).filter((name) => [...shape.workers, ...shape.processes].includes(name));
  const process = processes.length === 1 || random.chance(0.5) ? random.pick(processes) : undefined;
  const dying = process ?? random.pick(processes);
  // Often from the start on, for many awaits are only passed there.
  const isEarly = kind !== 'working' || random.chance(0.75);
  const late = crash(random, random.below(durationMs), process, site);
  const fault = isEarly ? { ...late, atMs: 0, passes: 0 } : late;
  if (kind === 'closing') return [fault, { kind: 'stop', atMs: random.between(500, durationMs), process: dying }];
  return kind === 'failing' ? [fault, ...trouble(plan, dying), ...trouble(plan, dying)] : [fault];
}

/** Something that makes what a process does fail. */
function trouble({ random, durationMs }: Plan, process: string): readonly Fault[] {
  // While it starts, or starts again.
  const atMs = random.chance(0.5) ? random.below(1500) : random.below(durationMs);
  const forMs = random.below(3000);
  switch (random.below(4)) {
    case 0:
      return [{ kind: 'broker crash', atMs, forMs }];
    case 1:
      return [{ kind: 'send fails', atMs, process, fault: random.pick(['refused', 'unanswered']) }];
    default:
      return [{ kind: 'cut', atMs, process, forMs }];
  }
}

/** It only gets in where they are lost just before it tries. */
const LOCKS_LOST = 7;
const LOCKS_LOST_EVERY_MS = 700;

/** Another worker takes partitions over from one that still works, or works again a little later. */
function takeover({ random, shape }: Plan, rival: string, atMs: number): readonly Fault[] {
  const faults: Fault[] = [{ kind: 'rival', atMs, process: rival }];
  if (!shape.isFencing)
    for (let more = 0; more < LOCKS_LOST; more++)
      faults.push({ kind: 'locks lost', atMs: atMs + more * LOCKS_LOST_EVERY_MS });
  if (random.chance(0.5)) {
    const others = shape.workers.filter((name) => name !== rival);
    faults.push({ kind: 'pause', atMs, process: random.pick(others), forMs: random.between(50, 12_000) });
  }
  return faults;
}

export function crash(random: Random, atMs: number, process: string | undefined, site: Site | undefined): Fault {
  return {
    ...{ kind: 'crash', atMs, process, site, passes: random.chance(0.6) ? 0 : random.below(6) },
    death: random.chance(0.5) ? 'before' : 'after',
    isDiskLost: random.chance(0.3),
  };
}

export function faultOf(kind: (typeof KINDS)[number], { random, durationMs, shape }: Plan): Fault {
  const atMs = random.below(durationMs);
  // Of what is killed, half are workers.
  const workers = shape.workers.length > 1 ? [...shape.workers, ...shape.workers] : ['w1', 'w1', 'w1'];
  const consuming = [...workers, 'connectors', 'store'];
  const processes = [...consuming, ...shape.processes.filter((name) => name === 'gateway' || name === 'operator')];
  switch (kind) {
    case 'crash':
      return crash(random, atMs, random.pick(processes), undefined);
    case 'pause':
      return { kind, atMs, process: random.pick(processes), forMs: random.between(200, 25_000) };
    case 'stop':
      return { kind, atMs, process: random.pick(processes) };
    case 'cut':
      return { kind, atMs, process: random.pick(processes), forMs: random.below(6000) };
    case 'disk full':
      return { kind, atMs, forMs: random.chance(0.6) ? random.between(1, 80) : random.between(100, 8000) };
    case 'commits fail':
      return { kind, atMs, count: random.chance(0.5) ? random.between(1, 3) : random.between(1, 25) };
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
