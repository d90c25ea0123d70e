/**
 * What is kept of a person is so much that a record has no room even for saying that one of their conversations is parked.
 * The conversation that takes most room ends: it could go on for nobody, and all others of this person, and everybody of
 * its partition, go on without it. What it was until then can be made again from the store.
 */
import type { ConversationId } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import type { ContactState } from '../contact.ts';
import { announceAwaits } from './awaits.ts';
import type { Machines, StepContext, StepResult } from './contract.ts';
import { Draft, type ConversationDraft } from './draft.ts';
import { finish } from './finish.ts';
import { topOf } from './frames.ts';
import { nodeAt } from './turn.ts';

/** For what a record says beside the state and the data of what follows: names, ids and topics. */
const ROOM_BYTES: number = 8 * 1024;

export class StateTooLargeError extends ParlanceError<'state-too-large'> {
  constructor(bytes: number) {
    super('state-too-large', `what is kept of this person takes ${bytes} bytes, of which this conversation takes most`);
  }
}

export function hasRoom({ state, emissions }: StepResult, recordBytesMax: number): boolean {
  return bytesOf([state, emissions]) + ROOM_BYTES <= recordBytesMax;
}

export interface Ended {
  readonly conversation: ConversationId;
  readonly error: StateTooLargeError;
  readonly result: StepResult;
}

/** Undefined where none is open: what else is kept of a person is far from filling a record. */
export function endLargest(
  machines: Machines,
  state: ContactState | undefined,
  context: StepContext,
): Ended | undefined {
  const draft = new Draft(state, context);
  const sizes = new Map(draft.conversations.map((one) => [one, bytesOf(one)]));
  const [largest] = [...sizes.keys()].sort((one, other) => (sizes.get(other) ?? 0) - (sizes.get(one) ?? 0));
  if (!largest) return undefined;
  const error = new StateTooLargeError(bytesOf(state));
  const { code, message: reason } = error;
  finish(draft, largest, 'conversation.failed', { state: stateOf(machines, largest), code, reason });
  announceAwaits(draft);
  return { conversation: largest.id, error, result: draft.result() };
}

/** Where it stands; only its flow where its version is missing. */
function stateOf(machines: Machines, conversation: ConversationDraft): string {
  const machine = machines.byHash(conversation.machine);
  return machine ? nodeAt(machine, conversation, conversation.wait.node).state : topOf(conversation).flow;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value ?? null));
}
