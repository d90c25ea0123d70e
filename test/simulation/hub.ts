/**
 * Where rewritten code and the simulated world meet. The loader puts `globalThis.__simulation.open(…)` at the top of each
 * module under test; each simulated process has instances of these modules of its own, so that a module knows whose it is.
 */
import type { Process } from './process.ts';

/** A place in the source: `runtime/engine/feed.ts:56:24`. */
export type Site = string;

/** An await, and what its code is there for. */
export interface SiteInfo {
  readonly site: Site;
  /** Name of the function that it is in; empty where there is none. */
  readonly within: string;
  /** `closing`: in a function that ends something; `failing`: where something has failed. */
  readonly kind: 'working' | 'closing' | 'failing';
}

/** What a rewritten module calls. */
export interface ModuleGate {
  /** Stands around what an `await` waits for. */
  readonly at: (index: number, awaited: unknown) => unknown;
  /** Stands around what a `for await` goes through. */
  readonly each: (index: number, items: AsyncIterable<unknown>) => AsyncIterable<unknown>;
  /** In place of Node's. */
  readonly setImmediate: (callback: () => void) => void;
}

class Hub {
  /** By the name of its modules' instances. */
  readonly processes: Map<string, Process> = new Map();
  /** By the name of the instance: every await of its modules. */
  readonly sites: Map<string, Map<Site, SiteInfo>> = new Map();

  /** `isPlanted`: it has a bug; then its awaits are not counted, for which modules are loaded must change no seed. */
  open(name: string, sites: readonly SiteInfo[], isPlanted: boolean): ModuleGate {
    const known = this.sites.get(name) ?? new Map<Site, SiteInfo>();
    this.sites.set(name, known);
    if (!isPlanted) for (const info of sites) known.set(info.site, info);
    const at = (index: number, awaited: unknown): unknown => {
      const process = this.processes.get(name);
      return process ? process.at(sites[index]?.site ?? '?', awaited) : never(awaited);
    };
    return {
      at,
      each: (index, items) => eachAt(items, (awaited) => at(index, awaited)),
      setImmediate: (callback) => {
        this.processes.get(name)?.task('immediate', callback);
      },
    };
  }

  /** Of the process that has the folder `/NAME/…`; undefined where none runs. */
  processOfPath(path: string): Process | undefined {
    return this.processes.get(path.split('/')[1] ?? '');
  }
}

/** What is left of code of a process that was killed: it never goes on. */
export function never(awaited: unknown): Promise<never> {
  if (awaited instanceof Promise) awaited.catch(() => undefined);
  return new Promise<never>(() => undefined);
}

function eachAt(items: AsyncIterable<unknown>, at: (awaited: unknown) => unknown): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      const next = (): Promise<IteratorResult<unknown>> => at(iterator.next()) as Promise<IteratorResult<unknown>>;
      return { next, return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }) };
    },
  };
}

declare global {
  var __simulation: Hub;
}

export const hub: Hub = new Hub();
globalThis.__simulation = hub;
