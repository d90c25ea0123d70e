import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './posting.ts';
import type { Told } from './told.ts';

const INTERVAL_MS = 100;

export interface Probe {
  readonly sentAtMs: number;
  /** Until what it led to was said; undefined where it was refused. */
  latencyMs?: number;
}

/** Posts a single event ten times a second, each for somebody else, and notes when something is said about it. */
export class Probes {
  readonly #url: string;
  readonly #told: Told;
  readonly #probes: Probe[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #stopped = false;
  accepted = 0;
  refused = 0;

  constructor(url: string, told: Told) {
    this.#url = url;
    this.#told = told;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const probing = this.#probe(`probe-${this.#probes.length}`).finally(() => this.#underWay.delete(probing));
      this.#underWay.add(probing);
      await sleep(INTERVAL_MS);
    }
  }

  async #probe(name: string): Promise<void> {
    const probe: Probe = { sentAtMs: performance.now() };
    this.#probes.push(probe);
    const told = this.#told.next(name);
    const answer = await post(this.#url, name, [name]).catch(() => undefined);
    if (answer?.status !== 202) {
      this.refused += 1;
      return;
    }
    this.accepted += 1;
    await told;
    probe.latencyMs = performance.now() - probe.sentAtMs;
  }

  /** Of those that were accepted, and sent between the two. */
  latenciesMs(fromMs: number, toMs: number): readonly number[] {
    return this.#probes
      .filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs)
      .flatMap(({ latencyMs }) => latencyMs ?? []);
  }

  /** When the first was sent since then that took no longer than that. Undefined: none yet. */
  firstWithin(latencyMs: number, fromMs: number): number | undefined {
    return this.#probes.find(({ sentAtMs, latencyMs: took = Infinity }) => sentAtMs >= fromMs && took <= latencyMs)
      ?.sentAtMs;
  }

  /** Sends no more, and waits for what was accepted. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#underWay);
  }
}
