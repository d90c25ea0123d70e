/**
 * A definition's compiled form: plain JSON, so that it can be published, stored and hashed. Steps become a flat list of
 * nodes; jumps are indices into it. Expressions stay as source text and are parsed when a machine is first used (see
 * expression/program.ts), for a parsed form would tie stored machines to one version of the CEL library.
 */
import type { MachineHash } from '../../channels/brands.ts';
import type { Text } from './expressions.ts';
import type { Flow } from './flow.ts';
import type { SendPolicy } from './send-policy.ts';
import type { Start } from './starts.ts';
import type { EventTypes, ValueType } from './value-types.ts';

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
  /** What is declared of the customer's own events by which it starts, for which it waits, and which it emits. */
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

export interface PlatformAddition {
  /** Folded, per locale. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** Without expressions. */
  readonly text?: Text;
}

/** Throws where a machine has no such flow: a bug of the compiler, not of the definition. */
export function flowOf(machine: Machine, name: string): Flow {
  const flow = machine.flows[name];
  if (!flow) throw new Error(`machine ${machine.hash} has no flow ${name}`);
  return flow;
}
