import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { measure } from '../../../runtime/baseline/measures.ts';
import { SampleTable } from '../../../runtime/baseline/sample-table.ts';
import type { Sample } from '../../../runtime/baseline/sample.ts';
import { WINDOW_MS } from '../../../runtime/baseline/window.ts';
import { applySchema } from '../../../runtime/store/schema.ts';
import { eventRow, temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';

const TENANT = 'acme' as TenantName;
const START_MS = Date.parse('2026-03-06T14:00:00Z');

describe('what the baseline measures', () => {
  let store: TemporaryStore;
  let samples: readonly Sample[];

  before(async () => {
    store = await temporaryStore();
    await applySchema(store.store);
    await store.store.insert(`${store.store.database}.events`, rows(), 'rows');
    samples = await measure(store.store, TENANT, START_MS, START_MS + 2 * WINDOW_MS);
  });

  after(() => store.remove());

  const valueOf = (kind: Sample['kind'], name: string, window = 0): number | undefined =>
    samples.find((one) => one.kind === kind && one.name === name && one.startMs === START_MS + window * WINDOW_MS)
      ?.value;

  it('counts events by type, and all of them also where there are none', () => {
    expect(valueOf('rate', 'message.requested')).to.equal(4);
    expect(valueOf('rate', 'message.received')).to.equal(1);
    expect(valueOf('rate', 'all')).to.equal(11);
    expect(valueOf('rate', 'all', 1)).to.equal(1);
    expect(valueOf('rate', 'message.requested', 1)).to.equal(undefined);
  });

  it('tells what had become of a window’s messages soon after it, those held left out', () => {
    // Of m1, m2 and m3: m2 is sent a minute too late, m4 is held.
    expect(valueOf('share', 'sent of requested')).to.be.closeTo(1 / 3, 1e-9);
    expect(valueOf('share', 'failed of requested')).to.be.closeTo(1 / 3, 1e-9);
    expect(valueOf('share', 'delivered of sent')).to.equal(1);
  });

  it('measures the time from one event to the next', () => {
    expect(valueOf('delay', 'reply')).to.equal(40);
    expect(valueOf('delay', 'hand-over')).to.equal(1000);
    expect(valueOf('delay', 'delivery')).to.equal(2000);
    expect(valueOf('delay', 'answer')).to.equal(60_000);
  });

  it('leaves out other tenants and what a probe did', () => {
    expect(samples.map(({ name }) => name)).not.to.include('message.read');
  });

  it('is kept, once for each window and series', async () => {
    const table = new SampleTable(store.store, TENANT);
    expect(await table.newest()).to.equal(undefined);
    await table.add(samples);
    await table.add(samples);
    expect(await table.newest()).to.equal(START_MS + WINDOW_MS);
    const kept = await table.since(START_MS);
    const inOrder = (all: readonly Sample[]): readonly string[] =>
      all.map((one) => JSON.stringify(sorted(one))).toSorted();
    expect(inOrder(kept)).to.eql(inOrder(samples));
  });
});

function sorted(sample: Sample): unknown {
  return Object.entries(sample).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

let sequence = 0;

function event(type: string, atMs: number, fields: Readonly<Record<string, unknown>> = {}): object {
  const time = new Date(START_MS + atMs).toISOString();
  sequence += 1;
  return eventRow({ type, time, published: time, id: `e${sequence}`, sequence, ...fields });
}

function message(id: string): { readonly data: string } {
  return { data: JSON.stringify({ message: id }) };
}

function rows(): readonly object[] {
  return [
    event('message.requested', -1000, message('m0')),
    event('message.sent', 0, message('m0')),
    event('message.delivered', 2000, message('m0')),
    event('message.received', 60_000, { id: 'asked' }),
    event('message.requested', 60_040, { ...message('m1'), causation: 'asked' }),
    event('message.sent', 60_340, message('m1')),
    event('message.delivered', 62_340, message('m1')),
    event('message.requested', 61_000, message('m2')),
    event('message.sent', WINDOW_MS + 60_000, message('m2')),
    event('message.requested', 61_000, message('m3')),
    event('message.failed', 62_000, message('m3')),
    event('message.requested', 61_000, message('m4')),
    event('message.held', 61_100, message('m4')),
    event('message.read', 61_000, { ...message('m5'), tenant: 'other' }),
    event('message.read', 61_000, { ...message('m6'), subject: 'c-probe-1' }),
  ];
}
