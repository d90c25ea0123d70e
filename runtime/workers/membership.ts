import type { TenantName } from '../../channels/brands.ts';
import { BEATS_TOPIC, INSTALLATION, partitionTopic } from '../../channels/topics.ts';
import type { Broker, BrokerAdmin, RetentionPolicy } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Member } from './assignment.ts';
import { BeatLog } from './beat-log.ts';
import type { Beat } from './beat.ts';
import { Roster, SILENT_ROUNDS_MAX } from './roster.ts';
import type { Sharing, Workers } from './workers.ts';

/** Between two beats. With SILENT_ROUNDS_MAX it says how soon a dead worker's partitions are taken: after 2 s. */
const BEAT_INTERVAL_MS = 500;

/** Nobody reads an old beat: whoever comes listens for what is said from then on. */
const BEATS_RETENTION: RetentionPolicy = { timeMinutes: 0, sizeMb: 0 };

export interface MembershipOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
  readonly self: Member;
}

interface Waiter {
  readonly condition: () => boolean;
  readonly resolve: () => void;
}

interface Part {
  /** Own rounds heard when this worker began to listen. */
  readonly since: number;
  readonly held: Set<number>;
  listening: boolean;
}

/**
 * One worker among several: says each BEAT_INTERVAL_MS that it is there, for which tenants and with which partitions,
 * at once where that changes, and hears the others. Whoever begins to share a tenant listens first for as long as
 * another may be silent; then it has heard everybody that is there.
 */
export class Membership implements Workers {
  readonly self: Member;
  readonly #clock: Clock;
  readonly #roster: Roster;
  readonly #log: BeatLog;
  readonly #parts = new Map<TenantName, Part>();
  #waiters: readonly Waiter[] = [];
  #round = 0;
  /** Changes with what this worker itself is. */
  #version = 0;
  #leaving = false;
  #closed = false;
  #cancel: () => void = () => undefined;

  constructor({ broker, clock, log, self }: MembershipOptions) {
    this.self = self;
    this.#clock = clock;
    this.#roster = new Roster(self.incarnation);
    this.#log = new BeatLog({
      ...{ broker, clock, log, topic: partitionTopic(BEATS_TOPIC, 0) },
      create: () => createBeatsTopic(broker.admin),
      said: () => this.#said(),
      heard: (beat) => {
        this.#hear(beat);
      },
    });
    this.#beat();
  }

  get count(): number {
    return this.#roster.others.length + 1;
  }

  #beat(): void {
    this.#round += 1;
    this.#log.say();
    this.#cancel = this.#clock.after(BEAT_INTERVAL_MS, () => {
      this.#beat();
    });
  }

  #said(): Beat {
    const parts = [...this.#parts].map(([tenant, { listening, held }]) => {
      const said = listening ? 'listening' : [...held].sort((one, other) => one - other);
      return [tenant, said] as const;
    });
    return { ...this.self, round: this.#round, leaving: this.#leaving, tenants: Object.fromEntries(parts) };
  }

  #hear(beat: Beat): void {
    this.#roster.hear(beat);
    this.#listened();
    this.#look();
  }

  #listened(): void {
    for (const part of this.#parts.values()) {
      if (!part.listening || this.#roster.rounds - part.since < SILENT_ROUNDS_MAX) continue;
      part.listening = false;
      this.#version += 1;
      this.#log.say();
    }
  }

  #look(): void {
    const due = this.#waiters.filter(({ condition }) => condition());
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
  }

  share(tenant: TenantName): Sharing {
    const roster = this.#roster;
    const part: Part = { since: roster.rounds, held: new Set(), listening: true };
    this.#parts.set(tenant, part);
    this.#log.say();
    const membersOf = (): readonly Member[] | undefined => {
      if (part.listening) return undefined;
      return this.#leaving ? [] : [this.self, ...roster.sharing(tenant)];
    };
    const versionOf = (): number => roster.version + this.#version;
    return {
      self: this.self,
      get members() {
        return membersOf();
      },
      get version() {
        return versionOf();
      },
      isHeldElsewhere: (partition) => roster.isHeld(tenant, partition),
      claim: async (partition) => {
        part.held.add(partition);
        this.#log.say();
        let isFirst = false;
        await this.#when(() => {
          // At the very place of the claim on the topic: a later one must not count.
          isFirst = !roster.isHeld(tenant, partition);
          return roster.isHeldHere(tenant, partition);
        });
        return isFirst;
      },
      release: (partition) => {
        part.held.delete(partition);
        this.#log.say();
      },
      when: (condition) => this.#when(condition),
      heardAll: () => {
        const upTo = roster.rounds + SILENT_ROUNDS_MAX;
        return this.#when(() => roster.rounds >= upTo);
      },
      end: () => {
        if (this.#parts.get(tenant) === part) this.#parts.delete(tenant);
        this.#log.say();
      },
    };
  }

  #when(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { condition, resolve }];
    });
  }

  leave(): void {
    this.#leaving = true;
    this.#version += 1;
    this.#log.say();
    this.#look();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel();
    this.#leaving = true;
    this.#parts.clear();
    await this.#log.close();
  }
}

async function createBeatsTopic(admin: BrokerAdmin): Promise<void> {
  await admin.createTenant(INSTALLATION.tenant);
  await admin.createNamespace(INSTALLATION.tenant, INSTALLATION.namespace, BEATS_RETENTION);
  await admin.createPartitionedTopic(BEATS_TOPIC, 1);
}
