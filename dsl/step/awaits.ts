/** What conversations wait for where events with a value come together, and that place told of it. */
import type { ConversationId } from '../../channels/brands.ts';
import { correlationKeyOf } from '../correlation.ts';
import type { AwaitedValue, Awaiting, Frame, Wait } from '../contact.ts';
import { ExpressionError } from '../expression/program.ts';
import { ValueError } from '../expression/values.ts';
import { MAX_KEY_CHARACTERS } from '../limits.ts';
import type { AwaitedEvent } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { AWAITED, AWAITED_NO_MORE, type AwaitedData } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { runningFlow, updateTop } from './frames.ts';
import { programIn, type Turn } from './turn.ts';

/** Throws `ExpressionError` where a value is none. */
export function awaitingOf(turn: Turn, events: readonly AwaitedEvent[], place: 'begin' | 'flow'): Awaiting {
  const { conversation } = turn;
  const program = programIn(turn);
  const activation = activationOf(turn);
  const values = events.map((event): AwaitedValue => {
    const value = program.evaluate(place, event.equals, activation);
    if (typeof value !== 'string') throw new ExpressionError(event.equals, new ValueError('gives no text'));
    return { correlation: correlationKeyOf(event, value), value: value.slice(0, MAX_KEY_CHARACTERS) };
  });
  conversation.awaits = (conversation.awaits ?? 0) + 1;
  return { id: `${conversation.id}/w${conversation.awaits.toString()}`, values };
}

/** The running flow has just begun: its interrupts by events begin to wait. */
export function awaitInterrupts(turn: Turn): void {
  const events = runningFlow(turn.machine, turn.conversation).interrupts.flatMap(({ on }) => on ?? []);
  if (events.length > 0) updateTop(turn.conversation, { awaited: awaitingOf(turn, events, 'begin') });
}

/** All that a conversation waits for, also what an interrupt has set aside. */
export function awaitsOf({ frames, wait }: { readonly frames: readonly Frame[]; readonly wait: Wait }): Awaiting[] {
  const ofFrames = frames.flatMap(({ awaited, interrupted }) => [
    ...(awaited ? [awaited] : []),
    ...(interrupted ? awaitsOf({ frames: interrupted.above, wait: interrupted.wait }) : []),
  ]);
  return wait.for === 'event' ? [...ofFrames, wait.awaiting] : ofFrames;
}

/**
 * Says at the end of a step what is waited for since, and what no more. By comparison: however a conversation goes on
 * or ends, nothing waits for it any longer than it does itself.
 */
export function announceAwaits(draft: Draft): void {
  const before = registrationsOf(draft, draft.before?.conversations ?? []);
  const after = registrationsOf(draft, draft.conversations);
  if (before === after) return;
  for (const [id, { correlation, data }] of before) if (!after.has(id)) draft.tell(correlation, AWAITED_NO_MORE, data);
  for (const [id, { correlation, data }] of after) if (!before.has(id)) draft.tell(correlation, AWAITED, data);
}

const NONE: ReadonlyMap<string, Registration> = new Map();

interface Registration extends Pick<AwaitedValue, 'correlation'> {
  readonly data: AwaitedData;
}

function registrationsOf(
  { state: { key: contact } }: Draft,
  conversations: readonly (Pick<ConversationDraft, 'frames' | 'wait' | 'awaits'> & { readonly id: ConversationId })[],
): ReadonlyMap<string, Registration> {
  // Most conversations never wait for an event.
  if (conversations.every(({ awaits }) => awaits === undefined)) return NONE;
  const found = new Map<string, Registration>();
  for (const conversation of conversations) {
    for (const { id: awaiting, values } of awaitsOf(conversation)) {
      for (const { correlation } of values)
        found.set(`${awaiting} ${correlation}`, {
          correlation,
          data: { contact, conversation: conversation.id, awaiting },
        });
    }
  }
  return found;
}
