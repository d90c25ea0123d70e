/** The flows of one conversation that are under way, the running one last. */
import type { Frame } from '../contact.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Flow } from '../machine/flow.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import { MAX_FRAMES } from '../limits.ts';
import type { ConversationDraft } from './draft.ts';
import { ConversationFailure } from './finish.ts';

export function topOf({ id, frames }: Pick<ConversationDraft, 'id' | 'frames'>): Frame {
  const top = frames.at(-1);
  if (!top) throw new Error(`conversation ${id} has no frame`);
  return top;
}

export function runningFlow(machine: Machine, conversation: ConversationDraft): Flow {
  return flowOf(machine, topOf(conversation).flow);
}

export function updateTop(conversation: ConversationDraft, fields: Partial<Frame>): void {
  conversation.frames = [...conversation.frames.slice(0, -1), { ...topOf(conversation), ...fields }];
}

/** Another flow begins above the running one, which rests at its node `at`. */
export function enter(conversation: ConversationDraft, at: number, frame: Frame): void {
  if (conversation.frames.length >= MAX_FRAMES) {
    throw new ConversationFailure('calls-too-deep', `more than ${MAX_FRAMES} snippets inside one another`);
  }
  updateTop(conversation, { at });
  conversation.frames = [...conversation.frames, frame];
}

/** The running flow begins anew. */
export function restart(machine: Machine, conversation: ConversationDraft): void {
  const { flow, inputs, awaited } = topOf(conversation);
  const begun = beginning(flow, flowOf(machine, flow), inputs);
  conversation.frames = [...conversation.frames.slice(0, -1), awaited ? { ...begun, awaited } : begun];
}

/** The running flow ends; the one below goes on and sees what it returns. */
export function leave(machine: Machine, conversation: ConversationDraft): Frame {
  const { flow, vars } = topOf(conversation);
  conversation.frames = conversation.frames.slice(0, -1);
  const result = Object.fromEntries(
    flowOf(machine, flow).returns.flatMap((name) => (Object.hasOwn(vars, name) ? [[name, vars[name] ?? null]] : [])),
  );
  updateTop(conversation, { result });
  return topOf(conversation);
}

export function beginning(name: string, flow: Flow, inputs: JsonObject): Frame {
  const vars: Record<string, Json> = {};
  for (const [variable, { default: value }] of Object.entries(flow.vars))
    if (value !== undefined) vars[variable] = value;
  return { flow: name, inputs, vars };
}
