import { expect } from 'chai';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { AppendCheck } from '../../../runtime/engine/append-check.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import { defined, newPartition, rejectsWith } from '../../contract/scene.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('the check of an appended record', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: Broker;
  let topic: string;
  let producer: Producer;
  let readers: number;
  let check: AppendCheck;

  /** Only what the rule looks at. */
  async function append(kind: 'step' | 'barrier', epoch: number, sequence: number): Promise<MessageId> {
    const payload = Buffer.from(JSON.stringify({ kind, epoch, sequence }));
    return defined(await producer.send({ payload }), 'id');
  }

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = await createEmbeddedBroker({ folder: folder.path });
    topic = await newPartition(broker);
    producer = await broker.createProducer({ topic });
    readers = 0;
    check = new AppendCheck(
      {
        topic,
        decode: (payload) => decodeRecord(payload, PLAIN_CODEC),
        broker: {
          createReader: (options) => {
            readers += 1;
            return broker.createReader(options);
          },
        },
      },
      { epoch: 3, sequence: 10, position: await append('barrier', 3, 10) },
    );
  });

  afterEach(async () => {
    await broker.close();
    folder.remove();
  });

  it('reads nothing while record follows record', async () => {
    for (const sequence of [11, 12, 13])
      expect(check.check(sequence, await append('step', 3, sequence))).to.equal(undefined);
    expect(readers).to.equal(0);
  });

  it('passes over what a stalled former owner left in between', async () => {
    await append('step', 2, 10);
    await check.check(11, await append('step', 3, 11));
    expect(check.check(12, await append('step', 3, 12))).to.equal(undefined);
    expect(readers).to.equal(1);
  });

  it('keeps the order of records that come while it reads', async () => {
    await append('step', 2, 10);
    const done: number[] = [];
    const checks = [];
    for (const sequence of [11, 12, 13]) {
      const position = await append('step', 3, sequence);
      checks.push(Promise.resolve(check.check(sequence, position)).then(() => done.push(sequence)));
    }
    await Promise.all(checks);
    expect(done).to.deep.equal([11, 12, 13]);
  });

  it('refuses a record behind the barrier of another owner, and all later ones', async () => {
    await check.check(11, await append('step', 3, 11));
    await append('barrier', 4, 12);
    const late = [await append('step', 3, 12), await append('step', 3, 13)];
    for (const [at, position] of late.entries()) {
      await rejectsWith(Promise.resolve(check.check(12 + at, position)), 'producer-fenced');
    }
  });

  it('lets a barrier that does not count stand', async () => {
    await append('barrier', 4, 99);
    await check.check(11, await append('step', 3, 11));
  });
});
