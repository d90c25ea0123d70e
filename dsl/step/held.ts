/** Messages that wait until they may leave: they are the contact's, for they outlive their conversation. */
import type { ConversationId } from '../../channels/brands.ts';
import { heldTimerOf, type HeldMessage } from '../contact.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { isoOf } from './timers.ts';

/** In the order in which they were said. */
export function heldOf(draft: Draft, conversation: ConversationId): readonly HeldMessage[] {
  const held = draft.state.held?.filter((one) => one.conversation === conversation) ?? [];
  return held.sort((a, b) => a.number - b.number);
}

export function isHeld(draft: Draft, { id }: Pick<ConversationDraft, 'id'>, number: number): boolean {
  return draft.state.held?.some((held) => held.conversation === id && held.number === number) ?? false;
}

export function hold(draft: Draft, held: HeldMessage, reason: string): void {
  const others = (draft.state.held ?? []).filter((other) => !isSame(other, held));
  draft.update({ held: [...others, held] });
  const { conversation, request, until } = held;
  const { id, due } = heldTimerOf(held);
  draft.emit('messaging', 'message.held', { message: request.message, reason, until: isoOf(until) }, conversation);
  draft.emit('timers', 'timer.scheduled', { timer: id, due: isoOf(due) }, conversation);
}

/** It leaves now, or never; `fired`: its own time has come. */
export function takeHeld(draft: Draft, held: HeldMessage, how: 'fired' | 'cancelled'): void {
  const rest = (draft.state.held ?? []).filter((other) => !isSame(other, held));
  draft.update({ held: rest });
  const { id, due } = heldTimerOf(held);
  const data = how === 'fired' ? { timer: id, due: isoOf(due) } : { timer: id };
  draft.emit('timers', `timer.${how}`, data, held.conversation);
}

export function block(
  draft: Draft,
  { request, conversation }: Pick<HeldMessage, 'request' | 'conversation'>,
  reason: string,
): void {
  draft.emit('messaging', 'message.blocked', { message: request.message, reason }, conversation);
}

export function dropHeld(draft: Draft, dropped: readonly HeldMessage[], reason: string): void {
  for (const held of dropped) {
    takeHeld(draft, held, 'cancelled');
    block(draft, held, reason);
  }
}

export function dropHeldOf(draft: Draft, conversation: ConversationId, reason: string): void {
  dropHeld(draft, heldOf(draft, conversation), reason);
}

function isSame(a: HeldMessage, b: HeldMessage): boolean {
  return a.conversation === b.conversation && a.number === b.number;
}
