/** People of ours take care of a person, and give them back. What the person writes meanwhile is theirs: see incoming.ts. */
import type { HandoffWait } from '../contact.ts';
import { MAX_TEXT_CHARACTERS } from '../limits.ts';
import type { HandoffNode } from '../machine/nodes.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { stopInterruptedClocks } from './interrupt.ts';
import { machineOf } from './reply.ts';
import { run } from './run.ts';
import { cancel, runLifetime, schedule } from './timers.ts';
import { nodeAt, type Outcome, type Turn } from './turn.ts';

export function handOff(turn: Turn, node: HandoffNode & { readonly state: string }, at: number): Outcome {
  const { conversation, draft } = turn;
  const { definition, connector, to, id } = conversation;
  conversation.handoffs = (conversation.handoffs ?? 0) + 1;
  const handoff = `${id}/h${conversation.handoffs.toString()}`;
  const data = { handoff, queue: node.queue, definition, connector, to };
  draft.emit('conversations', 'conversation.handed-off', data, id);
  stopInterruptedClocks(draft, conversation);
  runLifetime(draft, conversation);
  const timer =
    node.withinMs === undefined ? {} : { timer: schedule(draft, conversation, 'handoff', draft.now + node.withinMs) };
  conversation.wait = { for: 'handoff', node: at, since: draft.now, handoff, ...timer };
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'handoff' }, id);
  return 'rest';
}

export interface HandoffEvent {
  readonly conversation: string;
  /** The hand-off that is meant, where the desk says so. */
  readonly handoff?: string;
}

/** Somebody took it: there is no hurry any more. */
export function handoffTaken(draft: Draft, event: HandoffEvent): void {
  const found = handedOff(draft, event);
  if (found) take(draft, found);
}

/** Somebody answers the person, in the conversation's name. */
export function handoffReplied(
  machines: Machines,
  draft: Draft,
  event: HandoffEvent & { readonly text: string },
): void {
  const found = handedOff(draft, event);
  if (!found) return;
  take(draft, found);
  const { conversation, wait } = found;
  const { connector, to, id } = conversation;
  if (draft.state.optedOut?.includes(connector)) return;
  conversation.messages += 1;
  const message = `${id}/m${conversation.messages.toString()}`;
  const text = event.text.slice(0, MAX_TEXT_CHARACTERS);
  const { state } = nodeAt(machineOf(machines, conversation), conversation, wait.node);
  draft.emit('messaging', 'message.requested', { message, connector, to, text, step: state }, id);
}

export function handoffReturned(
  machines: Machines,
  draft: Draft,
  event: HandoffEvent & { readonly outcome: 'returned' | 'nobody' },
): void {
  const found = handedOff(draft, event);
  if (!found) return;
  take(draft, found);
  goOn(machines, draft, found.conversation, event.outcome);
}

/** Nobody took it in time. */
export function handoffTimedOut(machines: Machines, draft: Draft, conversation: ConversationDraft): void {
  goOn(machines, draft, conversation, 'nobody');
}

interface Found {
  readonly conversation: ConversationDraft;
  readonly wait: HandoffWait;
}

/** Undefined where the conversation has gone on, ended, or is in another hand-off: the desk was too late. */
function handedOff(draft: Draft, { conversation: id, handoff }: HandoffEvent): Found | undefined {
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  const wait = conversation?.wait;
  if (!conversation || wait?.for !== 'handoff') return undefined;
  return handoff === undefined || wait.handoff === undefined || handoff === wait.handoff
    ? { conversation, wait }
    : undefined;
}

function take(draft: Draft, { conversation, wait }: Found): void {
  if (wait.timer === undefined) return;
  cancel(draft, conversation, wait.timer);
  const { timer, ...untimed } = wait;
  conversation.wait = untimed;
}

function goOn(machines: Machines, draft: Draft, conversation: ConversationDraft, outcome: 'returned' | 'nobody'): void {
  const { wait } = conversation;
  const machine = machineOf(machines, conversation);
  const node = nodeAt(machine, conversation, wait.node);
  if (wait.for !== 'handoff' || node.op !== 'handoff')
    throw new Error(`conversation ${conversation.id} is in hand-off at a ${node.op}`);
  const turn = { draft, conversation, machine };
  run(turn, node[outcome], node.state, outcome);
}
