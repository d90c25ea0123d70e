/** What a conversation keeps. */
import { conform } from '../expression/values.ts';
import type { Json } from '../json.ts';
import { MAX_VALUES_BYTES } from '../limits.ts';
import type { SetNode } from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import { activationOf } from './activation.ts';
import type { ConversationDraft } from './draft.ts';
import { conformed, ConversationFailure } from './finish.ts';
import { runningFlow, topOf, updateTop } from './frames.ts';
import { programIn, type Turn } from './turn.ts';

/** All values see the variables as they were before: the order of the keys does not matter. */
export function set(turn: Turn, node: SetNode): void {
  const { conversation, machine } = turn;
  const activation = activationOf(turn);
  const program = programIn(turn);
  const flow = runningFlow(machine, conversation);
  const vars: Record<string, Json> = { ...topOf(conversation).vars };
  for (const [name, value] of Object.entries(node.values)) {
    vars[name] = assignable(flow.vars[name], program.value('flow', value, activation), name);
  }
  keep(conversation, vars);
}

function assignable(type: ValueType | undefined, json: Json, name: string): Json {
  if (!type) throw new Error(`variable ${name} is not declared`);
  return conformed(() => conform(type, json, `vars.${name}`));
}

export function keep(conversation: ConversationDraft, vars: Readonly<Record<string, Json>>): void {
  if (JSON.stringify(vars).length > MAX_VALUES_BYTES) {
    throw new ConversationFailure('values-too-large', `the variables take more than ${MAX_VALUES_BYTES} bytes`);
  }
  updateTop(conversation, { vars });
}
