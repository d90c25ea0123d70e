import type { Millis } from '../../channels/brands.ts';
import type { Wait } from '../contact.ts';
import type { ConversationDraft, Draft } from './draft.ts';

/** What a deadline is for; also the first part of a timer's id. */
export type Purpose = 'reply' | 'delay' | 'data' | 'handoff' | 'event' | 'lifetime';

export function purposeOf(timer: string): Purpose {
  return timer.slice(0, timer.lastIndexOf('-')) as Purpose;
}

export function schedule(draft: Draft, conversation: ConversationDraft, purpose: Purpose, due: number): string {
  conversation.timersSet += 1;
  const id = `${purpose}-${conversation.timersSet.toString()}`;
  conversation.timers = [...conversation.timers, { conversation: conversation.id, id, due: due as Millis }];
  draft.emit('timers', 'timer.scheduled', { timer: id, due: isoOf(due) }, conversation.id);
  return id;
}

export function cancel(draft: Draft, conversation: ConversationDraft, id: string | undefined): void {
  if (id === undefined || !conversation.timers.some((timer) => timer.id === id)) return;
  conversation.timers = conversation.timers.filter((timer) => timer.id !== id);
  draft.emit('timers', 'timer.cancelled', { timer: id }, conversation.id);
}

/** Its clock has run out, which matters where an interrupt was at work meanwhile. */
export function isOver({ timers }: ConversationDraft, wait: Pick<Wait, 'timer'>): boolean {
  return !timers.some(({ id }) => id === wait.timer);
}

export function cancelAll(draft: Draft, conversation: ConversationDraft): void {
  for (const timer of conversation.timers) cancel(draft, conversation, timer.id);
}

/** The lifetime counts waiting for people: its timer runs during a `reply` wait and stands still during a delay. */
export function runLifetime(draft: Draft, conversation: ConversationDraft): void {
  if (lifetimeTimerOf(conversation)) return;
  schedule(draft, conversation, 'lifetime', draft.now + conversation.lifetimeLeftMs);
}

export function pauseLifetime(draft: Draft, conversation: ConversationDraft): void {
  const timer = lifetimeTimerOf(conversation);
  if (!timer) return;
  conversation.lifetimeLeftMs = Math.max(0, timer.due - draft.now);
  cancel(draft, conversation, timer.id);
}

function lifetimeTimerOf(conversation: ConversationDraft) {
  return conversation.timers.find((timer) => purposeOf(timer.id) === 'lifetime');
}

export function isoOf(millis: number): string {
  return new Date(millis).toISOString();
}
