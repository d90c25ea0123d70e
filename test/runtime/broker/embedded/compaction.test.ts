import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { ManualClock } from './manual-clock.ts';

const TOPIC = 'persistent://acme/engine/checkpoints';
const DAY_MS = 24 * 60 * 60_000;

async function table(broker: EmbeddedBroker, topic: string, last: string): Promise<ReadonlyMap<string, string>> {
  const reader = await broker.createReader({ topic, from: 'Earliest', readCompacted: true });
  const latest = new Map<string, string>();
  for (let payload = ''; payload !== last;) {
    const message = await reader.next();
    payload = message.payload.toString();
    if (payload === '') latest.delete(message.key ?? '');
    else if (payload !== last) latest.set(message.key ?? '', payload);
  }
  await reader.close();
  return latest;
}

describe('embedded broker, compaction and retention', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'parlance-compaction-'));
  const clock = new ManualClock();
  let broker: EmbeddedBroker;
  let topics = 0;

  before(async () => {
    broker = await createEmbeddedBroker({ folder, clock });
    await broker.admin.createTenant('acme');
    await broker.admin.createNamespace('acme', 'engine', { timeMinutes: 0, sizeMb: 0 });
  });
  after(async () => {
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function newTopic(): Promise<string> {
    const topic = `${TOPIC}-${(topics++).toString()}`;
    await broker.admin.createPartitionedTopic(topic, 1);
    return `${topic}-partition-0`;
  }

  it('reads as a table, however compactions and deletions fall between the messages', async () => {
    const change = fc.oneof(
      { weight: 10, arbitrary: fc.record({ key: fc.nat(6), value: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.constant('compact' as const) },
      { weight: 1, arbitrary: fc.constant('compact and trim' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (changes) => {
        const topic = await newTopic();
        const producer = await broker.createProducer({ topic });
        const model = new Map<string, string>();
        for (const [index, each] of changes.entries()) {
          if (typeof each === 'string') {
            await broker.admin.compact(topic);
            // Without a compaction there is nothing yet that holds the messages back.
            if (each === 'compact and trim') await broker.trim();
            continue;
          }
          const key = `k${each.key}`;
          const value = each.value === 0 ? '' : `${each.value}@${index}`;
          await producer.send({ payload: Buffer.from(value), key });
          if (value === '') model.delete(key);
          else model.set(key, value);
        }
        await producer.send({ payload: Buffer.from('end'), key: 'end' });
        expect(await table(broker, topic, 'end')).to.deep.equal(model);
        await producer.close();
      }),
      { numRuns: 40 },
    );
  });

  it('compacts more messages than go into one commit', async () => {
    const topic = await newTopic();
    const producer = await broker.createProducer({ topic });
    const send = (value: string, key: string): Promise<unknown> => producer.send({ payload: Buffer.from(value), key });
    await Promise.all(Array.from({ length: 23_000 }, (_, index) => send(`v${index}`, `k${index % 1000}`)));
    await broker.admin.compact(topic);
    await send('end', 'end');
    const latest = await table(broker, topic, 'end');
    expect(latest.size).to.equal(1000);
    for (let key = 0; key < 1000; key++) expect(latest.get(`k${key}`)).to.equal(`v${22_000 + key}`);
    await producer.close();
  });

  it('deletes by age and by size what is acknowledged, in time of its own', async () => {
    await broker.admin.createNamespace('acme', 'engine', { timeMinutes: 24 * 60, sizeMb: 1 });
    const topic = await newTopic();
    const producer = await broker.createProducer({ topic });
    const first = async (): Promise<number> => {
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      const message = await reader.next();
      await reader.close();
      return Number(message.id.split(':')[1]);
    };
    for (let number = 0; number < 10; number++) await producer.send({ payload: Buffer.alloc(1000) });
    clock.advance(DAY_MS / 2);
    for (let number = 0; number < 10; number++) await producer.send({ payload: Buffer.alloc(1000) });
    await broker.trim();
    expect(await first(), 'all within a day').to.equal(0);
    clock.advance(DAY_MS / 2);
    await broker.trim();
    expect(await first(), 'the first ten are a day old').to.equal(10);
    await producer.send({ payload: Buffer.alloc(2 * 1024 * 1024) });
    await broker.trim();
    expect(await first(), 'over 1 MB with the large one, which is the newest').to.equal(20);
    await producer.close();
  });
});
