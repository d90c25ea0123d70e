/** What operators see of a tenant's dead letters, and do with them. */
import type { TenantName } from '../../channels/brands.ts';
import { deadLetterTopic, partitionTopic } from '../../channels/topics.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker, Message } from '../broker/port.ts';
import { KEEP_SUBSCRIPTION } from '../broker/subscriptions.ts';
import { RetentionCursor } from '../engine/retention-cursor.ts';
import { originOf, redriveOf, type DeadLetterOrigin } from '../events/dead-letters.ts';
import type { Publisher } from '../events/publisher.ts';
import { DeadLetterError } from './errors.ts';

/** Property of a message on the topic that is no letter: it says what became of one, which is not open any more. */
const SETTLED = { position: 'dl_settled', how: 'dl_how' } as const;

/** Letters that one request settles. */
export const SETTLED_AT_ONCE_MAX = 1000;

export interface DeadLetter extends DeadLetterOrigin {
  /** On the dead letter topic. */
  readonly position: MessageId;
  /** RFC 3339: when it was put aside. */
  readonly at: string;
  readonly type?: string;
  /** Id of the event, where it has one. */
  readonly event?: string;
}

/** As it was published first. */
export interface DeadLetterDetail extends DeadLetter {
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** As UTF-8 text. */
  readonly payload: string;
}

export type Settlement = 'redriven' | 'dropped';

export interface DeadLetterBoxOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly publisher: Pick<Publisher, 'publish'>;
}

/**
 * The letters of a tenant are those on its topic that no later message there settles. What is settled from the beginning
 * on is given back to the broker.
 */
export class DeadLetterBox {
  readonly #options: DeadLetterBoxOptions;
  readonly #topic: string;

  constructor(options: DeadLetterBoxOptions) {
    this.#options = options;
    this.#topic = partitionTopic(deadLetterTopic(options.tenant), 0);
  }

  /** Those open, the oldest first. */
  async list(): Promise<readonly DeadLetter[]> {
    const { open } = await this.#read();
    return [...open.values()].map(summaryOf);
  }

  /** Rejects with DeadLetterError. */
  async show(position: string): Promise<DeadLetterDetail> {
    const { open } = await this.#read();
    const letter = letterIn(open, position);
    const { message } = redriveOf(letter) ?? { message: letter };
    return {
      ...summaryOf(letter),
      ...(message.key === undefined ? {} : { key: message.key }),
      properties: message.properties ?? {},
      payload: message.payload.toString('utf8'),
    };
  }

  /**
   * Sends letters again to those who could not process them, in order, or drops them: `positions`, or the oldest of all.
   * Resolves with what was settled. After a crash in between, a letter may be redriven once more. Rejects with
   * DeadLetterError, then nothing was done.
   */
  async settle(how: Settlement, positions: readonly string[] | 'all'): Promise<readonly DeadLetter[]> {
    const { open } = await this.#read();
    const chosen =
      positions === 'all'
        ? [...open.values()].slice(0, SETTLED_AT_ONCE_MAX)
        : positions.map((position) => letterIn(open, position));
    const settled: DeadLetter[] = [];
    for (const letter of chosen) {
      if (how === 'redriven') await this.#send(letter);
      await this.#mark(letter, how);
      await this.#state(letter, how);
      settled.push(summaryOf(letter));
    }
    await this.#release();
    return settled;
  }

  async #send(letter: Message): Promise<void> {
    const redriven = redriveOf(letter);
    if (!redriven) return;
    await this.#append(redriven.topic, redriven.message);
  }

  #mark({ id }: Message, how: Settlement): Promise<void> {
    const properties = { [SETTLED.position]: id, [SETTLED.how]: how };
    return this.#append(this.#topic, { payload: Buffer.alloc(0), properties });
  }

  async #append(
    topic: string,
    message: Parameters<Awaited<ReturnType<Broker['createProducer']>>['send']>[0],
  ): Promise<void> {
    const producer = await this.#options.broker.createProducer({ topic });
    try {
      await producer.send(message);
    } finally {
      await producer.close();
    }
  }

  async #state(letter: Message, how: Settlement): Promise<void> {
    const { topic, messageId, subscription, position, event } = summaryOf(letter);
    await this.#options.publisher.publish('operations', {
      type: `event.${how}`,
      data: { topic, messageId, subscription, deadLetter: position, ...(event === undefined ? {} : { event }) },
    });
  }

  /** Lets the broker delete what stands before the first letter that is open. */
  async #release(): Promise<void> {
    const { before } = await this.#read();
    const cursor = await RetentionCursor.open(this.#options.broker, this.#topic, KEEP_SUBSCRIPTION);
    try {
      await cursor.release(before);
    } finally {
      await cursor.close();
    }
  }

  async #read(): Promise<{ readonly open: ReadonlyMap<string, Message>; readonly before: MessageId | undefined }> {
    const { broker } = this.#options;
    const open = new Map<string, Message>();
    const ids: MessageId[] = [];
    const last = await broker.admin.lastMessageId(this.#topic);
    if (last === undefined) return { open, before: undefined };
    const reader = await broker.createReader({ topic: this.#topic, from: 'Earliest' });
    try {
      for (let at: MessageId | undefined; at !== last;) {
        const message = await reader.next();
        at = message.id;
        ids.push(at);
        const settled = message.properties[SETTLED.position];
        if (settled !== undefined) open.delete(settled);
        else if (originOf(message)) open.set(at, message);
      }
    } finally {
      await reader.close();
    }
    const [first] = open.keys();
    return { open, before: first === undefined ? last : ids[ids.findIndex((id) => id === first) - 1] };
  }
}

function letterIn(open: ReadonlyMap<string, Message>, position: string): Message {
  const letter = open.get(position);
  if (letter) return letter;
  throw new DeadLetterError(
    'dead-letter-unknown',
    `there is no dead letter at ${position}, or it was redriven or dropped: \`parlance dead-letters list\` shows them`,
  );
}

function summaryOf(letter: Message): DeadLetter {
  const origin = originOf(letter);
  if (!origin) throw new TypeError(`${letter.id} is no dead letter`);
  const { ce_type: type, ce_id: event } = letter.properties;
  return {
    position: letter.id,
    at: new Date(letter.publishTimeMs).toISOString(),
    ...origin,
    ...(type === undefined ? {} : { type }),
    ...(event === undefined ? {} : { event }),
  };
}
