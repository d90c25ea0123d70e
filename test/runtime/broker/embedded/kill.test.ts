import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { partitionTopic } from '../../../../channels/topics.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { messageIdParts } from '../../../../runtime/broker/message-id.ts';
import type { Message } from '../../../../runtime/broker/port.ts';
import { KILL_TOPIC, readPayload } from './kill-scene.ts';

const PUBLISHER = fileURLToPath(new URL('./publisher.ts', import.meta.url));
const PARTITIONS = 3;
const KILLS = 12;

/** Per partition: what the publisher was told to be durable. */
type Acknowledged = readonly Map<string, string>[];

describe('embedded broker, killed with SIGKILL', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'parlance-kill-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(`has everything acknowledged, in order and untorn, after each of ${KILLS} kills while publishing`, async () => {
    await prepare(folder);
    const acknowledged: Acknowledged = Array.from({ length: PARTITIONS }, () => new Map<string, string>());
    let seed = 20_261_124;
    for (let kill = 0; kill < KILLS; kill++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const before = total(acknowledged);
      await publishUntilKilled(folder, `run${kill}`, 1 + (seed % 900), acknowledged);
      expect(total(acknowledged), `acknowledged before kill ${kill}`).to.be.above(before);
      const broker = await createEmbeddedBroker({ folder });
      for (const [partition, expected] of acknowledged.entries()) await verify(broker, partition, expected);
      await broker.close();
    }
  });
});

async function prepare(folder: string): Promise<void> {
  const broker = await createEmbeddedBroker({ folder });
  await broker.admin.createTenant('acme');
  await broker.admin.createNamespace('acme', 'messaging', { timeMinutes: -1, sizeMb: -1 });
  await broker.admin.createPartitionedTopic(KILL_TOPIC, PARTITIONS);
  await broker.close();
}

function total(acknowledged: Acknowledged): number {
  return acknowledged.reduce((sum, { size }) => sum + size, 0);
}

/** Kills the publisher once it has reported `count` messages: with some 150 in flight, always in the midst of work. */
async function publishUntilKilled(
  folder: string,
  run: string,
  count: number,
  acknowledged: Acknowledged,
): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', PUBLISHER, folder, run, PARTITIONS.toString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    // A line cut short by the kill says nothing.
    const match = /^(\d+) (\d+) (\d+:\d+)$/.exec(line);
    if (match) acknowledged[Number(match[1])]?.set(match[3] ?? '', `${run} ${match[2] ?? ''}`);
    if (++seen === count) child.kill('SIGKILL');
  }
  const [, signal] = (await exit) as [number | null, string | null];
  expect(signal, 'how the publisher ended').to.equal('SIGKILL');
}

/** Every message acknowledged is there under its id; what is there of each run is a gapless beginning of it. */
async function verify(broker: EmbeddedBroker, partition: number, expected: ReadonlyMap<string, string>): Promise<void> {
  const topic = partitionTopic(KILL_TOPIC, partition);
  const last = await broker.admin.lastMessageId(topic);
  if (last === undefined) {
    expect(expected.size, 'messages acknowledged on an empty partition').to.equal(0);
    return;
  }
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  const nextOfRun = new Map<string, number>();
  let found = 0;
  let message: Message | undefined;
  for (let entry = 0; message?.id !== last; entry++) {
    message = await reader.next();
    const { run, number } = readPayload(message.payload);
    expect(messageIdParts(message.id)[1], 'ids have no gap').to.equal(entry);
    expect(message.properties).to.deep.equal({ run });
    expect(number, `the message of ${run} after its last`).to.equal(nextOfRun.get(run) ?? 0);
    nextOfRun.set(run, number + 1);
    const promised = expected.get(message.id);
    if (promised !== undefined) {
      expect(`${run} ${number}`, `what was acknowledged as ${message.id}`).to.equal(promised);
      found++;
    }
  }
  expect(found, `acknowledged messages of partition ${partition} that are there`).to.equal(expected.size);
  await reader.close();
}
