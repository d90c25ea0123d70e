import type { Json } from '../json.ts';
import type { DailyTime } from '../text/local-time.ts';
import type { Expression, Value } from './expressions.ts';
import type { Choice, Message } from './message.ts';
import type { Position } from './position.ts';

/** Index into the `nodes` of the same flow. */
export type Target = number;

export type Node = (
  | SayNode
  | AskNode
  | RepeatNode
  | WaitAgainNode
  | DelayNode
  | ListenNode
  | AwaitRestNode
  | FetchNode
  | HandoffNode
  | BranchNode
  | SplitNode
  | LoopNode
  | BeginLoopNode
  | ResumeNode
  | RestartNode
  | LeaveNode
  | FailNode
  | SetNode
  | EmitNode
  | UpdateNode
  | CallNode
  | GotoNode
  | EndNode
) &
  Position & {
    /**
     * Name of the author's step, or `step-N` for the Nth where it has none: the state in events. Outside `main` the
     * flow's name and a slash stand before it.
     */
    readonly state: string;
  };

/** locale → folded word → index of the entry that expects it. */
export type WordTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Events of the customer's own for which something waits: those of which a value is the one that it expects. */
export interface AwaitedEvent {
  readonly type: string;
  /** Gives the value; sees the event alone. */
  readonly key: Expression;
  /** Gives the value that is expected, when the wait begins. */
  readonly equals: Expression;
  /** Whether it is taken; sees the event too. */
  readonly when?: Expression;
}

export interface SayNode extends Message {
  readonly op: 'say';
  /** The question's choices, where this repeats a question. */
  readonly choices?: readonly Choice[];
}

/** Sends the question, then waits for a reply. */
export interface AskNode extends Message {
  readonly op: 'ask';
  readonly choices?: readonly Choice[];
  /** Of waiting, from when the question is sent. */
  readonly withinMs: number;
  /** The clock starts when the question was delivered, not when it was sent. */
  readonly from?: 'delivered';
  /** Whether a reply that was read is taken; sees it as `reply.value`. */
  readonly check?: Expression;
  /** A word with one wrong letter counts, where only one entry can be meant. */
  readonly typos?: true;
  readonly replies: readonly (Reply & Position)[];
  /** Indices into `replies`. */
  readonly words: WordTable;
  /** The variable that keeps the reply. */
  readonly into?: string;
  /** Where a reply goes that fits although no word was asked for. */
  readonly any?: Target;
  readonly otherwise?: { readonly to: Target; readonly again?: number; readonly exhausted?: Target } & Position;
  /** What each time-out in turn does; the last leaves the question. */
  readonly silence: readonly ({ readonly to: Target } & Position)[];
}

export interface Reply {
  readonly to: Target;
  /** What `into` keeps. */
  readonly value?: Json;
}

/** Sends an `ask`'s question again and waits on. */
export interface RepeatNode {
  readonly op: 'repeat';
  readonly ask: Target;
}

/** Waits at an `ask` again: after a re-prompt (same stage of silence), or for `withinMs` at the next stage. */
export interface WaitAgainNode {
  readonly op: 'wait-again';
  readonly ask: Target;
  readonly withinMs?: number;
}

/** Waits for events of the customer's own. */
export interface ListenNode {
  readonly op: 'listen';
  /** Each leads to what happens once it has come. */
  readonly events: readonly (AwaitedEvent & { readonly to: Target } & Position)[];
  /** Where it goes on once all of them have come; without it the first that comes is the only one. */
  readonly done?: Target;
  readonly withinMs: number;
  readonly silence: Target;
}

/** Ends what one event of a `listen` for all does: waits on for those that have not come. */
export interface AwaitRestNode {
  readonly op: 'await-rest';
  readonly listen: Target;
}

export interface DelayNode {
  readonly op: 'delay';
  readonly forMs?: number;
  readonly until?: Expression;
  /** Until the next such time in the person's zone. */
  readonly at?: DailyTime;
}

/** Asks a data source, and waits for the answer. */
export interface FetchNode {
  readonly op: 'fetch';
  readonly source: string;
  readonly with: Readonly<Record<string, Value>>;
  readonly failed: Target;
}

/** Gives the person to people of ours, and waits until they give them back. */
export interface HandoffNode {
  readonly op: 'handoff';
  readonly queue: string;
  /** For somebody to take them. */
  readonly withinMs?: number;
  readonly returned: Target;
  /** Nobody took care of them. */
  readonly nobody: Target;
}

export interface BranchNode {
  readonly op: 'branch';
  readonly cases: readonly ({ readonly when: Expression; readonly to: Target } & Position)[];
  readonly otherwise: Target;
}

export interface SetNode {
  readonly op: 'set';
  readonly values: Readonly<Record<string, Value>>;
}

export interface EmitNode {
  readonly op: 'emit';
  readonly type: string;
  readonly data: Value;
}

/** Changes what is known of the contact. */
export interface UpdateNode {
  readonly op: 'update';
  readonly locale?: Value;
  readonly zone?: Value;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** Divides people: always the same way for one person, state and definition. */
export interface SplitNode {
  readonly op: 'split';
  /** Of a hundred. */
  readonly shares: readonly ({ readonly share: number; readonly to: Target } & Position)[];
}

/** Counts rounds from none again; the following node is the loop. */
export interface BeginLoopNode {
  readonly op: 'begin-loop';
}

/** Begins a round with the following node, unless there is none to begin. */
export interface LoopNode {
  readonly op: 'loop';
  readonly most: number;
  readonly while?: Expression;
  readonly done: Target;
  readonly exhausted: Target;
}

/** Ends an interrupt: waits on where it came. */
export interface ResumeNode {
  readonly op: 'resume';
}

/** Ends an interrupt: the flow begins anew, with its variables as they were at first. */
export interface RestartNode {
  readonly op: 'restart';
}

/** An interrupt, or what follows a failure, leads back into the line: what was interrupted or failed is given up. */
export interface LeaveNode {
  readonly op: 'leave';
}

/** Ends the conversation as failed or expired, after what the author had to say about it. */
export interface FailNode {
  readonly op: 'fail';
}

/** Runs another flow; goes on by the outcome with which that ends. */
export interface CallNode {
  readonly op: 'call';
  readonly flow: string;
  readonly with: Readonly<Record<string, Value>>;
  readonly outcomes: Readonly<Record<string, Target>>;
  /** For outcomes that have no entry. */
  readonly otherwise?: Target;
}

export interface GotoNode {
  readonly op: 'goto';
  readonly to: Target;
}

/** Ends the flow: in `main` the conversation, elsewhere the call. */
export interface EndNode {
  readonly op: 'end';
  readonly outcome: string;
}
