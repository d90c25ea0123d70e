/** Scenarios ready to run: rows are expanded, durations, times and people are resolved, and each step has its place. */
import type { Address, Millis } from '../../channels/brands.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Position } from '../machine/position.ts';
import type { Answer, Answers } from '../simulation/answers.ts';

export interface ScenarioFile {
  readonly path: string;
  /** Name of the definition that they are about. */
  readonly about: string;
  /** Paths of further definitions, relative to this file. */
  readonly beside: readonly string[];
  readonly scenarios: readonly Scenario[];
}

export interface Scenario extends Position {
  readonly title: string;
  readonly given: Given;
  readonly isIgnoringMessages: boolean;
  /** A file beside the scenario file. */
  readonly transcript?: string;
  readonly steps: readonly ScenarioStep[];
}

export interface Given {
  readonly now: Millis;
  /** The first is the `contact`, whose name is ''. */
  readonly people: readonly Person[];
  readonly answers: Answers;
  readonly receipts: 'at-once' | 'by-hand';
}

export interface Person {
  readonly name: string;
  readonly addresses: readonly [Address, ...Address[]];
  readonly locale?: string;
  readonly zone?: string;
  readonly attributes?: JsonObject;
}

export type ScenarioStep = (Action | Expectation) & Position;

/** What a stage performs: nothing in it is only possible in a simulation. */
export type Action =
  | { readonly do: 'event'; readonly type: string; readonly data: Json; readonly id?: string }
  | { readonly do: 'reply'; readonly person: Person; readonly text: string; readonly from?: string }
  | { readonly do: 'receive'; readonly person: Person; readonly type: string; readonly data: JsonObject }
  | { readonly do: 'advance'; readonly ms: number; readonly text: string }
  | { readonly do: 'broadcast'; readonly person: Person; readonly definition: string; readonly inputs: JsonObject }
  | {
      readonly do: 'schedule';
      readonly person: Person;
      readonly definition: string;
      /** Without it, the first schedule of the definition that has the other. */
      readonly list?: string;
      readonly at?: string;
      readonly inputs: JsonObject;
    }
  | { readonly do: 'agent'; readonly type: AgentEvent; readonly data: JsonObject }
  | { readonly do: 'answer'; readonly answers: Readonly<Record<string, Answer>> };

/** Who acts on a hand-off where nobody is named. */
export const AGENT = 'agent';

export type AgentEvent = 'handoff.taken' | 'handoff.replied' | 'handoff.returned';

export type Expectation =
  | {
      readonly expect: 'says';
      readonly person: Person;
      readonly text?: string;
      readonly choices?: readonly string[];
      readonly connector?: string;
      readonly at?: Millis;
      readonly data?: JsonObject;
    }
  | { readonly expect: 'emits' | 'happens'; readonly type: string; readonly data?: Json }
  | {
      readonly expect: 'ends';
      readonly how: Ending;
      readonly outcome?: string;
      readonly code?: string;
      readonly definition?: string;
    }
  | { readonly expect: 'waits'; readonly state: string }
  | { readonly expect: 'vars'; readonly values: JsonObject }
  | { readonly expect: 'no-message' };

export type Ending = 'completed' | 'failed' | 'expired' | 'cancelled';
