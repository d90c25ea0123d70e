import { PLAIN_CODEC, type EventCodec } from '../../../channels/codec.ts';
import type { TenantName } from '../../../channels/brands.ts';
import { BrokerError } from '../../broker/errors.ts';
import type { Broker } from '../../broker/port.ts';
import { systemClock, type Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../port.ts';
import { applySchema } from '../schema.ts';
import { lastOfEach } from './feeds.ts';
import type { FoldedPacked } from './gathering.ts';
import { BATCH_LIMITS, type BatchLimits } from './intake.ts';
import { Mark, type Positions } from './mark.ts';
import { Outage } from './outage.ts';
import { Reign, type ReignOptions, type SinkPoint } from './reign.ts';

export interface SinkOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly tenant: TenantName;
  readonly log: Log;
  readonly codec?: EventCodec;
  readonly clock?: Clock;
  readonly limits?: Partial<BatchLimits>;
  /** For tests: called at each moment of a batch; an error thrown from it ends the reign there. */
  readonly at?: (point: SinkPoint) => void | Promise<void>;
}

/** Counts since the start. */
export interface SinkMetrics {
  readonly events: number;
  readonly steps: number;
  readonly deadLetters: number;
  readonly batches: number;
  /** Events dropped because their source had stated them before. */
  readonly duplicates: number;
  /** Journal records of superseded owners, dropped. */
  readonly stale: number;
  /** Messages received and not yet in a batch. */
  readonly buffered: number;
  /** From publication of the oldest message of the last batch to its mark. */
  readonly lagMs: number;
  /** This sink is the tenant's owner. */
  readonly owner: boolean;
  /** ClickHouse or the broker is away. */
  readonly waiting: boolean;
}

/** Stores a tenant's channels and journal. Runs from its creation to `stop`, whatever is away meanwhile. */
export class Sink {
  readonly #options: SinkOptions;
  readonly #clock: Clock;
  readonly #mark = new Mark();
  readonly #storeOutage: Outage;
  readonly #outage: Outage;
  readonly #finished: Promise<void>;
  readonly #counts = { events: 0, steps: 0, deadLetters: 0, batches: 0, duplicates: 0, stale: 0, lagMs: 0 };
  #reign: Reign | undefined;
  #stopping = false;

  constructor(options: SinkOptions) {
    const { clock = systemClock, log, tenant, store } = options;
    this.#options = options;
    this.#clock = clock;
    this.#storeOutage = new Outage(clock, log, { tenant, store: store.location });
    this.#outage = new Outage(clock, log, { tenant });
    this.#finished = this.#run();
  }

  get tenant(): TenantName {
    return this.#options.tenant;
  }

  /** Last message stored of each partition topic, as this process knows it. */
  currentMark(): Positions {
    return this.#mark.current();
  }

  /** Resolves once everything up to `positions` is stored; rejects where the sink is stopped before. */
  waitForMark(positions: Positions): Promise<void> {
    return this.#mark.waitFor(positions);
  }

  /** Resolves, with the positions, once everything that the topics hold at the time of the call is stored. */
  async settled(): Promise<Positions> {
    const positions = await lastOfEach(this.#options.broker.admin, this.tenant);
    await this.waitForMark(positions);
    return positions;
  }

  metrics(): SinkMetrics {
    return {
      ...this.#counts,
      buffered: this.#reign?.buffered ?? 0,
      owner: this.#reign !== undefined,
      waiting: this.#outage.lasting || this.#storeOutage.lasting,
    };
  }

  /** Finishes the batch in flight, unless ClickHouse is away: that batch is then repeated by the next owner. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#reign?.halt();
    this.#outage.end();
    this.#storeOutage.end();
    await this.#finished;
    this.#mark.abandon(new BrokerError('broker-closed', `the store sink of ${this.tenant} has stopped`));
  }

  async #run(): Promise<void> {
    let takeOver = true;
    while (!this.#isStopping()) {
      try {
        await this.#reignOnce(takeOver);
      } catch (error) {
        if (this.#isStopping()) return;
        // Superseded by another sink: from here on only follow one that has gone, or the two would oust each other.
        if (error instanceof BrokerError && error.code === 'producer-fenced') takeOver = false;
        await this.#outage.wait(error);
      }
    }
  }

  async #reignOnce(takeOver: boolean): Promise<void> {
    await applySchema(this.#options.store);
    const reign = await Reign.open(this.#reignOptions(takeOver));
    this.#reign = reign;
    if (this.#isStopping()) reign.halt();
    try {
      await reign.serve();
    } finally {
      this.#reign = undefined;
      await reign.close();
    }
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isStopping(): boolean {
    return this.#stopping;
  }

  #reignOptions(takeOver: boolean): ReignOptions {
    const { broker, store, tenant, codec = PLAIN_CODEC, limits, at } = this.#options;
    return {
      ...{ broker, store, tenant, codec, clock: this.#clock, takeOver },
      ...{ outage: this.#outage, storeOutage: this.#storeOutage },
      limits: { ...BATCH_LIMITS, ...limits },
      stopping: () => this.#stopping,
      at: at ?? (() => undefined),
      onMark: (progress) => {
        this.#outage.over();
        this.#mark.advance([...progress].map(([topic, { position }]) => [topic, position] as const));
      },
      onBatch: (folded, lagMs) => {
        this.#count(folded, lagMs);
      },
    };
  }

  #count(folded: FoldedPacked, lagMs: number): void {
    this.#counts.events += folded.events.length;
    this.#counts.steps += folded.steps.length;
    this.#counts.deadLetters += folded.deadLetters.length;
    this.#counts.duplicates += folded.duplicates;
    this.#counts.stale += folded.stale;
    this.#counts.batches++;
    this.#counts.lagMs = lagMs;
  }
}
