import type { ConversationId, MachineHash } from '../../channels/brands.ts';
import { contactState } from '../../dsl/correlation.ts';
import type { ConversationState } from '../../dsl/contact.ts';
import { flowOf } from '../../dsl/machine/machine.ts';
import type { Position } from '../../dsl/machine/position.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { RebuiltStep } from './fold.ts';
import { problemText } from './problem.ts';
import { placeOf, type RecordedInput } from './recorded-step.ts';
import type { StoredDefinitions } from './stored-definitions.ts';

/** One value of a conversation's state that a step changed; JSON, undefined where it was not there. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Where a conversation waits: the step of the author's file. */
export interface Waiting {
  readonly machine: MachineHash;
  readonly state: string;
  readonly for: string;
  readonly position: Position;
}

/** A step that a conversation had a part in. */
export interface Stop {
  /** From 1. */
  readonly number: number;
  /** Milliseconds. */
  readonly now: number;
  readonly place: string;
  readonly input: RecordedInput;
  /** Undefined before it starts, and once it has ended; or where its machine is not stored. */
  readonly waiting: Waiting | undefined;
  readonly changes: readonly Change[];
  readonly emissions: readonly OutgoingEmission[];
  /** In what the step, taken again, differs from the recorded one. */
  readonly problem: string | undefined;
}

/** Of its contact's steps those that changed the conversation or said something in it. */
export function stopsOf(
  id: ConversationId,
  steps: readonly RebuiltStep[],
  definitions: StoredDefinitions,
): readonly Stop[] {
  const stops: Stop[] = [];
  for (const { step, before, after, emissions: all, problem: wrong } of steps) {
    const [was, is] = [conversationIn(before, id), conversationIn(after, id)];
    const emissions = all.filter(({ conversation }) => conversation === id);
    const changes = changesOf(was, is);
    if (changes.length === 0 && emissions.length === 0) continue;
    const waiting = is && waitingOf(is, definitions.at(step.basis, step.now));
    const { now, input } = step;
    const problem = wrong && problemText(wrong);
    stops.push({
      ...{ number: stops.length + 1, now, place: placeOf(step), input, waiting, changes, emissions, problem },
    });
  }
  return stops;
}

function conversationIn(kept: RebuiltStep['before'], id: ConversationId): ConversationState | undefined {
  return contactState(kept)?.conversations.find((conversation) => conversation.id === id);
}

function waitingOf(
  { machine: hash, frames, wait }: ConversationState,
  machines: ReturnType<StoredDefinitions['at']>,
): Waiting | undefined {
  const machine = machines.byHash(hash);
  const top = frames.at(-1);
  const node = machine && top && flowOf(machine, top.flow).nodes[wait.node];
  if (!node) return undefined;
  const { state, line, column } = node;
  return { machine: hash, state, for: wait.for, position: { line, column } };
}

function changesOf(before: ConversationState | undefined, after: ConversationState | undefined): readonly Change[] {
  if (before === after) return [];
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => change.before !== change.after);
}

/** Path → JSON of every value that holds no other. */
function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): ReadonlyMap<string, string> {
  if (value === undefined) return leaves;
  const isHolding = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isHolding) leaves.set(path, JSON.stringify(value));
  else if (Array.isArray(value)) value.forEach((item, at) => leavesOf(item, `${path}[${at.toString()}]`, leaves));
  else for (const [name, item] of Object.entries(value)) leavesOf(item, path === '' ? name : `${path}.${name}`, leaves);
  return leaves;
}
