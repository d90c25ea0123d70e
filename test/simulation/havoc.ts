import { disks } from './disks.ts';
import type { Fault } from './faults.ts';
import type { Death, Process } from './process.ts';
import type { Site } from './hub.ts';
import { PROCESSES, WORKERS } from './shape.ts';
import type { World } from './world.ts';

/** A crash that waits for its process to come to an await. */
interface Armed {
  readonly process: string | undefined;
  readonly site: Site | undefined;
  readonly death: Death;
  readonly isDiskLost: boolean;
  passes: number;
}

/** How long a process that was told to stop may take. */
const STOP_MAX_MS = 20_000;

/** Puts faults into a world, each at its time, and makes everything whole again when they are over. */
export class Havoc {
  /** Faults that had their moment. */
  readonly done: Fault[] = [];
  readonly sitesReached: Set<Site> = new Set();
  readonly sitesCrashedAt: Set<Site> = new Set();
  readonly #world: World;
  #armed: Armed[] = [];

  constructor(world: World, faults: readonly Fault[]) {
    this.#world = world;
    world.reaper = (process, site) => this.#reap(process, site);
    for (const fault of faults) {
      const strike = (): void => {
        this.done.push(fault);
        world.say('fault', JSON.stringify(fault));
        this.#strike(fault);
      };
      this.#after(fault.atMs, `fault ${fault.kind}`, strike);
    }
  }

  /** What is left has to come to rest: one worker, everything there, nothing fails. */
  heal(): void {
    const { network, clickhouse, outside, supervised, running } = this.#world;
    this.#world.say('fault', 'all over');
    this.#armed = [];
    disks.setFull('/broker', false);
    disks.failCommits('/broker', 0);
    clickhouse.isAway = false;
    clickhouse.faults.splice(0);
    outside.isAway = false;
    for (const name of PROCESSES) network.setReachable(name, true);
    for (const { process, link } of running.values()) {
      link.sendFaults.splice(0);
      link.acknowledgementsToLose = 0;
      if (process.isPaused) process.resume();
    }
    for (const name of WORKERS.slice(1)) {
      supervised.delete(name);
      this.#stop(name);
    }
  }

  #reap(process: Process, site: Site): Death | undefined {
    this.sitesReached.add(site);
    if (this.#armed.length === 0) return undefined;
    const armed = this.#armed.find(
      (one) => (one.process ?? process.name) === process.name && (one.site ?? site) === site,
    );
    if (!armed || armed.passes-- > 0) return undefined;
    this.#armed = this.#armed.filter((one) => one !== armed);
    this.sitesCrashedAt.add(site);
    this.#world.say(process.name, `killed at ${site}, ${armed.death} it`);
    if (armed.isDiskLost && WORKERS.includes(process.name)) this.#world.replaceDisk(process.name);
    return armed.death;
  }

  #strike(fault: Fault): void {
    const world = this.#world;
    switch (fault.kind) {
      case 'crash':
        this.#armed.push({ ...fault });
        return;
      case 'pause':
        this.#pause(fault.process, fault.forMs);
        return;
      case 'rival':
        if (world.running.has(fault.process)) return;
        world.supervised.add(fault.process);
        world.start(fault.process);
        return;
      case 'stop':
        this.#stop(fault.process);
        return;
      case 'cut':
        world.network.setReachable(fault.process, false);
        world.network.cut(fault.process);
        this.#after(fault.forMs, 'reachable', () => {
          world.network.setReachable(fault.process, true);
        });
        return;
      case 'broker crash':
        world.crashBroker();
        this.#after(fault.forMs, 'broker starts', () => {
          if (!world.network.broker) void world.startBroker();
        });
        return;
      case 'disk full':
        disks.setFull('/broker', true);
        this.#after(fault.forMs, 'disk has room', () => {
          disks.setFull('/broker', false);
        });
        return;
      case 'commits fail':
        disks.failCommits('/broker', fault.count);
        return;
      case 'clock jump':
        world.scheduler.wallAheadMs += fault.byMs;
        if (fault.byMs < 0) world.clockWentBack = true;
        return;
      case 'store away':
        world.clickhouse.isAway = true;
        this.#after(fault.forMs, 'store is back', () => {
          world.clickhouse.isAway = false;
        });
        return;
      case 'insert fails':
        world.clickhouse.faults.push(fault.fault);
        return;
      case 'outside away':
        world.outside.isAway = true;
        this.#after(fault.forMs, 'outside is back', () => {
          world.outside.isAway = false;
        });
        return;
      case 'send fails':
        world.running.get(fault.process)?.link.sendFaults.push(fault.fault);
        return;
      case 'delivered again':
        world.running.get(fault.process)?.link.deliverAgain();
        return;
      case 'acknowledgements lost': {
        const link = world.running.get(fault.process)?.link;
        if (link) link.acknowledgementsToLose += fault.count;
        return;
      }
      case 'locks lost':
        world.network.locks.clear();
        return;
    }
  }

  #pause(name: string, forMs: number): void {
    const process = this.#world.running.get(name)?.process;
    if (!process || process.isPaused) return;
    process.pause();
    this.#after(forMs, `resume ${name}`, () => {
      process.resume();
    });
  }

  #stop(name: string): void {
    const running = this.#world.running.get(name);
    if (!running) return;
    const { process, stop } = running;
    const end = (): void => {
      process.kill();
    };
    process.task('stop', () => {
      stop().then(end, end);
    });
    this.#after(STOP_MAX_MS, `end ${name}`, end);
  }

  #after(delayMs: number, label: string, run: () => void): void {
    this.#world.scheduler.after(delayMs, { owner: undefined, label, run });
  }
}
