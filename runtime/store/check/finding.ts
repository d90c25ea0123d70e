import type { MessageId } from '../../broker/message-id.ts';

/** What a check finds wrong with the rows of one partition topic. */
export type FindingKind =
  /** A message that is stored according to the mark, and no row has it. */
  | 'missing'
  /** Several rows for one message, or for what a source stated once. */
  | 'doubled'
  /** A journal record of a superseded owner has a row. */
  | 'superseded'
  /** A row says something else than its message. */
  | 'different'
  /** A row whose position no message has, although the topic is kept there. */
  | 'stray'
  /** A row behind everything that the sink has stored or announced. */
  | 'beyond-mark'
  /** The journal's numbers jump, where the broker has deleted the records. */
  | 'gap'
  /** The broker gave no more messages, although later ones are stored. */
  | 'unread';

export interface Finding {
  readonly kind: FindingKind;
  readonly topic: string;
  readonly position: string;
  /** Of the event; epoch and sequence of a journal record. */
  readonly id?: string;
  readonly source?: string;
  readonly sequence?: number;
  readonly detail: string;
  /** Repaired by this check. */
  readonly repaired?: boolean;
  /** Why it can not be repaired; only where that was tried. */
  readonly unrepairable?: string;
}

export interface TopicReport {
  readonly topic: string;
  /** Oldest message that the broker still has; absent where it has none up to the mark. */
  readonly firstKept?: MessageId;
  /** Everything up to and including it is stored. */
  readonly mark?: string;
  /** Last message of the topic. */
  readonly last?: string;
  /** Kept, up to the mark. */
  readonly messages: number;
  /** Up to the mark, also of messages that are not kept. */
  readonly rows: number;
  /** Messages without a row of their own, as it should be: stated before, or of a superseded owner. */
  readonly passedOver: number;
  readonly lag: Lag;
  /** How many there are; `findings` names the first of them. */
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>;
  readonly repaired: number;
  readonly findings: readonly Finding[];
}

export interface Lag {
  /** Messages after the mark. */
  readonly messages: number;
  /** Age of the oldest of them. */
  readonly ms: number;
}

export interface TenantReport {
  readonly tenant: string;
  readonly topics: readonly TopicReport[];
}

/** Wrong, and not put right. */
export function problemsIn({ topics }: TenantReport): number {
  return topics.reduce((sum, { counts, repaired }) => {
    return sum + Object.values(counts).reduce((all, count) => all + count, 0) - repaired;
  }, 0);
}
