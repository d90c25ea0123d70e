/** The time of a held message has come. */
import type { HeldMessage, Timer } from '../contact.ts';
import { heldTimerOf } from '../contact.ts';
import { MAX_HOLD_MS } from '../limits.ts';
import type { Refused } from './allowance.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { block, heldOf, hold, takeHeld } from './held.ts';
import { unanswered } from './ask.ts';
import { askedOf } from './reply.ts';
import { fail, run } from './run.ts';
import { allowanceNow, failureOf, leave } from './send.ts';
import { runLifetime } from './timers.ts';
import { trace } from './trace.ts';

/** False where the timer is none of a held message. */
export function heldTimePassed(machines: Machines, draft: Draft, timer: Timer): boolean {
  const held = draft.state.held?.find((one) => {
    const { conversation, id } = heldTimerOf(one);
    return conversation === timer.conversation && id === timer.id;
  });
  if (!held) return false;
  const due = heldOf(draft, held.conversation).filter(({ until }) => until <= draft.now);
  for (const one of due) release(machines, draft, one);
  return true;
}

/** Asked again whether it may leave: the person may have moved to another zone, or got other messages meanwhile. */
function release(machines: Machines, draft: Draft, held: HeldMessage): void {
  const before = heldOf(draft, held.conversation)
    .filter(({ number }) => number < held.number)
    .at(-1);
  takeHeld(draft, held, 'fired');
  // On a machine that is not here any more there is nothing left to ask.
  const machine = machines.byHash(held.machine);
  const allowance = machine?.send ? allowanceNow(draft, machine, machine.send) : 'now';
  if (before) {
    hold(draft, { ...held, until: before.until }, 'an earlier message waits');
    return;
  }
  const conversation = waitingOn(draft, held);
  if (allowance === 'now') {
    leave(draft, held, true);
    if (conversation) runLifetime(draft, conversation);
  } else if (allowance.otherwise === 'hold' && draft.now - held.since < MAX_HOLD_MS) {
    hold(draft, { ...held, until: allowance.until }, allowance.reason);
  } else {
    block(draft, held, allowance.reason);
    if (conversation) leaveOut(machines, draft, conversation, allowance);
  }
}

/** The conversation whose question it is, and that waits for the reply. */
function waitingOn(draft: Draft, { conversation, number }: HeldMessage): ConversationDraft | undefined {
  return draft.conversations.find(
    ({ id, wait }) => id === conversation && wait.for === 'reply' && wait.message === number,
  );
}

/** No reply can come to a question that never leaves. */
function leaveOut(machines: Machines, draft: Draft, conversation: ConversationDraft, refused: Refused): void {
  const { wait } = conversation;
  if (wait.for !== 'reply') return;
  const { ask, state, machine } = askedOf(machines, conversation, wait);
  const turn = { draft, conversation, machine };
  if (refused.otherwise !== 'skip') {
    fail(turn, state, failureOf(refused));
    return;
  }
  const { to, way } = unanswered(ask);
  trace(draft, machine, conversation, wait.node, way);
  run(turn, to, state, 'silence');
}
