import type { TenantName } from '../../channels/brands.ts';
import type { Member } from './assignment.ts';
import type { Beat } from './beat.ts';

/** Own beats heard in a row without one of another worker before it counts as dead. */
export const SILENT_ROUNDS_MAX = 4;

interface Heard {
  readonly beat: Beat;
  /** Of the listener, when it was heard last. */
  readonly atRound: number;
}

/**
 * Who is there, as one worker hears it. Time is measured in its own beats, as they come back among those of the others:
 * no two clocks are compared. Nor does a listener that was cut off or stood still take the others for dead, for it heard
 * as little of itself.
 */
export class Roster {
  readonly #incarnation: string;
  readonly #others = new Map<string, Heard>();
  #own: Beat | undefined;
  #rounds = 0;
  #version = 0;

  /** `incarnation`: of the listener. */
  constructor(incarnation: string) {
    this.#incarnation = incarnation;
  }

  /** Own beats heard, except those that repeat a round. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Another one whenever anything changed that others say, or somebody came or went. */
  get version(): number {
    return this.#version;
  }

  /** All others that are there, those on their way out too. */
  get others(): readonly Beat[] {
    return [...this.#others.values()].map(({ beat }) => beat);
  }

  /** Call in the order of the topic. */
  hear(beat: Beat): void {
    if (beat.incarnation === this.#incarnation) this.#hearOwn(beat);
    else this.#hearOther(beat);
  }

  #hearOwn(beat: Beat): void {
    const repeated = beat.round === this.#own?.round;
    this.#own = beat;
    if (repeated) return;
    this.#rounds += 1;
    for (const [incarnation, { atRound }] of this.#others) {
      if (this.#rounds - atRound >= SILENT_ROUNDS_MAX) this.#forget(incarnation);
    }
  }

  #hearOther(beat: Beat): void {
    const { incarnation, leaving, tenants } = beat;
    const isGone = leaving && Object.keys(tenants).length === 0;
    if (isGone) {
      this.#forget(incarnation);
      return;
    }
    const before = this.#others.get(incarnation)?.beat;
    this.#others.set(incarnation, { beat, atRound: this.#rounds });
    if (!before || saying(before) !== saying(beat)) this.#version += 1;
  }

  #forget(incarnation: string): void {
    if (this.#others.delete(incarnation)) this.#version += 1;
  }

  /** The others that share a tenant's partitions. */
  sharing(tenant: TenantName): readonly Member[] {
    return this.others.filter(({ leaving, tenants }) => !leaving && Array.isArray(tenants[tenant]));
  }

  /** Another one said so. */
  isHeld(tenant: TenantName, partition: number): boolean {
    return this.others.some((beat) => holds(beat, tenant, partition));
  }

  /** The listener itself said so, in the last of its beats that came back. */
  isHeldHere(tenant: TenantName, partition: number): boolean {
    return this.#own !== undefined && holds(this.#own, tenant, partition);
  }
}

function holds({ tenants }: Beat, tenant: TenantName, partition: number): boolean {
  const held = tenants[tenant];
  return held !== 'listening' && held?.includes(partition) === true;
}

function saying({ leaving, tenants }: Beat): string {
  return JSON.stringify([leaving, tenants]);
}
