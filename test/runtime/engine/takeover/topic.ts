import { BrokerError } from '../../../../runtime/broker/errors.ts';
import { messageId, type MessageId } from '../../../../runtime/broker/message-id.ts';
import type { Message, Producer, Reader, SeekTarget } from '../../../../runtime/broker/port.ts';
import { sendEach } from '../../../../runtime/broker/remote/send-each.ts';
import type { JournalBroker } from '../../../../runtime/engine/journal.ts';

export const TOPIC = 'journal';

/** A stored record, and which owner it is from, whatever it says of itself. */
export interface Entry {
  readonly id: MessageId;
  readonly payload: Buffer;
  readonly from: number;
}

/** A record that an owner sent, on its way through connection, proxy and broker. */
interface Sent {
  readonly payload: Buffer;
  readonly stored: (id: MessageId) => void;
  readonly refused: (error: Error) => void;
}

/**
 * The journal's topic as owners meet it. Nothing happens by itself: each call waits until the exploration lets the
 * broker act on it. Only reading what is stored does not wait, since a stored record never changes.
 */
export class ModelTopic {
  readonly entries: Entry[] = [];
  readonly #fencing: boolean;
  readonly #ledgers: { next: number }[] = [{ next: 0 }];
  readonly #sent = new Map<number, Sent[]>();
  readonly #looking = new Map<number, () => void>();
  readonly #wakes: (() => void)[] = [];
  /** Whose producer the broker knows as the topic's own. */
  holder: number | undefined;

  constructor(fencing: boolean) {
    this.#fencing = fencing;
  }

  isLooking(owner: number): boolean {
    return this.#looking.has(owner);
  }

  /** Records of the owner that are not stored yet. */
  sentBy(owner: number): readonly Sent[] {
    return this.#sent.get(owner) ?? [];
  }

  /** Answers the owner's question for the last id. */
  look(owner: number): void {
    const answer = this.#looking.get(owner);
    this.#looking.delete(owner);
    answer?.();
  }

  /** Takes the owner's oldest record: stored, unless the broker fences and knows another owner. */
  store(owner: number): void {
    const sent = this.#sent.get(owner)?.shift();
    if (!sent) return;
    if (this.#fencing && this.holder !== owner) {
      sent.refused(new BrokerError('producer-fenced', `owner ${owner} was superseded`));
      return;
    }
    const ledger = this.#ledgers.length - 1;
    const id = messageId(ledger, this.#ledgers[ledger]?.next ?? 0);
    this.#ledgers[ledger] = { next: (this.#ledgers[ledger]?.next ?? 0) + 1 };
    this.entries.push({ id, payload: sent.payload, from: owner });
    for (const wake of this.#wakes.splice(0)) wake();
    sent.stored(id);
  }

  /** Moves to another broker: a ledger begins. */
  unload(): void {
    this.#ledgers.push({ next: 0 });
  }

  /** The connection is gone. What was sent through it may yet be stored. */
  disconnect(owner: number): void {
    if (this.holder === owner) this.holder = undefined;
    this.#looking.delete(owner);
  }

  /** The broker, as one owner uses it. `claimsFencing`: what it says of itself. */
  endOf(owner: number, claimsFencing: boolean): JournalBroker {
    return {
      capabilities: { fencing: claimsFencing, dedup: false, compaction: false },
      admin: {
        lastMessageId: () =>
          new Promise((resolve) => {
            this.#looking.set(owner, () => {
              resolve(this.entries.at(-1)?.id);
            });
          }),
      },
      createProducer: () => Promise.resolve(this.#producer(owner)),
      createReader: ({ from }) => Promise.resolve(this.#reader(from)),
    };
  }

  #producer(owner: number): Producer {
    this.holder = owner;
    const send: Producer['send'] = ({ payload }) =>
      new Promise((resolve, reject) => {
        this.#sent.set(owner, [...this.sentBy(owner), { payload, stored: resolve, refused: reject }]);
      });
    return {
      topic: TOPIC,
      name: `owner ${owner}`,
      send,
      sendAll: (messages) => sendEach({ send }, messages),
      close: () => {
        this.disconnect(owner);
        return Promise.resolve();
      },
    };
  }

  #reader(from: SeekTarget): Reader {
    const after = typeof from === 'object' && 'after' in from ? from.after : undefined;
    let next = this.entries.findIndex(({ id }) => id === after) + 1;
    return {
      topic: TOPIC,
      next: async (): Promise<Message> => {
        for (;;) {
          const entry = this.entries[next];
          if (entry) {
            next += 1;
            return messageOf(entry);
          }
          await new Promise<void>((resolve) => this.#wakes.push(resolve));
        }
      },
      close: () => Promise.resolve(),
    };
  }
}

function messageOf({ id, payload }: Entry): Message {
  return { id, payload, topic: TOPIC, key: undefined, properties: {}, publishTimeMs: 0, redeliveryCount: 0 };
}
