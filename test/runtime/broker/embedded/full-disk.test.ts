import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { DISK_RESERVE_BYTES, LmdbStore } from '../../../../runtime/broker/embedded/lmdb-store.ts';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import { requirePart } from '../../../require-part.ts';

const MIB = 1024 * 1024;
const DISK_BYTES = 3 * DISK_RESERVE_BYTES;
const TOPIC = 'persistent://acme/messaging/events';
const PARTITION = `${TOPIC}-partition-0`;

function codeOf(error: unknown): string {
  return error instanceof BrokerError ? error.code : String(error);
}

describe('embedded broker on a full disk', function () {
  this.timeout(60_000);
  const disk = mkdtempSync(join(tmpdir(), 'parlance-disk-'));
  const folder = join(disk, 'broker');
  let mounted = false;

  before(function () {
    mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]).status === 0;
    if (!mounted) rmdirSync(disk);
    requirePart(this, 'the right to mount a small tmpfs', mounted, 'run as root on Linux');
  });
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(disk, 'filler'), { force: true });
  });
  after(() => {
    if (!mounted) return;
    spawnSync('umount', [disk]);
    rmdirSync(disk);
  });

  /** Leaves `left` bytes. */
  function fill(left: number): void {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
  }

  async function open(): Promise<EmbeddedBroker> {
    const broker = await createEmbeddedBroker({ folder });
    opened.push(broker);
    return broker;
  }

  async function openWithTopic(): Promise<EmbeddedBroker> {
    const broker = await open();
    await broker.admin.createTenant('acme');
    await broker.admin.createNamespace('acme', 'messaging', { timeMinutes: 0, sizeMb: 0 });
    await broker.admin.createPartitionedTopic(TOPIC, 1);
    await broker.admin.createSubscription(PARTITION, 'engine', 'Earliest');
    return broker;
  }

  /** Publishes until refused, ten at a time; returns the numbers accepted and the code of each refusal. */
  async function publishUntilRefused(broker: EmbeddedBroker): Promise<{ accepted: number[]; codes: Set<string> }> {
    const producer = await broker.createProducer({ topic: PARTITION });
    const accepted: number[] = [];
    const codes = new Set<string>();
    for (let next = 0; codes.size === 0;) {
      const batch = Array.from({ length: 10 }, async () => {
        const number = next++;
        const payload = Buffer.alloc(40_000, `${number} `);
        await producer.send({ payload }).then(
          () => accepted.push(number),
          (error: unknown) => codes.add(codeOf(error)),
        );
      });
      await Promise.all(batch);
    }
    await producer.send({ payload: Buffer.from('after') }).catch((error: unknown) => codes.add(codeOf(error)));
    await producer.close();
    return { accepted, codes };
  }

  async function consume(broker: EmbeddedBroker, count: number): Promise<readonly number[]> {
    const consumer = await broker.subscribe({ topic: PARTITION, subscription: 'engine', type: 'Failover' });
    const numbers: number[] = [];
    while (numbers.length < count) {
      const message = await consumer.receive();
      numbers.push(Number.parseInt(message.payload.toString(), 10));
      await consumer.acknowledge(message.id);
    }
    await consumer.close();
    return numbers;
  }

  it('refuses with storage-full, keeps what it accepted, and accepts again when deleting has made room', async () => {
    const broker = await openWithTopic();
    const { accepted, codes } = await publishUntilRefused(broker);
    expect([...codes]).to.deep.equal(['storage-full']);
    expect(accepted.length).to.be.above(100);
    const refused = await (
      await broker.createProducer({ topic: PARTITION })
    )
      .send({ payload: Buffer.alloc(4 * MIB) })
      .catch(codeOf);
    expect(refused).to.equal('storage-full');
    await broker.close();

    const reopened = await open();
    expect(await consume(reopened, accepted.length)).to.deep.equal(accepted);
    await reopened.trim();
    const producer = await reopened.createProducer({ topic: PARTITION });
    await producer.send({ payload: Buffer.from('7000') });
    expect(await consume(reopened, 1)).to.deep.equal([7000]);
  });

  it('loses nothing when another program takes the last byte, and accepts again when that is given back', async () => {
    const broker = await openWithTopic();
    const producer = await broker.createProducer({ topic: PARTITION });
    for (const number of [1, 2, 3]) await producer.send({ payload: Buffer.from(number.toString()) });
    fill(0);
    expect(await producer.send({ payload: Buffer.alloc(MIB) }).catch(codeOf)).to.equal('storage-full');
    expect(await consume(broker, 3)).to.deep.equal([1, 2, 3]);
    rmSync(join(disk, 'filler'));
    const again = await broker.createProducer({ topic: PARTITION });
    await again.send({ payload: Buffer.from('4') });
    await broker.close();
    const reopened = await open();
    expect(await consume(reopened, 1), 'acknowledgements made on the full disk were not lost').to.deep.equal([4]);
  });

  it('survives a commit that runs out of disk half-way', async () => {
    const store = new LmdbStore(folder);
    opened.push(store);
    const put = (key: string, bytes: number): Promise<void> =>
      store.commit([{ table: 'log', key: Buffer.from(key), value: Buffer.alloc(bytes, key) }]);
    await put('before', 1000);
    fill(2 * MIB);
    // lmdb itself prints the error of the system call as well.
    const complain = console.error;
    console.error = () => undefined;
    try {
      expect(await put('too much', 8 * MIB).then(() => 'accepted', codeOf)).to.equal('storage-full');
    } finally {
      console.error = complain;
    }
    expect(store.get('log', Buffer.from('too much'))).to.equal(undefined);
    rmSync(join(disk, 'filler'));
    await put('after', 8 * MIB);
    expect(store.get('log', Buffer.from('before'))?.length).to.equal(1000);
    expect(store.get('log', Buffer.from('after'))?.length).to.equal(8 * MIB);
  });
});
