import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Address, ContactKey, EventId, TenantName } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { decodeEvent, encodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../channels/topics.ts';
import type { Broker, Message, Producer, Reader } from '../../runtime/broker/port.ts';
import { addressOf } from './address.ts';
import { WORD } from './definition.ts';

/** Without any reply for this long something is broken, not slow. */
const STALLED_MS = 30_000;

export interface LoadOptions {
  readonly broker: Pick<Broker, 'createProducer' | 'createReader'>;
  readonly tenant: TenantName;
  readonly partitions: number;
  /** State that each reply was sent, as a connector does: starts the conversation's reply clock. */
  readonly receipts: boolean;
  /** Who writes next, by name, where it is not always the same people. Default: whoever has just been answered. */
  readonly next?: () => string;
  /** Contacts who write too, though not from here: replies to them are passed over. */
  readonly others?: ReadonlySet<string>;
}

interface Contact {
  readonly address: Address;
  readonly key: ContactKey;
  readonly partition: number;
  /** When its message was published; undefined while nothing is on its way. */
  askedAt: number | undefined;
}

export interface RoundLoad {
  readonly published: number;
  readonly receipts: number;
  /** Of each reply, from before the publication of the message to the arrival of the reply event. */
  readonly latenciesMs: readonly number[];
  /** From the first publication until everything that it led to was in the journal. */
  readonly elapsedMs: number;
}

interface Round {
  readonly label: string;
  readonly endsAt: number;
  /** A fence has no receipts: their steps would come after it. */
  readonly confirms: boolean;
  readonly latenciesMs: number[];
  published: number;
  receipts: number;
  inFlight: number;
  lastReplyAt: number;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** People in a closed loop: each writes, waits for the platform's reply, and writes again. */
export class Load {
  readonly #options: LoadOptions;
  readonly #source = `/bench/${randomUUID()}`;
  readonly #byName = new Map<string, Contact>();
  readonly #byKey = new Map<string, Contact>();
  readonly #producers: readonly Producer[];
  readonly #readers: readonly Reader[];
  #sequence = 0;
  #round: Round | undefined;
  #failure: Error | undefined;
  #closed = false;

  private constructor(options: LoadOptions, producers: readonly Producer[], readers: readonly Reader[]) {
    this.#options = options;
    this.#producers = producers;
    this.#readers = readers;
    for (const reader of readers) {
      this.#read(reader).catch((error: unknown) => {
        if (!this.#closed) this.#fail(error);
      });
    }
  }

  static async open(options: LoadOptions): Promise<Load> {
    const { broker, tenant, partitions } = options;
    const topics = Array.from({ length: partitions }, (_, at) => partitionTopic(channelTopic(tenant, 'messaging'), at));
    const readers = await Promise.all(topics.map((topic) => broker.createReader({ topic, from: 'Latest' })));
    const producers = await Promise.all(topics.map((topic) => broker.createProducer({ topic })));
    return new Load(options, producers, readers);
  }

  /**
   * Keeps `conversations` in flight for `forMs`, then lets the last replies come in. Ids of what is published begin with
   * `label`. Rejects where a reply fails to come, or one comes that nobody waits for.
   */
  async run(label: string, conversations: number, forMs: number): Promise<RoundLoad> {
    const startedAt = performance.now();
    const contacts = this.#first(conversations);
    const round = await this.#play(label, contacts, startedAt + forMs, this.#options.receipts);
    await this.fence(label);
    const { published, receipts, latenciesMs } = round;
    return { published, receipts, latenciesMs, elapsedMs: performance.now() - startedAt };
  }

  /** One more message per partition, answered: whatever came before it has been stepped and is in the journal. */
  async fence(label: string): Promise<void> {
    const contacts: Contact[] = [];
    for (let at = 0; contacts.length < this.#options.partitions; at++) {
      const contact = this.#contact(`fence-${at}`);
      if (contact.partition === contacts.length) contacts.push(contact);
    }
    await this.#play(`fence/${label}`, contacts, 0, false);
  }

  #play(label: string, contacts: readonly Contact[], endsAt: number, confirms: boolean): Promise<Round> {
    return new Promise((resolve, reject) => {
      const watch = setInterval(() => {
        if (performance.now() - round.lastReplyAt < STALLED_MS) return;
        round.fail(
          new Error(`${label}: ${round.inFlight} messages are unanswered, no reply for ${STALLED_MS / 1000} s`),
        );
      }, 1000);
      const round: Round = {
        ...{
          label,
          endsAt,
          confirms,
          latenciesMs: [],
          published: 0,
          receipts: 0,
          inFlight: 0,
          lastReplyAt: performance.now(),
        },
        done: () => {
          this.#end(watch);
          resolve(round);
        },
        fail: (error) => {
          this.#end(watch);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      this.#round = round;
      if (this.#failure) round.fail(this.#failure);
      else for (const contact of contacts) this.#say(round, contact);
    });
  }

  #end(watch: NodeJS.Timeout): void {
    clearInterval(watch);
    this.#round = undefined;
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#round?.fail(this.#failure);
  }

  #contact(name: string): Contact {
    const known = this.#byName.get(name);
    if (known) return known;
    const address = addressOf(name);
    const key = contactKeyOf(address);
    const contact: Contact = {
      address,
      key,
      partition: partitionOf(key, this.#options.partitions),
      askedAt: undefined,
    };
    this.#byName.set(name, contact);
    this.#byKey.set(key, contact);
    return contact;
  }

  #say(round: Round, contact: Contact): void {
    round.published += 1;
    round.inFlight += 1;
    contact.askedAt = performance.now();
    this.#publish(round, contact, 'message.received', {
      connector: 'email',
      from: contact.address,
      text: WORD,
      providerId: `${round.label}/${this.#sequence}`,
    });
  }

  #publish(round: Round, contact: Contact, type: string, data: object): void {
    this.#sequence += 1;
    const event: Event = {
      specversion: '1.0',
      id: `${round.label}/${this.#sequence}` as EventId,
      source: this.#source,
      type,
      subject: contact.key,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data,
      partitionkey: contact.key,
      sequence: formatSequence(this.#sequence),
    };
    this.#producers[contact.partition]?.send(encodeEvent(event)).catch((error: unknown) => {
      this.#fail(error);
    });
  }

  async #read(reader: Reader): Promise<never> {
    for (;;) {
      const message = await reader.next();
      if (message.properties[EVENT_PROPERTIES.type] === 'message.requested') this.#onReply(message);
    }
  }

  #onReply(message: Message): void {
    const now = performance.now();
    const subject = message.properties[EVENT_PROPERTIES.subject] ?? '';
    if (this.#options.others?.has(subject)) return;
    const contact = this.#byKey.get(subject);
    const round = this.#round;
    if (!round || contact?.askedAt === undefined) {
      this.#fail(new Error(`a reply came that nobody waits for: ${message.payload.toString('utf8')}`));
      return;
    }
    round.latenciesMs.push(now - contact.askedAt);
    round.inFlight -= 1;
    round.lastReplyAt = now;
    contact.askedAt = undefined;
    if (round.confirms) this.#confirm(round, contact, message);
    if (now < round.endsAt) this.#say(round, this.#next() ?? contact);
    else if (round.inFlight === 0) round.done();
  }

  #first(conversations: number): readonly Contact[] {
    const { next } = this.#options;
    const names = new Set<string>();
    while (names.size < conversations) names.add(next ? next() : `${conversations}-${names.size}`);
    return [...names].map((name) => this.#contact(name));
  }

  /** Never somebody whose last message is still unanswered. */
  #next(): Contact | undefined {
    const { next } = this.#options;
    if (!next) return undefined;
    for (;;) {
      const contact = this.#contact(next());
      if (contact.askedAt === undefined) return contact;
    }
  }

  #confirm(round: Round, contact: Contact, reply: Message): void {
    const { message } = decodeEvent(reply.payload).data as { message: string };
    round.receipts += 1;
    this.#publish(round, contact, 'message.sent', { message, connector: 'email', to: contact.address });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#readers, ...this.#producers].map((end) => end.close()));
  }
}
