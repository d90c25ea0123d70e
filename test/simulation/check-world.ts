/** What must hold once a world has come to rest, whatever happened in it. Each problem is one sentence. */
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { decodeEvent } from '../../channels/encode.ts';
import { CHANNELS, channelTopic, deadLetterTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import { machinesOf } from '../../dsl/machines.ts';
import { RECIPIENT_TARGETED } from '../../dsl/step/contract.ts';
import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import type { Message } from '../../runtime/broker/port.ts';
import { PublishedDefinitions } from '../../runtime/definitions/published.ts';
import { contactLogic, DATA_INPUTS, INBOX_INPUTS, MESSAGING_INPUTS } from '../../runtime/engine/contact-logic.ts';
import { outputsOf } from '../../runtime/engine/output-writer.ts';
import { routerLogic } from '../../runtime/engine/router-logic.ts';
import { checkLoop, type CheckedLoop, type Loop, type Moments } from './check-loop.ts';
import { simulatedMachines } from './definitions.ts';
import { TENANT } from './founding.ts';
import { identityOf, readHistory, takenOf, type History } from './history.ts';
import type { World } from './world.ts';

const machines = machinesOf(simulatedMachines());
const table = { current: machines, ready: (): undefined => undefined, definitions: new PublishedDefinitions() };
const CONTACTS = contactLogic({ step, machines: table });
const ROUTER = routerLogic(route, table);

export async function checkWorld(world: World): Promise<readonly string[]> {
  const { broker, durableAtMs } = world.network;
  if (!broker) return ['the broker is not up'];
  const history = await readHistory(broker);
  const moments: Moments = {
    endMs: world.scheduler.now(),
    durableAtMs: (topic, id) => (world.clockWentBack ? undefined : durableAtMs.get(`${topic} ${id}`)),
  };
  const problems: string[] = [];
  const loops: { readonly loop: Loop; readonly checked: CheckedLoop }[] = [];
  for (let partition = 0; partition < world.shape.partitions; partition++) {
    for (const loop of [contactLoop(partition), routerLoop(partition)]) {
      const checked = checkLoop(history, loop, moments);
      loops.push({ loop, checked });
      problems.push(...checked.problems);
    }
  }
  problems.push(...checkInputs(world, history), ...checkOutputs(history, loops), ...checkOutside(world, history));
  problems.push(...checkStore(world, history, loops));
  return problems;
}

function contactLoop(partition: number): Loop {
  const feed = (name: string, topic: string, types: ReadonlySet<string>) => ({
    name,
    topic: partitionTopic(topic, partition),
    types,
  });
  return {
    source: `/engine/${TENANT}/${partition}`,
    journal: partitionTopic(engineTopic(TENANT, 'journal'), partition),
    logic: CONTACTS,
    isStateless: false,
    feeds: [
      feed('inbox', engineTopic(TENANT, 'inbox'), INBOX_INPUTS),
      feed('messaging', channelTopic(TENANT, 'messaging'), MESSAGING_INPUTS),
      feed('data', channelTopic(TENANT, 'data'), DATA_INPUTS),
    ],
  };
}

function routerLoop(partition: number): Loop {
  const topic = (channel: 'external' | 'broadcasts') => partitionTopic(channelTopic(TENANT, channel), partition);
  return {
    source: `/router/${TENANT}/${partition}`,
    journal: partitionTopic(engineTopic(TENANT, 'router'), partition),
    logic: ROUTER,
    isStateless: true,
    feeds: [
      { name: 'external', topic: topic('external'), types: undefined },
      { name: 'broadcasts', topic: topic('broadcasts'), types: new Set([RECIPIENT_TARGETED]) },
    ],
  };
}

/** Everything that came in is accepted in the end, and is where it belongs. */
function checkInputs({ load, accepted }: World, history: History): readonly string[] {
  const published = new Set(
    channelMessages(history, ['messaging', 'external']).map((message) => identityOf(message).id),
  );
  return load.flatMap(({ event: { id } }) => {
    if (!accepted.has(id)) return [`the input ${id} was never accepted`];
    return published.has(id) ? [] : [`the input ${id} was accepted, and is not there`];
  });
}

/** Each output of each step is on its topic and taken by consumers once, in order; nothing else is there. */
function checkOutputs(
  history: History,
  loops: readonly { readonly loop: Loop; readonly checked: CheckedLoop }[],
): readonly string[] {
  const problems: string[] = [];
  const expected = new Map<string, string>();
  for (const { checked } of loops) {
    for (const record of checked.records) {
      for (const output of outputsOf(record, PLAIN_CODEC)) {
        const json = output.message().payload.toString();
        expected.set(`${output.topic} ${idOfJson(json)}`, json);
      }
    }
  }
  for (const [topic, messages] of history) {
    const ofLoops = (message: Message): boolean => /^\/(engine|router)\//.test(identityOf(message).source);
    if (topic.includes('dead-letters')) continue;
    const emitted = messages.filter(ofLoops);
    for (const message of emitted) {
      const { id } = identityOf(message);
      const json = expected.get(`${topic} ${id}`);
      if (json === undefined) problems.push(`${topic} has ${id}, which no step that counts emitted`);
      else if (json !== message.payload.toString('utf8'))
        problems.push(`${topic} has ${id} with other contents than its step's`);
    }
    const taken = new Set(takenOf(messages).map((message) => `${topic} ${identityOf(message).id}`));
    for (const key of expected.keys()) {
      if (key.startsWith(`${topic} `) && !taken.has(key))
        problems.push(`the output ${key} is missing, or hidden by a later one`);
    }
  }
  return problems;
}

function idOfJson(json: string): string {
  return (JSON.parse(json) as { readonly id: string }).id;
}

/** People got each message that was requested, and nothing else; of each it is told once that it was sent. */
function checkOutside({ outside }: World, history: History): readonly string[] {
  const problems: string[] = [];
  const requested = new Set<string>();
  const told = new Map<string, number>();
  for (const [, messages] of channelTopics(history, ['messaging', 'data'])) {
    for (const message of takenOf(messages)) {
      const { id, type } = identityOf(message);
      if (type === 'message.requested' || type === 'data.requested') requested.add(id);
      if (type !== 'message.sent' && type !== 'data.received') continue;
      const cause = decodeEvent(message.payload).causationid ?? '';
      told.set(cause, (told.get(cause) ?? 0) + 1);
    }
  }
  const done = new Set([...outside.deliveries.keys(), ...outside.questions.keys()]);
  for (const id of requested) {
    if (!done.has(id)) problems.push(`${id} was requested and never reached the world outside`);
    if (told.get(id) !== 1) problems.push(`of ${id} it was told ${told.get(id) ?? 0} times that it was done`);
  }
  for (const id of done)
    if (!requested.has(id)) problems.push(`${id} reached the world outside and was never requested`);
  return problems;
}

/** The store's rows are the channels' events and the journal's records, each once. */
function checkStore(
  { clickhouse }: World,
  history: History,
  loops: readonly { readonly loop: Loop; readonly checked: CheckedLoop }[],
): readonly string[] {
  const expected = new Set<string>();
  for (const [topic, messages] of channelTopics(history, CHANNELS)) {
    for (const message of takenOf(messages)) {
      const { id, source, sequence } = identityOf(message);
      expected.add(
        `event ${topic.split('/')[3] ?? ''} ${source} ${sequence ?? 0} ${id} ${sequence === undefined ? message.id : ''}`,
      );
    }
  }
  for (const { loop, checked } of loops) {
    if (loop.isStateless) continue;
    for (const { epoch, sequence } of checked.records) expected.add(`step ${loop.source} ${epoch} ${sequence}`);
  }
  const problems: string[] = [];
  const stored = new Set<string>();
  const store = (row: string): void => {
    if (stored.has(row)) problems.push(`the store has twice: ${row}`);
    stored.add(row);
    if (!expected.has(row)) problems.push(`the store has what was never published: ${row}`);
  };
  for (const row of clickhouse.rows('events')) {
    const { channel, source, sequence, id, position } = row;
    store(
      `event ${String(channel)} ${String(source)} ${String(sequence)} ${String(id)} ${hasSequence(row) ? '' : String(position)}`,
    );
  }
  for (const { kind, partition, epoch, sequence } of clickhouse.rows('steps')) {
    if (kind === 'step') store(`step /engine/${TENANT}/${String(partition)} ${String(epoch)} ${String(sequence)}`);
  }
  for (const row of expected) if (!stored.has(row)) problems.push(`the store lacks: ${row}`);
  return problems;
}

/** The customer's own events have none; the store then says 0. */
function hasSequence({ source }: Readonly<Record<string, unknown>>): boolean {
  return !String(source).startsWith('urn:');
}

function channelMessages(history: History, channels: readonly string[]): readonly Message[] {
  return channelTopics(history, channels).flatMap(([, messages]) => messages);
}

function channelTopics(
  history: History,
  channels: readonly string[],
): readonly (readonly [string, readonly Message[]])[] {
  return [...history].filter(([topic]) => {
    const namespace = topic.split('/')[3] ?? '';
    return channels.includes(namespace) && topic !== deadLetterTopic(TENANT);
  });
}
