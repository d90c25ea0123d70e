/** What the worlds of a hunt lean to, where a bug planted on purpose would matter in few of all others. */
import { crash, type Fault, faultOf, type Plan } from './faults.ts';
import type { Site } from './hub.ts';
import { OPERATOR, type Shape } from './shape.ts';
import { countedSites } from './visits.ts';

export interface Leaning {
  readonly shape?: (shape: Shape) => Shape;
  /** Besides those of the world's seed. */
  readonly faults: (plan: Plan) => readonly Fault[];
}

/** By the bug's name. */
const LEANINGS: Readonly<Record<string, Leaning>> = {
  /** Whoever is killed has acknowledged what it did not deliver. */
  'acknowledges-before-delivery': { faults: (plan) => several(6, () => killed('connectors', undefined, plan)) },
  /** Likewise, what it did not insert. */
  'marks-before-insert': { faults: (plan) => several(6, () => killed('store', undefined, plan)) },
  /** A worker that slept when a deadline passed finds inputs that came before it. */
  'fires-before-watermark': {
    faults: ({ random, durationMs }) =>
      several(6, () => ({
        ...{ kind: 'pause', process: 'w1' },
        ...{ atMs: random.below(durationMs), forMs: random.between(200, 25_000) },
      })),
  },
  /** Something must be sent between a commit that fails and its sender's hearing of it: these moments are short. */
  'sends-after-failure': {
    // What leaves with its record fails with it, whoever sends on.
    shape: (shape) => ({ ...shape, isLeading: false }),
    faults: (plan) => several(15, () => faultOf('commits fail', plan)),
  },
  /** Only who is killed between the mark and what it marks leaves something out, and few worlds have an operator. */
  'broadcast-marked-before-published': {
    shape: (shape) => ({ ...shape, processes: [...new Set([...shape.processes, OPERATOR])] }),
    faults: (plan) =>
      several(4, () => killed(OPERATOR, plan.random.pick(sitesOf('runtime/broadcasts/outlet.ts')), plan)),
  },
};

/** `bug`: the name of one that can be planted. */
export function leaningTo(bug: string | undefined): Leaning | undefined {
  return bug === undefined ? undefined : LEANINGS[bug];
}

function several(count: number, one: () => Fault): readonly Fault[] {
  return Array.from({ length: count }, one);
}

function killed(process: string, site: Site | undefined, { random, durationMs }: Plan): Fault {
  return crash(random, random.below(durationMs), process, site);
}

function sitesOf(file: string): readonly Site[] {
  return countedSites().flatMap(({ site }) => (site.startsWith(`${file}:`) ? [site] : []));
}
