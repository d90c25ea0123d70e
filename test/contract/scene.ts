import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { partitionTopic } from '../../channels/topics.ts';
import { BrokerError, type BrokerErrorCode } from '../../runtime/broker/errors.ts';
import type { MessageId } from '../../runtime/broker/message-id.ts';
import type {
  Broker,
  Consumer,
  Message,
  OutgoingMessage,
  Producer,
  RetentionPolicy,
} from '../../runtime/broker/port.ts';

/** Nothing in the contract is about speed: a deadline is only there so that a broken driver fails instead of hanging. */
export const DEADLINE_MS = 30_000;

const FOREVER: RetentionPolicy = { timeMinutes: -1, sizeMb: -1 };

/** A partitioned topic under a tenant of its own, so that no test sees another's messages. */
export async function newTopic(broker: Broker, partitions = 1, retention: RetentionPolicy = FOREVER): Promise<string> {
  const tenant = `contract-${randomBytes(6).toString('hex')}`;
  await broker.admin.createTenant(tenant);
  await broker.admin.createNamespace(tenant, 'messaging', retention);
  const topic = `persistent://${tenant}/messaging/events`;
  await broker.admin.createPartitionedTopic(topic, partitions);
  return topic;
}

/** The only partition of a new topic. */
export async function newPartition(broker: Broker, retention: RetentionPolicy = FOREVER): Promise<string> {
  return partitionTopic(await newTopic(broker, 1, retention), 0);
}

export function text(payload: string, rest: Omit<OutgoingMessage, 'payload'> = {}): OutgoingMessage {
  return { payload: Buffer.from(payload), ...rest };
}

/** `['m0', 'm1', …]` */
export function texts(count: number, prefix = 'm'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index.toString()}`);
}

/** One by one, so that each is an entry of its own even where the driver batches what is in flight. */
export async function sendEach(producer: Producer, payloads: readonly string[]): Promise<readonly MessageId[]> {
  const ids: MessageId[] = [];
  for (const payload of payloads) ids.push(defined(await producer.send(text(payload)), `the id of "${payload}"`));
  return ids;
}

export async function publish(
  broker: Broker,
  topic: string,
  payloads: readonly string[],
): Promise<readonly MessageId[]> {
  const producer = await broker.createProducer({ topic });
  const ids = await sendEach(producer, payloads);
  await producer.close();
  return ids;
}

export function payloads(messages: readonly Message[]): readonly string[] {
  return messages.map((message) => message.payload.toString());
}

/** Fails with what was being waited for when `promise` takes longer than the deadline. */
export async function within<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  const giveUp = new AbortController();
  const deadline = pause(DEADLINE_MS, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`waited ${DEADLINE_MS} ms in vain for ${what}`);
  });
  deadline.catch(() => undefined);
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    giveUp.abort();
  }
}

interface Source {
  readonly topic: string;
  readonly receive?: () => Promise<Message>;
  readonly next?: () => Promise<Message>;
}

/** The next `count` messages of a consumer or reader. */
export async function take(source: Source, count: number): Promise<readonly Message[]> {
  const taken: Message[] = [];
  while (taken.length < count) {
    const next = source.receive ? source.receive() : defined(source.next, 'receive or next').call(source);
    taken.push(await within(next, `message ${taken.length + 1} of ${count} on ${source.topic}`));
  }
  return taken;
}

/** The next message, acknowledged. */
export async function takeAndAcknowledge(consumer: Consumer): Promise<Message> {
  const message = await within(consumer.receive(), `a message on ${consumer.topic}`);
  await consumer.acknowledge(message.id);
  return message;
}

/** Polls until `check` returns true. */
export async function eventually(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${DEADLINE_MS} ms in vain until ${what}`);
    await pause(5);
  }
}

/** Acknowledgements may be on their way (some drivers get no reply): waits until the broker counts `left` messages. */
export async function backlogIs(broker: Broker, topic: string, subscription: string, left: number): Promise<void> {
  let seen: number | undefined;
  await eventually(async () => {
    seen = (await broker.admin.stats(topic)).backlog[subscription];
    return seen === left;
  }, `the backlog of "${subscription}" is ${left}`).catch((cause: unknown) => {
    throw new Error(`the backlog of "${subscription}" stayed ${String(seen)} instead of ${left}`, { cause });
  });
}

/** Expects a rejection with one of the stable codes. */
export async function rejectsWith(promise: Promise<unknown>, ...codes: readonly BrokerErrorCode[]): Promise<void> {
  const outcome = await within(
    promise.then(
      () => 'it succeeded',
      (error: unknown) => (error instanceof BrokerError ? error.code : `no BrokerError: ${String(error)}`),
    ),
    `a rejection with ${codes.join(' or ')}`,
  );
  expect(outcome).to.be.oneOf([...codes]);
}

export function defined<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`${what} is missing`);
  return value;
}
