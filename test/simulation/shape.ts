import type { SiteInfo } from './hub.ts';
import type { Random } from './random.ts';

/** In the order in which they come: the first is there from the beginning. */
export const WORKERS: readonly string[] = ['w1', 'w2', 'w3'];
const SERVICES: readonly string[] = ['connectors', 'store', 'gateway'];
export const OPERATOR = 'operator';
export const PROCESSES: readonly string[] = [...WORKERS, ...SERVICES, OPERATOR];

/** How long things come in. */
const LOAD_MS = 40_000;

/** How a world is made. */
export interface Shape {
  readonly partitions: number;
  readonly isFencing: boolean;
  /** What a step gives leaves with its record. */
  readonly isLeading: boolean;
  /** Workers share the partitions; otherwise each takes all of them that it can get. */
  readonly isShared: boolean;
  /** Those that there can be. */
  readonly workers: readonly string[];
  /** What runs from the beginning. */
  readonly processes: readonly string[];
  readonly loadMs: number;
  /** After so long without anything to do, a loop is closed; undefined: never. */
  readonly restAfterMs: number | undefined;
  /** Partitions that the tenant is given while it works. */
  readonly growsTo: number | undefined;
  /** Some of what comes in can not be processed. */
  readonly isPoisonous: boolean;
}

/** What only an operator brings about. */
const OPERATORS =
  /runtime\/(broadcasts|schedules|lists|definitions|dead-letters|conversations|growth)\/|runtime\/main\/|events\/(tenant|announce-tenant)\./;
const GROWTHS = /runtime\/(growth|main\/tenants|events\/(tenant|announce-tenant))/;
const POISONS = /dead-letter|runtime\/conversations|connectors\/partition-run/;

/** So that a process can come to the awaits whose turn it is. */
export function shapeOf(random: Random, visits: readonly SiteInfo[]): Shape {
  const isAt = (part: RegExp): boolean => visits.some(({ site }) => part.test(site));
  const isFencing = !isAt(/append-check/) && random.chance(0.65);
  const isShared = isAt(/runtime\/(workers|engine\/shares?\.)/) || random.chance(0.25);
  const several = random.chance(isShared || !isFencing ? 0.7 : 0.25);
  const workers = WORKERS.slice(0, several ? random.between(2, WORKERS.length) : 1);
  const partitions = random.between(1, 2);
  const grows = isAt(GROWTHS) || random.chance(0.02);
  const operates = grows || isAt(OPERATORS) || random.chance(0.05);
  const together = isShared && random.chance(0.5);
  return {
    ...{ partitions, isFencing, isLeading: isFencing && random.chance(0.6), isShared, workers, loadMs: LOAD_MS },
    processes: [...(together ? workers : ['w1']), ...SERVICES, ...(operates ? [OPERATOR] : [])],
    restAfterMs: isAt(/nap|idleness/) || random.chance(0.3) ? random.between(100, 4_000) : undefined,
    growsTo: grows ? partitions + random.between(1, 2) : undefined,
    isPoisonous: operates || isAt(POISONS) || random.chance(0.2),
  };
}
