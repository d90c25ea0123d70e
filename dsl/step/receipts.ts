/** What became of a message: the reply clock starts when a question is sent, and ends where it can not get there. */
import type { Millis } from '../../channels/brands.ts';
import type { ReplyWait, Wait } from '../contact.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { ConversationFailure } from './finish.ts';
import { updateInterrupted } from './interrupt.ts';
import { machineOf } from './reply.ts';
import { fail } from './run.ts';
import { schedule } from './timers.ts';
import { nodeAt } from './turn.ts';

/** `sentAt`: when the provider took it. A receipt that comes twice, or after the reply, changes nothing. */
export function messageSent(draft: Draft, message: string, sentAt: Millis): void {
  startClock(draft, message, sentAt, 'sent');
}

/** It started nothing where the clock runs from when it was sent; a receipt of that which is late or lost is not needed. */
export function messageDelivered(draft: Draft, message: string, deliveredAt: Millis): void {
  startClock(draft, message, deliveredAt, 'delivered');
}

function startClock(draft: Draft, message: string, at: Millis, because: 'sent' | 'delivered'): void {
  const conversation = conversationOf(draft, message);
  if (!conversation) return;
  const isStarted = ({ timer, from }: ReplyWait): boolean =>
    timer === undefined && !(from === 'delivered' && because === 'sent');
  const { wait } = conversation;
  if (isFor(wait, message)) {
    if (!isStarted(wait)) return;
    const from = Math.min(at, draft.now);
    conversation.wait = { ...wait, timer: schedule(draft, conversation, 'reply', from + wait.withinMs) };
    return;
  }
  // An interrupt waits itself: the clock stands still from the beginning.
  updateInterrupted(conversation, (interrupted) => {
    const { wait: aside, leftMs } = interrupted;
    if (!isFor(aside, message) || !isStarted(aside) || leftMs !== undefined) return interrupted;
    draft.touch();
    return { ...interrupted, leftMs: aside.withinMs };
  });
}

/**
 * The question that a conversation waits with will never arrive: no reply can come, so the conversation ends; where an
 * interrupt is at work, once that has it wait for the question again.
 */
export function messageUndeliverable(machines: Machines, draft: Draft, message: string, reason: string): void {
  const conversation = conversationOf(draft, message);
  if (!conversation) return;
  if (!isFor(conversation.wait, message)) {
    updateInterrupted(conversation, (interrupted) => {
      if (!isFor(interrupted.wait, message)) return interrupted;
      draft.touch();
      return { ...interrupted, undeliverable: reason };
    });
    return;
  }
  draft.causeHops = conversation.hops;
  const machine = machineOf(machines, conversation);
  const { state } = nodeAt(machine, conversation, conversation.wait.node);
  const turn = { draft, conversation, machine };
  fail(turn, state, new ConversationFailure('message-undeliverable', reason));
}

function conversationOf(draft: Draft, message: string): ConversationDraft | undefined {
  const id = message.slice(0, message.lastIndexOf('/m'));
  return draft.conversations.find((candidate) => candidate.id === id);
}

/** Whether it waits with that question, a message of its conversation. */
function isFor(wait: Wait, message: string): wait is ReplyWait {
  return wait.for === 'reply' && wait.message === Number(message.slice(message.lastIndexOf('/m') + 2));
}
