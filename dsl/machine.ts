/**
 * A definition's compiled form: plain JSON, so that it can be published, stored and hashed. Steps become a flat list of
 * nodes; jumps are indices into it. Expressions stay as source text and are parsed when a machine is first used (see
 * expression/program.ts), for a parsed form would tie stored machines to one version of the CEL library.
 */
import type { MachineHash } from '../channels/brands.ts';
import type { Json } from './json.ts';
import type { DailyTime } from './text/local-time.ts';

/** Raised when a stored machine of the older form could no longer be run as it is. */
export const MACHINE_FORMAT = 4;

/** The flow in which a conversation begins; the others are what it calls. */
export const MAIN = 'main';

export interface Machine {
  readonly format: typeof MACHINE_FORMAT;
  readonly name: string;
  /** The first 8 hex digits of the hash: what people see. */
  readonly version: string;
  /** Over everything but positions: moving a comment makes no new version. See compile/hash.ts. */
  readonly hash: MachineHash;
  readonly about?: string;
  /** The first is the fallback. */
  readonly locales: readonly string[];
  /** IANA time zone of a contact whose own is not known. */
  readonly zone: string;
  /** ISO 3166, of people whose own is not known: decides the order of dates where the locale does not. */
  readonly country?: string;
  /** Of waiting for people; authored delays do not count. */
  readonly lifetimeMs: number;
  /** From 0; of several conversations that wait for a person, the highest is answered first. */
  readonly priority: number;
  /** What a start does where another conversation is open with the person on the connector. */
  readonly busy: 'start' | 'queue' | 'skip';
  readonly starts: readonly Start[];
  /** What the project declares of people, as far as this uses it. */
  readonly attributes?: Readonly<Record<string, ValueType>>;
  /** What is declared of the customer's own events by which it starts or for which it waits. */
  readonly events?: EventTypes;
  /** When and how often it may write by itself. */
  readonly send?: SendPolicy;
  /** Words that opt out besides the platform's, and what is said before the platform's confirmation. */
  readonly stop?: PlatformAddition;
  /** Words that ask for help besides the platform's, and what is said before the platform's answer. */
  readonly help?: PlatformAddition;
  /** `main`, and one for every snippet that is called from it, however deep. */
  readonly flows: Readonly<Record<string, Flow>>;
}

export interface SendPolicy {
  readonly window?: SendWindow;
  readonly cap?: SendCap;
  /** Answers to what a person just wrote leave at once and do not count. */
  readonly exceptReplies: boolean;
}

/** What becomes of a message that may not leave now. */
export type Otherwise = 'hold' | 'skip' | 'fail';

/** On the contact's clock. */
export interface SendWindow {
  /** Minutes since midnight. Where `to` is not later than `from`, it closes the day after it opened. */
  readonly from: number;
  readonly to: number;
  /** On which it opens, Monday is 1; without it every day. */
  readonly days?: readonly number[];
  readonly otherwise: Otherwise;
}

/** Counts all messages to the contact, of whatever definition, that answer nothing. */
export interface SendCap {
  readonly most: number;
  readonly perMs: number;
  readonly otherwise: Otherwise;
}

export interface PlatformAddition {
  /** Folded, per locale. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** Without expressions. */
  readonly text?: Text;
}

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

/** locale → folded word → index of the entry that expects it. */
export type WordTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What is understood whenever the flow, or one above it, waits. */
export type Interrupt = { readonly to: Target; readonly on?: AwaitedEvent } & Position;

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

/** Throws where a machine has no such flow: a bug of the compiler, not of the definition. */
export function flowOf(machine: Machine, name: string): Flow {
  const flow = machine.flows[name];
  if (!flow) throw new Error(`machine ${machine.hash} has no flow ${name}`);
  return flow;
}

/** Where in the author's file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Start = (KeywordStart | AnyStart | EventStart | BroadcastStart | ScheduleStart) & Reentry & Position;

/** What a start does where this definition is open with the person already. */
export interface Reentry {
  readonly again: 'ignore' | 'restart' | 'parallel';
  /** Only conversations whose key has the same value count as open. */
  readonly key?: Expression;
}

/** By any message that nothing else takes. */
export interface AnyStart {
  readonly on: 'any';
}

/** For the recipients of a broadcast, which gives the inputs. */
export interface BroadcastStart {
  readonly on: 'broadcast';
}

/** For everybody in a contact list, which gives the inputs, each time that clocks in the zone show this time. */
export interface ScheduleStart {
  readonly on: 'schedule';
  readonly at: DailyTime;
  /** IANA. */
  readonly zone: string;
  /** Together with the time of day, no other start of the definition has it. */
  readonly list: string;
}

export interface KeywordStart {
  readonly on: 'keyword';
  /** Folded words per locale. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** A word with one wrong letter counts, where nothing else can be meant. */
  readonly typos?: true;
}

export interface EventStart {
  readonly on: 'event';
  readonly type: string;
  readonly when?: Expression;
  /** Gives the address of the person. */
  readonly contact: Expression;
  readonly inputs: Readonly<Record<string, Value>>;
}

/** By type of event: the fields of its data. */
export type EventTypes = Readonly<Record<string, Readonly<Record<string, ValueType>>>>;

/** The declared type of an input or variable. */
export type ValueType = (
  | TextType
  | ({ readonly type: 'integer' | 'number' } & Bounds)
  /** Bounds in milliseconds. */
  | ({ readonly type: 'duration' } & Bounds)
  | ({ readonly type: 'money'; readonly currency: string } & Bounds)
  | { readonly type: 'boolean' | 'time' | 'email' }
  | { readonly type: 'date'; readonly minimum?: string; readonly maximum?: string }
  /** `country`: of numbers without `+`. */
  | { readonly type: 'phone'; readonly country?: string }
  | { readonly type: 'list'; readonly of: ValueType }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, ValueType>> }
) & {
  readonly default?: Json;
  readonly optional?: true;
};

export interface TextType {
  readonly type: 'text';
  readonly enum?: readonly string[];
  /** Of the whole text. */
  readonly pattern?: string;
  /** Characters as people count them: code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Both included; money in the smallest unit of its currency. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** CEL source. */
export type Expression = string;

/** A text in pieces: literal, or an expression whose value is shown. */
export type Parts = readonly (string | { readonly cel: Expression })[];

/** Per locale. A text that is the same everywhere has only the first locale's entry. */
export type Text = Readonly<Record<string, Parts>>;

/** Data with expressions in it. `cel` keeps the type of its value; `text` is always text. */
export type Value =
  | { readonly literal: Json }
  | { readonly cel: Expression }
  | { readonly text: Parts }
  | { readonly list: readonly Value[] }
  | { readonly map: Readonly<Record<string, Value>> };

/** A piece of a request: literal, filled in, or a secret that only the connector knows. */
export type RequestPart = string | { readonly cel: Expression } | { readonly secret: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A question to a customer's own system. */
export interface DataSource {
  /** What a fetch gives it; without it, its expressions see what those of the flow see. */
  readonly inputs?: Readonly<Record<string, ValueType>>;
  readonly method: Method;
  /** What is filled in is URI-encoded. */
  readonly url: readonly RequestPart[];
  readonly headers: Readonly<Record<string, readonly RequestPart[]>>;
  readonly body?: Value;
  readonly timeoutMs: number;
  readonly retries?: number;
  readonly cacheMs?: number;
  /** What `data.NAME` holds once it has answered. */
  readonly returns: Readonly<Record<string, ValueType>>;
  /** How a field is taken from the `response`; without an entry it is the response's field of the same name. */
  readonly map: Readonly<Record<string, Expression>>;
}

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

/** What is said, and what goes with it. */
export interface Message {
  readonly text: Text;
  readonly media?: readonly Media[];
  readonly template?: Template;
  /** By connector: what stands there in place of the text, or besides it. */
  readonly on?: Readonly<Record<string, MessageOnConnector>>;
}

/** A picture, sound or file by its address. What is filled into a part of an address is URI-encoded. */
export interface Media {
  readonly url: Parts;
  readonly alt?: Text;
}

/** A text that the provider knows by name. */
export interface Template {
  readonly name: string;
  readonly with: Readonly<Record<string, Value>>;
}

export interface MessageOnConnector {
  readonly text?: Text;
  readonly subject?: Text;
  /** What is filled in is escaped. */
  readonly html?: Text;
}

export interface SayNode extends Message {
  readonly op: 'say';
  /** The question's choices, where this repeats a question. */
  readonly choices?: readonly Choice[];
}

export interface Choice {
  readonly label: Text;
  /** Index into the question's `replies`: where its number leads. */
  readonly entry: number;
  /** What choosing it answers, per locale. */
  readonly values: Readonly<Record<string, string>>;
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
