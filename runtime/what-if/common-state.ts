/** One state of both plays: that of the control, but for the machines that what started is on. */
import { isDeepStrictEqual } from 'node:util';
import type { MachineHash } from '../../channels/brands.ts';
import type { ContactState, ConversationState } from '../../dsl/contact.ts';
import type { Alike } from '../../dsl/diff/alike.ts';

/** Conversation → the changed machine; none of those that run on the same one in both plays. */
export type ChangedMachines = ReadonlyMap<string, MachineHash>;

/** As the changed play has it, where the control has `state`. */
export function changedState(state: ContactState | undefined, changed: ChangedMachines): ContactState | undefined {
  if (!state || changed.size === 0) return state;
  const { conversations, held } = state;
  return {
    ...state,
    conversations: conversations.map((one) => ({ ...one, machine: changed.get(one.id) ?? one.machine })),
    ...(held && { held: held.map((one) => ({ ...one, machine: changed.get(one.conversation) ?? one.machine })) }),
  };
}

/** Starts that wait, and what is kept for a parked conversation, name machines that the plays do not share. */
export function isPlain(state: ContactState | undefined): boolean {
  if (!state) return true;
  return (state.queued ?? []).length === 0 && state.conversations.every(({ parked }) => !parked);
}

/** `alike`: of a machine on record. */
export function areOne(
  control: ContactState | undefined,
  other: ContactState | undefined,
  { changed, alike }: { readonly changed: ChangedMachines; readonly alike: (on: MachineHash) => Alike | undefined },
): boolean {
  if (!isPlain(control) || !isPlain(other)) return false;
  if (!isDeepStrictEqual(changedState(control, changed), other)) return false;
  const { conversations = [], held = [] } = control ?? {};
  // When a message that is held may leave, its definition's rules for sending say, also once the conversation has ended.
  if (held.some(({ conversation, machine }) => changed.has(conversation) && !alike(machine))) return false;
  return conversations.every((one) => !changed.has(one.id) || standsAlike(one, alike(one.machine)));
}

/** Whether it waits, and rests at its calls, where both versions have the same. */
function standsAlike({ frames, wait }: ConversationState, alike: Alike | undefined): boolean {
  return frames.every(({ flow, at, interrupted }, index) => {
    const node = index === frames.length - 1 ? wait.node : at;
    return !interrupted && node !== undefined && alike?.get(flow)?.has(node) === true;
  });
}
