import type { DataSource } from './data-source.ts';
import type { AwaitedEvent, Node, Target, WordTable } from './nodes.ts';
import type { Position } from './position.ts';
import type { ValueType } from './value-types.ts';

/** Steps with variables of their own: the conversation itself, or what it calls. */
export interface Flow {
  readonly inputs: Readonly<Record<string, ValueType>>;
  readonly vars: Readonly<Record<string, ValueType>>;
  /** Variables that the caller sees as `result` once it has ended. */
  readonly returns: readonly string[];
  /** Where it stands, if not in the definition's own file. */
  readonly file?: string;
  /** Runs from the first; falls through to the following one. */
  readonly nodes: readonly Node[];
  /** What its steps fetch from. */
  readonly sources: Readonly<Record<string, DataSource>>;
  readonly interrupts: readonly Interrupt[];
  /** Indices into `interrupts`. */
  readonly interruptWords: WordTable;
  /** Where it goes on after a failure; `main` only. */
  readonly failed?: Target;
  /** What it does when its lifetime is used up; `main` only. */
  readonly expired?: Target;
}

/** What is understood whenever the flow, or one above it, waits. */
export type Interrupt = { readonly to: Target; readonly on?: AwaitedEvent } & Position;
