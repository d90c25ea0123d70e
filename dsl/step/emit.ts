import { conformFields, ValueError } from '../expression/values.ts';
import { isObject, type Json } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import type { EmitNode } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { ConversationFailure } from './finish.ts';
import { programIn, type Turn } from './turn.ts';

/** What was declared of the event holds for every one that leaves: what does not fit fails the conversation. */
export function emit(turn: Turn, { type, data }: EmitNode): void {
  const { draft, conversation, machine } = turn;
  const value = programIn(turn).value('flow', data, activationOf(turn));
  checkDeclared(machine, type, value);
  draft.emitOwn(type, value, conversation.id);
}

/** The event goes out as it was written: whoever reads it may fill in defaults. */
function checkDeclared({ events = {} }: Machine, type: string, data: Json): void {
  const fields = Object.hasOwn(events, type) ? events[type] : undefined;
  if (!fields) return;
  try {
    if (!isObject(data)) throw new ValueError('data is no object');
    conformFields(fields, data, 'data.');
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ConversationFailure('event-mismatched', `"${type}" is not as declared: ${error.message}`);
  }
}
