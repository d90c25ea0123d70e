import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Address } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { deadlinesOf, type KeptState } from '../../../dsl/correlation.ts';
import type { Step, StepInput } from '../../../dsl/step/contract.ts';
import { route } from '../../../dsl/step/route.ts';
import { step as pureStep } from '../../../dsl/step/step.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { DeadLetterBox } from '../../../runtime/dead-letters/box.ts';
import { sendPublications, type Publication } from '../../../runtime/definitions/publication.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import type { StepRecord } from '../../../runtime/engine/journal-record.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { createPublisher, type NewEvent } from '../../../runtime/events/publisher.ts';
import { growTenant } from '../../../runtime/growth/grow-tenant.ts';
import { intercepted } from '../engine/intercepted.ts';
import { TestClock } from '../engine/rig.ts';
import { stored, until } from '../events/scene.ts';
import { acme, journal } from '../store/tenant-under-test.ts';
import { WatchedBroker } from './watched-broker.ts';

/** What makes the step throw where nobody can be parked, until that bug is mended. */
export const PUT_ASIDE = 'put me aside';

/** What ends the process, whoever tries it; and so do the deadlines of whom it comes from. */
export const DEADLY = 'deadly';

/** Whose deadlines give more than a record holds. */
export const LARGE = 'large';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const TOO_MUCH = { channel: 'conversations', type: 'told', data: { text: 'x'.repeat(200_000) } } as const;

interface Life {
  readonly engine: Engine;
  readonly watched: WatchedBroker;
  isDead(): boolean;
  bury(): Promise<void>;
}

/** A tenant's engine with all that may befall it, and everything that it put on record, in order. */
export class World {
  readonly clock: TestClock = new TestClock();
  /** Of whole rounds: of a contact's in the order in which they were taken. */
  readonly records: StepRecord[] = [];
  readonly broker: Broker;
  readonly #folder: string;
  readonly #seen = new Set<string>();
  /** By partition and key. */
  readonly #states = new Map<string, KeptState | undefined>();
  #partitions: number;
  #life: Life | undefined;
  readonly #dead: Life[] = [];
  #lives = 0;
  #isDeadly = true;
  #mendedMs = Infinity;

  private constructor(broker: Broker, folder: string, partitions: number) {
    this.broker = broker;
    this.#folder = folder;
    this.#partitions = partitions;
  }

  static async begin(broker: Broker, folder: string, partitions: number): Promise<World> {
    const world = new World(broker, folder, partitions);
    world.#life = await world.#live();
    return world;
  }

  /** The step with bugs: one parks, one puts aside for as long as it is not mended, one gives too much. */
  readonly step: Step = (machines, state, input, context) => {
    const late = input.kind === 'timer' ? input.timer.conversation : undefined;
    if (state?.conversations.some(({ id, definition }) => id === late && definition === 'pause'))
      throw new Error('a bug');
    if (textOf(input) === PUT_ASIDE && context.now < this.#mendedMs) throw new Error('another bug');
    const result = pureStep(machines, state, input, context);
    if (input.kind === 'event' || !isOf(state, LARGE)) return result;
    return { ...result, emissions: Array.from({ length: 30 }, () => TOO_MUCH) };
  };

  async #live(): Promise<Life> {
    let isDead = false;
    const { clock, step: alive } = this;
    // What the dead one sends never arrives. Once the world ends it hears so, and lets go of its files.
    let reject: (reason: Error) => void = () => undefined;
    const fenced = new Promise<never>((_, rejectIt) => (reject = rejectIt));
    fenced.catch(() => undefined);
    const watched = new WatchedBroker(
      intercepted(this.broker, undefined, (message, send) => (isDead ? fenced : send(message))),
    );
    const { broker } = watched;
    const step: Step = (machines, state, input, context) => {
      if (this.#isDeadly && isDeadly(state, input)) isDead = true;
      return isDead ? { state, emissions: [] } : alive(machines, state, input, context);
    };
    this.#lives += 1;
    const engine = await Engine.start({
      ...{ broker, tenant: acme, partitions: this.#partitions, codec: PLAIN_CODEC, clock, log, step, route },
      ...{ stateFolder: join(this.#folder, `state-${this.#lives}`), worker: 'test', newId: randomUUID },
      company: 'Acme',
    });
    const bury = (): Promise<void> => {
      reject(new BrokerError('producer-fenced', 'it is dead'));
      return engine.close();
    };
    return { engine, watched, isDead: () => isDead, bury };
  }

  async publish(channel: 'messaging' | 'external', events: readonly NewEvent[]): Promise<void> {
    const identity = { source: `/test/${randomUUID()}`, now: () => this.clock.now(), newId: randomUUID };
    const publisher = createPublisher(this.broker, acme, this.#partitions, identity);
    for (const event of events) await publisher.publish(channel, event);
    await publisher.close();
  }

  say(lines: readonly (readonly [person: string, text: string])[]): Promise<void> {
    return this.publish(
      'messaging',
      lines.map(([person, text]) => {
        const from = `webchat:${person}` as Address;
        return {
          type: 'message.received',
          subject: contactKeyOf(from),
          data: { connector: 'webchat', from, text },
        };
      }),
    );
  }

  async putInForce(publications: readonly Publication[]): Promise<void> {
    await sendPublications(this.broker, acme, publications);
  }

  /** Nothing is left to do, unless time passes: all that came has been read, and no deadline is due. Or it has died of it. */
  async settled(): Promise<void> {
    await until('all is decided', async () => {
      const life = this.#life;
      if (!life || life.isDead()) return true;
      if (!life.engine.isReady || !(await life.watched.isQuiet())) return false;
      await this.#collect();
      return !this.#isAnyDue() && (await life.watched.isQuiet());
    });
    await this.#collect();
  }

  #isAnyDue(): boolean {
    const now = this.clock.now();
    return [...this.#states.values()].some((state) => deadlinesOf(state).some(({ due }) => due <= now));
  }

  /** The processes end, one after the other, until one parks what ended them. */
  async dieUntilParked(): Promise<void> {
    await until('it is parked', async () => {
      if (this.#life?.isDead() === true) {
        this.#dead.push(this.#life);
        this.#life = await this.#live();
      }
      return (this.#life?.engine.parked ?? 0) > 0;
    });
  }

  /** Whoever is resumed lives on. */
  mendDeadly(): void {
    this.#isDeadly = false;
  }

  /** Mends what put inputs aside, and redrives them. */
  async redrive(): Promise<number> {
    this.#mendedMs = this.clock.now();
    const publisher = { publish: () => Promise.resolve({} as never) };
    const box = new DeadLetterBox({ broker: this.broker, tenant: acme, publisher });
    return (await box.settle('redriven', 'all')).length;
  }

  async grow(to: number): Promise<void> {
    const { broker, clock } = this;
    await this.#life?.engine.close();
    await growTenant({
      ...{ broker, clock, log, codec: PLAIN_CODEC, tenant: acme, to, newId: randomUUID },
      ...{ folder: join(this.#folder, 'growth'), drainMs: 10_000, quietMs: 80 },
    });
    this.#partitions = to;
    await this.#collect();
    this.#life = await this.#live();
  }

  async close(): Promise<void> {
    await this.#life?.engine.close();
    await Promise.all(this.#dead.map((life) => life.bury()));
    await this.#collect();
  }

  async #collect(): Promise<void> {
    for (let partition = 0; partition < this.#partitions; partition++) {
      for (const { id, payload } of await stored(this.broker, journal(partition))) {
        if (this.#seen.has(`${partition} ${id}`)) continue;
        this.#seen.add(`${partition} ${id}`);
        const record = decodeRecord(payload, PLAIN_CODEC);
        if (record.kind !== 'step') continue;
        this.records.push(record);
        const { contact, state } = record;
        if (contact && state !== undefined) this.#states.set(`${partition} ${contact}`, state ?? undefined);
      }
    }
  }

  /** Conversations that are under way. */
  open(): readonly { readonly subject: string; readonly conversation: string; readonly machine: string }[] {
    const states = new Map<string, KeptState | null>();
    for (const { contact, state, input } of this.records)
      if (contact && state !== undefined && input.type !== 'moved-away') states.set(contact, state);
    return [...states].flatMap(([subject, state]) =>
      state && 'conversations' in state
        ? state.conversations.map(({ id, machine }) => ({ subject, conversation: id, machine }))
        : [],
    );
  }
}

function isDeadly(state: Parameters<Step>[1], input: StepInput): boolean {
  if (textOf(input) === DEADLY) return true;
  return input.kind === 'timer' && isOf(state, DEADLY);
}

function isOf(state: Parameters<Step>[1], person: string): boolean {
  return state?.addresses.includes(`webchat:${person}` as Address) === true;
}

function textOf(input: StepInput): string | undefined {
  return input.kind === 'event' ? (input.event.data as { readonly text?: string } | undefined)?.text : undefined;
}
