/** Rows as they are inserted: one field a column of `migrations/`, times as RFC 3339 text. */
import type { Rows, Store } from './port.ts';

interface Stored {
  readonly tenant: string;
  readonly partition: number;
  readonly position: string;
  readonly batch: number;
}

export interface EventRow extends Stored {
  readonly channel: string;
  readonly published: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly conversation: string;
  readonly causation: string;
  readonly partitionkey: string;
  readonly time: string;
  readonly sequence: number;
  readonly traceparent: string;
  readonly extensions: string;
  readonly data: string;
}

export interface StepRow extends Stored {
  readonly kind: 'barrier' | 'step';
  readonly epoch: number;
  readonly sequence: number;
  readonly generation: string;
  readonly now: string;
  readonly input: string;
  readonly input_type: string;
  readonly feed: string;
  readonly feed_position: string;
  readonly contact: string;
  readonly conversations: readonly string[];
  readonly outputs: readonly string[];
  readonly state_hash: string;
  readonly definitions: string;
  readonly company: string;
  readonly partitions: number;
  readonly fatal: 0 | 1 | 2;
}

export interface DefinitionRow extends Omit<Stored, 'partition'> {
  readonly published: string;
  readonly kind: 'version' | 'activate' | 'retire' | 'publish';
  readonly definition: string;
  readonly version: string;
  readonly machine: string;
  readonly payload: string;
}

interface OfMachine extends Omit<Stored, 'partition' | 'position'> {
  readonly published: string;
  readonly definition: string;
  readonly machine: string;
}

export interface StateRow extends OfMachine {
  readonly state: string;
  readonly position: number;
  readonly is_first: 0 | 1;
  readonly waits_for: readonly string[];
  readonly longest_wait_ms: number | null;
  readonly outcomes: readonly string[];
}

export interface TransitionRow extends OfMachine {
  readonly from_state: string;
  readonly to_state: string;
  readonly reason: string;
}

export interface DeadLetterRow extends Stored {
  readonly topic: string;
  readonly published: string;
  readonly reason: string;
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly payload_base64: string;
}

export interface MarkRow {
  readonly tenant: string;
  readonly topic: string;
  readonly position: string;
  readonly batch: number;
  readonly time: string;
}

/** What one batch adds to each table. */
export interface BatchRows<Events extends Rows<EventRow> = readonly EventRow[]> {
  readonly events: Events;
  readonly steps: readonly StepRow[];
  readonly definitions: readonly DefinitionRow[];
  readonly deadLetters: readonly DeadLetterRow[];
}

export type TableName =
  | 'events'
  | 'steps'
  | 'definitions'
  | 'definition_states'
  | 'definition_transitions'
  | 'dead_letters'
  | 'marks'
  | 'samples';

export function tableOf(store: Pick<Store, 'database'>, table: TableName): string {
  return `${store.database}.${table}`;
}
