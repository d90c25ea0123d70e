import type { EncodedEvent } from '../../channels/encode.ts';

/** What a statement was first published as: a repetition is the same event. */
export interface Stated {
  readonly topic: string;
  readonly source: string;
  readonly sequence: string;
  readonly time: string;
}

/** A statement on its way: kept whole until the broker has it. */
export interface Statement extends Stated {
  readonly id: string;
  readonly message: EncodedEvent;
}

/**
 * What a publisher stated, durable before the broker gets it. Effectively-once, rule 1, for a producer whose process may
 * die, or whose connection may break, between a publication and its confirmation: consumers drop what they have by
 * source and sequence, so what is published again must carry those of the first time, and everything of one source must
 * come in its order.
 */
export interface StatementLog {
  /** Undefined where it was never stated, or is forgotten. */
  find(id: string): (Stated & { readonly isConfirmed: boolean }) | undefined;
  /** Resolves once durable; whatever was added before is then durable too. */
  add(statement: Statement): Promise<void>;
  /** Added, also by an earlier process, and not confirmed: in the order in which they were added. */
  pending(topic: string): readonly Statement[];
  /** Topics with pending statements. */
  pendingTopics(): readonly string[];
  /** The broker has it. Need not be durable at once: what is published again because of that is dropped. */
  confirm(statement: Statement): void;
}
