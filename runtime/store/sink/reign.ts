/**
 * One ownership of a tenant's sink, from acquiring it to losing or leaving it. Per batch: announce the ranges in the
 * sink topic, insert under a token made from the batch number, mark, acknowledge. Whatever fails ends the reign; the
 * next one, here or elsewhere, goes on from the last mark and first repeats what was announced.
 */
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { EventCodec } from '../../../channels/codec.ts';
import type { TenantName } from '../../../channels/brands.ts';
import type { MessageId } from '../../broker/message-id.ts';
import type { Broker } from '../../broker/port.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../port.ts';
import { quoteText } from '../quote.ts';
import { tableOf, type MarkRow } from '../rows.ts';
import { createTenantViews } from '../schema.ts';
import { isoTime } from './event-time.ts';
import { feedsOf, type Feed } from './feeds.ts';
import type { FeedMessages } from './fold.ts';
import { Gathering, type FoldedBatch, type FoldedPacked } from './gathering.ts';
import { insertBatch } from './insert.ts';
import { Intake, type BatchLimits } from './intake.ts';
import { Ledger } from './ledger.ts';
import { storeMissingGraphs } from './missing-graphs.ts';
import type { Outage } from './outage.ts';
import type { Progress } from './progress.ts';
import type { PendingRecord } from './records.ts';
import { reread } from './reread.ts';

/** Messages; then whatever else this process does has its turn. */
const FOLDED_AT_ONCE = 200;

/** Moments of a batch's life at which a test may pull the plug. */
export type SinkPoint = 'received' | 'announced' | 'inserted' | 'marked' | 'acknowledged';

export interface ReignOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly tenant: TenantName;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly limits: BatchLimits;
  readonly takeOver: boolean;
  /** Of the broker. */
  readonly outage: Outage;
  /** A batch waits in it until ClickHouse answers again. */
  readonly storeOutage: Outage;
  readonly stopping: () => boolean;
  readonly at: (point: SinkPoint) => void | Promise<void>;
  readonly onMark: (progress: Progress) => void;
  readonly onBatch: (folded: FoldedPacked, lagMs: number) => void;
}

export class Reign {
  readonly #options: ReignOptions;
  readonly #ledger: Ledger;
  readonly #intake: Intake;
  readonly #feeds: readonly Feed[];

  private constructor(options: ReignOptions, ledger: Ledger, intake: Intake, feeds: readonly Feed[]) {
    this.#options = options;
    this.#ledger = ledger;
    this.#intake = intake;
    this.#feeds = feeds;
  }

  static async open(options: ReignOptions): Promise<Reign> {
    const { broker, store, tenant, limits, clock, at } = options;
    const feeds = await feedsOf(broker.admin, tenant);
    const ledger = await Ledger.open(options);
    try {
      // By the owner alone: others that wait for it to go try again and again.
      await createTenantViews(store, tenant);
      const { pending, progress } = ledger.history;
      const after = pending ? passing(progress, pending) : progress;
      const intake = await Intake.open(broker, feeds, after, { limits, clock, received: () => at('received') });
      return new Reign(options, ledger, intake, feeds);
    } catch (error) {
      await ledger.close();
      throw error;
    }
  }

  /** Until `halt`; rejects with whatever ended the reign. */
  async serve(): Promise<void> {
    const { broker, store, tenant } = this.#options;
    const { pending, progress } = this.#ledger.history;
    if (pending) {
      const gathering = this.#gathering(pending.batch, progress);
      for (const part of (await reread(broker, this.#feeds, progress, pending)).flatMap(partsOf)) {
        gathering.add(part);
        await turnOfOthers();
      }
      await this.#store(gathering.folded, pending);
    }
    const { generation, epoch } = this.#ledger.history;
    await storeMissingGraphs(store, tenant, `${tenant}:${generation}:${epoch}`);
    await this.#publishMarks(this.#ledger.history.progress, 'all');
    await this.#intake.acknowledge(lastOf(this.#ledger.history.progress));
    this.#options.onMark(this.#ledger.history.progress);
    await this.#storeAll();
  }

  /** While ClickHouse takes one batch, the next one is gathered; it is announced once the first is marked. */
  async #storeAll(): Promise<void> {
    let { progress } = this.#ledger.history;
    let batch = await this.#newestBatch();
    let storing = Promise.resolve();
    try {
      for (;;) {
        const next = await this.#gather(++batch, progress);
        await storing;
        if (!next) return;
        progress = new Map([...progress, ...next.folded.changed]);
        storing = this.#store(next);
        // Heard of where it is awaited, which would be late while no message comes.
        storing.catch(() => {
          this.#intake.halt();
        });
      }
    } finally {
      // Whatever ended this reign, the next one must not meet its insert half-way.
      await storing;
    }
  }

  /**
   * Where the sink topic was lost, those of the rows that it told of go on being counted: whoever follows the marks would
   * otherwise take the new ones for old.
   */
  async #newestBatch(): Promise<number> {
    const { batch } = this.#ledger.history;
    if (batch > 0) return batch;
    const { store, tenant } = this.#options;
    const [row] = await store.query(
      `SELECT max(batch) AS newest FROM ${tableOf(store, 'marks')} WHERE tenant = ${quoteText(tenant)}`,
    );
    return Number(row?.['newest'] ?? 0);
  }

  /** Undefined after `halt`: what was gathered by then is received again by the next owner. */
  async #gather(batch: number, before: Progress): Promise<FoldedBatch | undefined> {
    const gathering = this.#gathering(batch, before);
    for await (const part of this.#intake.batch()) {
      gathering.add(part);
      await turnOfOthers();
    }
    return this.#intake.isHalted ? undefined : gathering.folded;
  }

  #gathering(batch: number, before: Progress): Gathering {
    const { tenant, codec } = this.#options;
    return new Gathering({ tenant, batch, codec }, before);
  }

  get buffered(): number {
    return this.#intake.buffered;
  }

  halt(): void {
    this.#intake.halt();
  }

  async close(): Promise<void> {
    await this.#intake.close();
    await this.#ledger.close();
  }

  async #store({ batch, folded, ranges, oldestMs }: FoldedBatch, announced?: PendingRecord): Promise<void> {
    const { clock, at, onMark, onBatch } = this.#options;
    if (!announced) await this.#ledger.announce(batch, ranges);
    await at('announced');
    await this.#insert(batch, folded, announced !== undefined);
    await at('inserted');
    await this.#ledger.mark(batch, folded.changed);
    await at('marked');
    onMark(folded.changed);
    onBatch(folded, clock.now() - oldestMs);
    await this.#publishMarks(folded.changed, 'changed');
    await this.#intake.acknowledge(ranges);
    await at('acknowledged');
  }

  /** Waits for ClickHouse as long as it takes. */
  async #insert(batch: number, rows: FoldedPacked, interrupted: boolean): Promise<void> {
    const { store, tenant } = this.#options;
    const { generation, epoch } = this.#ledger.history;
    const token = `${tenant}:${generation}:${batch}`;
    await this.#insisting((attempts) =>
      insertBatch(store, {
        ...{ tenant, batch, token, rows },
        repeated: interrupted || attempts > 0,
        attempt: `${epoch}:${attempts}`,
      }),
    );
  }

  async #publishMarks(progress: Progress, what: 'all' | 'changed'): Promise<void> {
    const { store, tenant, clock } = this.#options;
    const { generation, batch, epoch } = this.#ledger.history;
    const time = isoTime(clock.now());
    const rows = [...progress].map(([topic, { position }]): MarkRow => ({ tenant, topic, position, batch, time }));
    const token = `${tenant}:${generation}:${batch}:marks:${what}:${epoch}`;
    await this.#insisting(() => store.insert(tableOf(store, 'marks'), rows, token));
  }

  async #insisting(call: (attempts: number) => Promise<void>): Promise<void> {
    const { storeOutage, stopping } = this.#options;
    for (let attempts = 0; ; attempts++) {
      try {
        await call(attempts);
        storeOutage.over();
        return;
      } catch (error) {
        if (stopping()) throw error;
        await storeOutage.wait(error);
      }
    }
  }
}

function partsOf({ feed, messages }: FeedMessages): readonly FeedMessages[] {
  const parts: FeedMessages[] = [];
  for (let at = 0; at < messages.length; at += FOLDED_AT_ONCE) {
    parts.push({ feed, messages: messages.slice(at, at + FOLDED_AT_ONCE) });
  }
  return parts;
}

/** What is to be received while a pending batch is read again from the topics themselves. */
function passing(progress: Progress, pending: PendingRecord): Progress {
  return new Map([...progress, ...pending.ranges.map(({ topic, last }) => [topic, { position: last }] as const)]);
}

function lastOf(progress: Progress): readonly { topic: string; last: MessageId }[] {
  return [...progress].map(([topic, { position }]) => ({ topic, last: position }));
}
