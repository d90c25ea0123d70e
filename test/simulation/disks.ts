import { Environment } from './environment.ts';
import type { Random } from './random.ts';

export type DiskSnapshot = ReadonlyMap<string, Environment>;

/** All disks of the world, by path: `/NAME/…` is a disk of the process NAME. */
class Disks {
  #environments = new Map<string, Environment>();

  at(path: string): Environment {
    let environment = this.#environments.get(path);
    if (!environment) this.#environments.set(path, (environment = new Environment()));
    return environment;
  }

  isFull(path: string): boolean {
    return this.#below(path).some((environment) => environment.hasNoRoom());
  }

  setFull(path: string, isFull: boolean): void {
    for (const environment of this.#below(path)) environment.isFull = isFull;
  }

  /** The next commits find no room. */
  failCommits(path: string, count: number): void {
    for (const environment of this.#below(path)) environment.commitsToFail = count;
  }

  crash(path: string, random: Random, isMachine: boolean): void {
    for (const environment of this.#below(path)) environment.crash(random, isMachine);
  }

  remove(path: string): void {
    for (const one of this.#environments.keys()) if (one.startsWith(path)) this.#environments.delete(one);
  }

  #below(path: string): readonly Environment[] {
    return [...this.#environments].filter(([one]) => one.startsWith(path)).map(([, environment]) => environment);
  }

  snapshot(): DiskSnapshot {
    return new Map([...this.#environments].map(([path, environment]) => [path, environment.copy()]));
  }

  restore(snapshot: DiskSnapshot): void {
    this.#environments = new Map([...snapshot].map(([path, environment]) => [path, environment.copy()]));
  }
}

export const disks: Disks = new Disks();
