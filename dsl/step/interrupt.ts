/**
 * `anytime`: an interrupt runs in the flow that declares it, while what waits there, or in a flow above it, is set aside.
 * As long as the interrupt does not wait itself, no clock stops: the common case leaves no trace among the timers.
 */
import type { DataAnswer, Frame, Interrupted, Wait } from '../contact.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import type { Target } from '../machine/nodes.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { topOf, updateTop } from './frames.ts';
import { cancel, pauseLifetime, runLifetime, schedule } from './timers.ts';

export interface InterruptFound {
  /** Of the flow that declares it, among the conversation's. */
  readonly frame: number;
  readonly to: Target;
}

/** The interrupt that a word (folded) means now: of the running flow first; one that is interrupted already has none. */
export function interruptOf(
  machine: Machine,
  conversation: ConversationDraft,
  word: string,
): InterruptFound | undefined {
  const locales = [conversation.locale, ...machine.locales];
  for (let frame = conversation.frames.length - 1; frame >= 0; frame--) {
    const { flow: name = '', interrupted } = conversation.frames[frame] ?? {};
    if (interrupted) continue;
    const flow = flowOf(machine, name);
    for (const locale of locales) {
      const words = flow.interruptWords[locale];
      const entry = words && Object.hasOwn(words, word) ? flow.interrupts[words[word] ?? -1] : undefined;
      if (entry) return { frame, to: entry.to };
    }
  }
  return undefined;
}

/** Sets aside what waits; the flow that declares the interrupt is the running one afterwards. */
export function interrupt(conversation: ConversationDraft, frame: number): void {
  const { wait, frames } = conversation;
  conversation.frames = frames.slice(0, frame + 1);
  const { at } = topOf(conversation);
  const interrupted: Interrupted = { wait, above: frames.slice(frame + 1), ...(at === undefined ? {} : { at }) };
  updateTop(conversation, { interrupted });
}

/** The conversation comes to rest elsewhere: the clocks of what it interrupted stop. */
export function stopInterruptedClocks(draft: Draft, conversation: ConversationDraft): void {
  updateInterrupted(conversation, (interrupted) => {
    const timer = timerOf(conversation, interrupted.wait);
    if (!timer || interrupted.wait.for !== 'reply') return interrupted;
    cancel(draft, conversation, timer.id);
    return { ...interrupted, leftMs: Math.max(0, timer.due - draft.now) };
  });
}

/** All that is set aside, also in what is set aside itself. */
export function updateInterrupted(
  conversation: Pick<ConversationDraft, 'frames'>,
  change: (interrupted: Interrupted) => Interrupted,
): void {
  const { frames } = conversation;
  if (frames.some(({ interrupted }) => interrupted)) conversation.frames = changed(frames, change);
}

function changed(frames: readonly Frame[], change: (interrupted: Interrupted) => Interrupted): readonly Frame[] {
  return frames.map((frame) => {
    const { interrupted } = frame;
    if (!interrupted) return frame;
    return { ...frame, interrupted: change({ ...interrupted, above: changed(interrupted.above, change) }) };
  });
}

/** Waits on where the running flow was interrupted. A clock that stopped goes on; a delay ends when it would have. */
export function resume(draft: Draft, conversation: ConversationDraft): Resumed {
  const { interrupted, ...frame } = topOf(conversation);
  if (!interrupted) throw new Error(`conversation ${conversation.id} resumes without an interrupt`);
  const { at, ...resting } = frame;
  const under: Frame = interrupted.at === undefined ? resting : { ...resting, at: interrupted.at };
  conversation.frames = [...conversation.frames.slice(0, -1), under, ...interrupted.above];
  let { wait } = interrupted;
  if (wait.for === 'reply') {
    if (interrupted.leftMs !== undefined)
      wait = { ...wait, timer: schedule(draft, conversation, 'reply', draft.now + interrupted.leftMs) };
    runLifetime(draft, conversation);
  } else pauseLifetime(draft, conversation);
  conversation.wait = wait;
  return { wait, answer: interrupted.answer, undeliverable: interrupted.undeliverable };
}

interface Resumed {
  readonly wait: Wait;
  readonly answer: DataAnswer | undefined;
  readonly undeliverable: string | undefined;
}

/** What the running flow's interrupt interrupted is given up. */
export function giveUpInterrupted(draft: Draft, conversation: ConversationDraft): void {
  const { interrupted, ...frame } = topOf(conversation);
  if (!interrupted) return;
  for (const { timer } of waitsIn(interrupted)) cancel(draft, conversation, timer);
  conversation.frames = [...conversation.frames.slice(0, -1), frame];
}

/** What waits there, also what an interrupt of a flow above had set aside before. */
function waitsIn({ wait, above }: Interrupted): readonly Wait[] {
  return [wait, ...above.flatMap(({ interrupted }) => (interrupted ? waitsIn(interrupted) : []))];
}

function timerOf({ timers }: ConversationDraft, wait: Wait) {
  return timers.find(({ id }) => id === wait.timer);
}
