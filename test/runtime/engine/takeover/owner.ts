import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import type { MessageId } from '../../../../runtime/broker/message-id.ts';
import { Journal, type JournalBroker } from '../../../../runtime/engine/journal.ts';
import { stepJson, type JournalFold } from '../../../../runtime/engine/journal-record.ts';
import { TOPIC } from './topic.ts';

/** How an owner takes the journal over: in the engine, `Journal.acquire`. */
export type Acquire = (
  broker: JournalBroker,
  fold: JournalFold,
  recovered: (position: MessageId) => void,
) => Promise<OwnedJournal>;

/** What an owner steps on. */
export interface OwnedJournal {
  readonly epoch: number;
  /** Of the last record before its first step. */
  readonly sequence: number;
  append(json: string, sequence: number): Promise<MessageId>;
  close(): Promise<void>;
}

export const acquireJournal: Acquire = async (broker, fold, recovered) => {
  const journal = await Journal.acquire(
    { broker, topic: TOPIC, codec: PLAIN_CODEC, owner: 'o', now: () => 0, newGeneration: () => 'g' },
    { fold, after: undefined, generation: undefined, isSame: false },
    ({ position }) => {
      recovered(position);
    },
  );
  const { epoch, sequence } = journal.barrier.record;
  return {
    epoch,
    sequence,
    append: (json, at) => journal.append(json, at, undefined),
    close: () => journal.close(),
  };
};

/** One ownership, from the attempt on: what a partition loop does with its journal, without what it decides. */
export class Owner {
  state: 'absent' | 'acquiring' | 'owning' | 'ended' | 'crashed' = 'absent';
  /** Records applied on the way to the ownership. */
  readonly recovered: MessageId[] = [];
  /** Records whose outputs have left. */
  readonly effects: MessageId[] = [];
  steps = 0;
  hasOwned = false;
  #journal: OwnedJournal | undefined;

  open(acquire: Acquire, broker: JournalBroker, fold: JournalFold): void {
    this.state = 'acquiring';
    acquire(broker, fold, (position) => this.recovered.push(position)).then(
      (journal) => {
        if (this.state !== 'acquiring') return;
        this.#journal = journal;
        this.state = 'owning';
        this.hasOwned = true;
      },
      () => {
        this.#end();
      },
    );
  }

  step(): void {
    if (!this.#journal) return;
    this.steps += 1;
    const { epoch } = this.#journal;
    const sequence = this.#journal.sequence + this.steps;
    const input = { id: `${sequence}`, type: 't' };
    const head = { epoch, sequence, now: 0, input, contact: undefined, positions: {}, marks: {}, published: 0 };
    this.#journal.append(stepJson(head, undefined, '"source":"s","cause":"c","topics":[],"outputs":[]'), sequence).then(
      (position) => {
        if (this.state === 'owning') this.effects.push(position);
      },
      () => {
        this.#end();
      },
    );
  }

  crash(): void {
    this.state = 'crashed';
  }

  #end(): void {
    if (this.state === 'crashed' || this.state === 'ended') return;
    this.state = 'ended';
    void this.#journal?.close();
  }
}
