import { expect } from 'chai';
import type { TenantName } from '../../../../channels/brands.ts';
import { channelTopic, partitionTopic } from '../../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { Intake } from '../../../../runtime/store/sink/intake.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const TENANT = 'acme' as TenantName;
const TOPIC = partitionTopic(channelTopic(TENANT, 'messaging'), 0);
const KIB = 1024;

describe("what the sink's intake buffers", () => {
  it('stays near its limit of bytes, however large the messages of a feed are', async () => {
    const folder = temporaryFolder();
    const broker = await createEmbeddedBroker({ folder: folder.path });
    await createTenant(broker.admin, TENANT, 1);
    const producer = await broker.createProducer({ topic: TOPIC });
    await producer.sendAll(Array.from({ length: 300 }, () => ({ payload: Buffer.alloc(64 * KIB) })));
    const feed = { topic: TOPIC, partition: 0, of: 'messaging' } as const;
    let first: (buffered: number) => void = () => undefined;
    const buffered = new Promise<number>((resolve) => (first = resolve));
    const opened: Promise<Intake> = Intake.open(broker, [feed], new Map(), {
      limits: { rows: 20_000, bytes: 640 * KIB, lingerMs: 10 },
      clock: systemClock,
      // The first call may come before `open` resolves; nothing more is received before this one does.
      received: async () => {
        first((await opened).buffered);
      },
    });
    const intake = await opened;
    expect(await buffered).to.be.within(10, 26);
    let messages = 0;
    while (messages < 300) for await (const part of intake.batch()) messages += part.messages.length;
    expect(messages).to.equal(300);
    await intake.close();
    await broker.close();
    folder.remove();
  });
});
