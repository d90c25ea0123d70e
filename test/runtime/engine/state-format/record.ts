/**
 * Writes the fixtures of the present state format, once: `npx tsx test/runtime/engine/state-format/record.ts`. A real
 * engine holds the conversations of definitions.ts up to where each waits. Those of a format that was released are never
 * written again.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, TenantName } from '../../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { contactKeyOf } from '../../../../channels/contact-key.ts';
import { engineTopic, partitionTopic, type EngineTopic } from '../../../../channels/topics.ts';
import { route } from '../../../../dsl/step/route.ts';
import { step } from '../../../../dsl/step/step.ts';
import { STATE_FORMAT } from '../../../../dsl/state-format.ts';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import { sendPublications } from '../../../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../../../runtime/definitions/published.ts';
import { Engine } from '../../../../runtime/engine/engine.ts';
import { createPublisher } from '../../../../runtime/events/publisher.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { machineOf } from '../../../dsl/given-when-then.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { stored, until } from '../../events/scene.ts';
import { TestClock } from '../rig.ts';
import { DEFINITIONS } from './definitions.ts';

const TENANT = 'acme' as TenantName;
const BASE_MS = Date.parse('2026-03-06T12:00:00Z');
/** So that most states are in a checkpoint, and some only in the journal behind it. */
const CHECKPOINT_RECORDS = 12;

const target = join(import.meta.dirname, `format-${STATE_FORMAT}`);
if (existsSync(target)) throw new Error(`${target} is there already: fixtures of a released format are kept`);

const folder = temporaryFolder();
const clock = new TestClock();
clock.advance(BASE_MS - Date.now());
const broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker'), clock });
await createTenant(broker.admin, TENANT, 1);
const machines = DEFINITIONS.map((text) => machineOf(text));
await sendPublications(
  broker,
  TENANT,
  machines.flatMap((machine) => publicationsOf(machine, new PublishedDefinitions(), 'command')),
);
const silent = { info: () => undefined, warn: () => undefined, error: console.error };
const engine = await Engine.start({
  ...{ broker, tenant: TENANT, partitions: 1, codec: PLAIN_CODEC, clock, log: silent, step, route },
  ...{ stateFolder: join(folder.path, 'state'), worker: 'fixtures', newId: randomUUID },
  checkpointRecords: CHECKPOINT_RECORDS,
});
const publisher = createPublisher(broker, TENANT, 1, {
  source: '/fixtures',
  now: () => clock.now(),
  newId: randomUUID,
});

const topicOf = (topic: EngineTopic): string => partitionTopic(engineTopic(TENANT, topic), 0);
const journal = async (): Promise<readonly string[]> =>
  (await stored(broker, topicOf('journal'))).map(({ payload }) => payload.toString('utf8'));

/** Writes, and waits until the step of it is in the journal. */
async function writes(person: string, text: string): Promise<void> {
  const from = `webchat:${person}` as Address;
  const data = { connector: 'webchat', from, text };
  const { id } = await publisher.publish('messaging', { type: 'message.received', subject: contactKeyOf(from), data });
  await until(`the step of "${text}"`, async () => (await journal()).some((line) => line.includes(id)));
}

await writes('survey', 'survey');
const message = /"message":"([^"]+\/m1)"/.exec((await journal()).at(-1) ?? '')?.[1] ?? '';
await publisher.publish('messaging', {
  type: 'message.sent',
  subject: contactKeyOf('webchat:survey' as Address),
  data: { message, connector: 'webchat', to: 'webchat:survey' },
});
await writes('interrupted', 'survey');
await writes('interrupted', 'details');
await writes('pause', 'pause');
await writes('pause', 'later');
await writes('lookup', 'lookup');
await writes('agent', 'agent');
await writes('parcel', 'parcel');
await writes('held', 'later');
await writes('quiet', 'stop');
await until('a checkpoint', async () =>
  (await stored(broker, topicOf('checkpoints'))).some(({ key }) => key === '$marker'),
);
clock.advance(61_000);
await until('the message is held', async () => (await journal()).some((line) => line.includes('message.held')));
await writes('late', 'survey');
await engine.close();
await publisher.close();

const checkpoints = (await stored(broker, topicOf('checkpoints'))).map(({ key, payload }) =>
  JSON.stringify({ key, value: JSON.parse(payload.toString('utf8')) as unknown }),
);
mkdirSync(target);
const write = (name: string, lines: readonly string[]): void => {
  writeFileSync(join(target, name), lines.map((line) => `${line}\n`).join(''));
};
write('journal.jsonl', await journal());
write('checkpoints.jsonl', checkpoints);
write(
  'machines.jsonl',
  machines.map((machine) => JSON.stringify(machine)),
);
await broker.close();
folder.remove();
