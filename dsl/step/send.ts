/** Whether and when what a conversation says leaves: at once, later, or never. */
import type { Millis } from '../../channels/brands.ts';
import type { HeldMessage } from '../contact.ts';
import { ANSWER_WITHIN_MS, MAX_CAP_MESSAGES, MAX_CAP_PERIOD_MS, MAX_HELD_MESSAGES } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import type { Choice, Message } from '../machine/message.ts';
import type { SendPolicy } from '../machine/send-policy.ts';
import { zoneOf } from './activation.ts';
import { allowanceOf, type Allowance, type Refused } from './allowance.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { ConversationFailure } from './finish.ts';
import { block, heldOf, hold, takeHeld } from './held.ts';
import { contentOf, saidLabels, type Requested } from './message.ts';
import type { Turn } from './turn.ts';

/** Requests a message, or holds it. False where it is left out. Throws `ConversationFailure` and `ExpressionError`. */
export function say(turn: Turn, step: string, message: Message, choices: readonly Choice[] | undefined): boolean {
  const { draft, conversation, machine } = turn;
  const content = contentOf(turn, message, choices);
  conversation.messages += 1;
  const number = conversation.messages;
  const { id, connector, to } = conversation;
  const request: Requested = { message: `${id}/m${number.toString()}`, connector, to, ...content, step };
  const { send } = machine;
  if (send?.exceptReplies === true && isAnswer(draft, conversation)) {
    releaseAll(draft, conversation);
    leave(draft, { conversation: id, request }, false);
  } else {
    const refused = send && refusalOf(draft, conversation, machine, send);
    if (refused === undefined) leave(draft, { conversation: id, request }, true);
    else if (refused.otherwise === 'skip') {
      block(draft, { conversation: id, request }, refused.reason);
      return false;
    } else if (refused.otherwise === 'fail') throw failureOf(refused);
    else {
      const held = { conversation: id, machine: machine.hash, number, request, since: draft.now, until: refused.until };
      holdWithin(draft, held, refused);
    }
  }
  turn.said = number;
  turn.labels = saidLabels(content, choices);
  return true;
}

export function failureOf({ reason, until }: Refused): ConversationFailure {
  const code = reason === 'quiet hours' ? 'quiet-hours' : 'frequency-cap';
  return new ConversationFailure(code, `${reason}: the message might leave at ${new Date(until).toISOString()}`);
}

/** As far as the definition says, at this moment. */
export function allowanceNow(draft: Draft, machine: Machine, policy: SendPolicy): Allowance {
  const { now, state } = draft;
  return allowanceOf(policy, { now, zone: zoneOf(draft, machine), unprompted: state.unprompted ?? [] });
}

/** What was said before goes before it: while that waits, this waits as well. */
function refusalOf(draft: Draft, { id }: ConversationDraft, machine: Machine, policy: SendPolicy): Refused | undefined {
  const allowance = allowanceNow(draft, machine, policy);
  const before = heldOf(draft, id).at(-1);
  if (allowance === 'now')
    return before && { otherwise: 'hold', reason: 'an earlier message waits', until: before.until };
  if (!before || allowance.otherwise !== 'hold') return allowance;
  return { ...allowance, until: Math.max(allowance.until, before.until) as Millis };
}

function holdWithin(draft: Draft, held: HeldMessage, { reason }: Refused): void {
  if ((draft.state.held ?? []).length >= MAX_HELD_MESSAGES)
    throw new ConversationFailure('messages-held', `${MAX_HELD_MESSAGES} messages wait already`);
  hold(draft, held, reason);
}

/** An answer to what the person just wrote. */
function isAnswer({ now }: Draft, { reply, opening }: ConversationDraft): boolean {
  const heardAt = Math.max(reply?.at ?? -Infinity, opening?.at ?? -Infinity);
  return now - heardAt <= ANSWER_WITHIN_MS;
}

/** What the conversation said before the answer goes before it. */
function releaseAll(draft: Draft, { id }: ConversationDraft): void {
  for (const held of heldOf(draft, id)) {
    takeHeld(draft, held, 'cancelled');
    leave(draft, held, false);
  }
}

/** It is requested. `counts`: it answers nothing, so caps count it. */
export function leave(
  draft: Draft,
  { conversation, request }: Pick<HeldMessage, 'conversation' | 'request'>,
  counts: boolean,
): void {
  draft.emit('messaging', 'message.requested', request, conversation);
  if (!counts || !draft.isCounting) return;
  const since = draft.now - MAX_CAP_PERIOD_MS;
  const before = (draft.state.unprompted ?? []).filter((at) => at > since);
  draft.update({ unprompted: [...before, draft.now].slice(-MAX_CAP_MESSAGES) });
}
