import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { checkEvent } from '../../../channels/validate.ts';
import { Baseline } from '../../../runtime/baseline/baseline.ts';
import { GRACE_MS } from '../../../runtime/baseline/measures.ts';
import { ALL } from '../../../runtime/baseline/sample.ts';
import { SampleTable } from '../../../runtime/baseline/sample-table.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';
import type { NewEvent } from '../../../runtime/events/publisher.ts';
import { applySchema } from '../../../runtime/store/schema.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';
import { eventRow, temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';
import { simulatedMonth, START_MS, WEEKS_BEFORE } from './month.ts';

const TENANT = 'acme' as TenantName;

/** A Monday morning after the four weeks that are known. */
const MORNING_MS = START_MS + WEEKS_BEFORE * WEEK_MS + 10 * HOUR_MS;

/** What is known of others only takes time here. */
const SERIES: ReadonlySet<string> = new Set(['all', 'message.requested', 'sent of requested']);

const SILENT = { info: () => undefined, warn: () => undefined };

describe('the baseline of a tenant', () => {
  let store: TemporaryStore;
  const clock = new ManualClock();
  const stated: NewEvent[] = [];
  let isOwner = true;
  let sequence = 0;

  before(async () => {
    store = await temporaryStore();
    await applySchema(store.store);
    const { windows } = simulatedMonth(1);
    const known = windows.filter(({ startMs }) => startMs < MORNING_MS);
    const samples = known.flatMap(({ samples }) => samples).filter(({ name }) => SERIES.has(name));
    await new SampleTable(store.store, TENANT).add(samples);
    clock.advance(MORNING_MS + GRACE_MS - clock.now());
  });

  after(() => store.remove());

  /** What is published is in the store once it is settled. */
  const baseline = (): Baseline => {
    const publish = async (event: NewEvent): Promise<void> => {
      const time = new Date(clock.now()).toISOString();
      checkEvent({ source: '/platform', time, specversion: '1.0', ...event, id: event.id ?? '' }, 'operations');
      stated.push(event);
      await insert([{ ...event, channel: 'operations', data: JSON.stringify(event.data), time }]);
    };
    const sink = { settled: () => Promise.resolve(), metrics: () => ({ owner: isOwner }) };
    return new Baseline({ tenant: TENANT, store: store.store, sink, clock, publish, log: SILENT });
  };

  const insert = async (events: readonly Readonly<Record<string, unknown>>[]): Promise<void> => {
    const rows = events.map((fields) => eventRow({ id: `e${++sequence}`, sequence, ...fields }));
    await store.store.insert(`${store.store.database}.events`, rows, `rows:${sequence}`);
  };

  /** Messages of the window before, of which as many are sent. */
  const window = async (requested: number, sent: number): Promise<void> => {
    const time = new Date(clock.now() - GRACE_MS - WINDOW_MS / 2).toISOString();
    const messageOf = (at: number): string => JSON.stringify({ message: `m${clock.now()}-${at}` });
    await insert([
      ...Array.from({ length: requested }, (_, at) => ({ type: 'message.requested', time, data: messageOf(at) })),
      ...Array.from({ length: sent }, (_, at) => ({ type: 'message.sent', time, data: messageOf(at) })),
    ]);
  };

  const of = (name: string): readonly string[] =>
    stated.filter(({ data }) => (data as { series: string }).series === name).map(({ type }) => type);

  it('does nothing where another process owns the sink', async () => {
    isOwner = false;
    await baseline().look();
    isOwner = true;
    expect(await new SampleTable(store.store, TENANT).newest()).to.equal(MORNING_MS - WINDOW_MS);
  });

  it('states once that what was requested is not sent', async () => {
    const running = baseline();
    for (let count = 0; count < 4; count++) {
      clock.advance(WINDOW_MS);
      await window(95, 20);
      await running.look();
    }
    expect(of('sent of requested')).to.eql(['baseline.departed']);
    const data = stated.find(({ data }) => (data as { series: string }).series === 'sent of requested')?.data;
    expect(data).to.include({ kind: 'share', direction: 'low', since: new Date(MORNING_MS).toISOString() });
  });

  it('goes on in another process, and states once that it is as usual again', async () => {
    const running = baseline();
    for (let count = 0; count < 4; count++) {
      clock.advance(WINDOW_MS);
      await window(95, 94);
      await running.look();
    }
    expect(of('sent of requested')).to.eql(['baseline.departed', 'baseline.returned']);
    expect(running.open.map(({ series }) => series.name)).not.to.include('sent of requested');
  });

  it('states that a departure has ended, a day after the last that could be said of it', async () => {
    const sinceMs = clock.now() - GRACE_MS;
    clock.advance(WINDOW_MS);
    await window(95, 20);
    await baseline().look();
    // Of few messages a share is judged over the last two hours: so long the last that were sent count.
    const [silentMs, windows] = [sinceMs + 24 * WINDOW_MS, 23 + DAY_MS / WINDOW_MS - 1];
    await new SampleTable(store.store, TENANT).add(
      Array.from({ length: windows }, (_, at) => {
        return { ...ALL, startMs: sinceMs + (1 + at) * WINDOW_MS, value: 0, observations: 0 };
      }),
    );
    clock.advance((windows + 1) * WINDOW_MS);
    const running = baseline();
    await running.look();
    expect(of('sent of requested').slice(2)).to.eql(['baseline.departed', 'baseline.ended']);
    expect(stated.find(({ type }) => type === 'baseline.ended')?.data).to.eql({
      ...{ series: 'sent of requested', kind: 'share', direction: 'low', since: new Date(sinceMs).toISOString() },
      window: new Date(silentMs + DAY_MS - WINDOW_MS).toISOString(),
      reason: 'too few events for a day to say anything',
    });
    expect(running.open.map(({ series }) => series.name)).not.to.include('sent of requested');
  });

  it('learns from what was stored before it was there', async () => {
    await store.store.command(`TRUNCATE TABLE ${store.store.database}.samples`);
    await baseline().look();
    const table = new SampleTable(store.store, TENANT);
    expect((await table.since(MORNING_MS)).length).to.be.above(0);
    expect(await table.newest()).to.be.at.least(MORNING_MS + 6 * WINDOW_MS);
  });
});
