/**
 * Events that conversations wait for: taken by a `listen` or an interrupt, each once per conversation; set aside while
 * an interrupt or people of ours are at work. What comes for a wait that is over changes nothing.
 */
import type { SetAside } from '../contact.ts';
import { MAX_SET_ASIDE_BYTES } from '../limits.ts';
import { flowOf } from '../machine/machine.ts';
import { awaitsOf } from './awaits.ts';
import type { AwaitRefusedData, Machines, MatchedData } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { ConversationFailure } from './finish.ts';
import { hopsOf } from './hops.ts';
import { interrupt } from './interrupt.ts';
import { accepts, takenBy } from './listen.ts';
import { hasSeen, isRepeated, markOf } from './repeats.ts';
import { machineOf } from './reply.ts';
import { fail, run } from './run.ts';
import { dropSetAside } from './set-aside.ts';
import { nodeAt, type Turn } from './turn.ts';

export function eventMatched(machines: Machines, draft: Draft, { conversation: id, ...aside }: MatchedData): void {
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  draft.causeHops = hopsOf(aside.event);
  if (!conversation || offer(machines, draft, conversation, aside) !== 'later') return;
  const setAside = [...(conversation.setAside ?? []), aside];
  if (setAside.length > 1 && JSON.stringify(setAside).length > MAX_SET_ASIDE_BYTES) {
    const { id: event, type } = aside.event;
    const reason = 'more came while an interrupt or a hand-off was at work than is kept';
    draft.emit('external', 'external.rejected', { event, type, reason, definition: conversation.definition });
    return;
  }
  conversation.setAside = setAside;
  draft.touch();
}

/** Too many conversations wait for the same value. */
export function awaitRefused(
  machines: Machines,
  draft: Draft,
  { conversation: id, awaiting, reason }: AwaitRefusedData,
): void {
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (!conversation || !awaitsOf(conversation).some((one) => one.id === awaiting)) return;
  draft.causeHops = conversation.hops;
  const machine = machineOf(machines, conversation);
  const { state } = nodeAt(machine, conversation, conversation.wait.node);
  fail({ draft, conversation, machine }, state, new ConversationFailure('waits-exceeded', reason));
}

/** Takes what was set aside and can be taken by now. */
export function takeSetAside(machines: Machines, draft: Draft): void {
  for (const conversation of [...draft.conversations]) {
    for (let at = 0; ;) {
      const aside = conversation.setAside?.[at];
      if (!aside || conversation.parked || !draft.conversations.includes(conversation)) break;
      const offered = offer(machines, draft, conversation, aside);
      if (offered === 'later') {
        at += 1;
        continue;
      }
      dropSetAside(conversation, aside);
      draft.touch();
      at = 0;
    }
  }
}

/** `later`: what waits for it is set aside itself. `no`: nothing waits for it (any more), or it does not fit. */
function offer(
  machines: Machines,
  draft: Draft,
  conversation: ConversationDraft,
  aside: SetAside,
): 'taken' | 'later' | 'no' {
  const { wait, frames } = conversation;
  const { awaiting, event } = aside;
  if (hasSeen(draft, markOf(conversation, event))) return 'no';
  const machine = machineOf(machines, conversation);
  const turn: Turn = { draft, conversation, machine, event };
  if (wait.for === 'event' && wait.awaiting.id === awaiting) {
    return attempt(turn, () => {
      const jump = takenBy(turn, wait, aside);
      return (
        jump &&
        (() => {
          run(turn, jump.to, stateOf(turn), jump.reason);
        })
      );
    });
  }
  const frame = frames.findIndex(({ awaited, interrupted }) => awaited?.id === awaiting && !interrupted);
  if (frame >= 0 && wait.for !== 'handoff') return attempt(turn, () => interruptBy(turn, frame, aside));
  return awaitsOf(conversation).some(({ id }) => id === awaiting) ? 'later' : 'no';
}

/** What follows, where the frame's flow declares an interrupt that takes the event. */
function interruptBy(turn: Turn, frame: number, { correlation, event }: SetAside): (() => void) | undefined {
  const { conversation, machine } = turn;
  const frames = conversation.frames.slice(0, frame + 1);
  const { flow = '', awaited } = frames.at(-1) ?? {};
  const entries = flowOf(machine, flow).interrupts.flatMap(({ on, to }) => (on ? [{ on, to }] : []));
  const seen = { ...turn, conversation: { ...conversation, frames }, event };
  const entry = entries.find(({ on }, at) => awaited?.values[at]?.correlation === correlation && accepts(seen, on));
  if (!entry) return undefined;
  return () => {
    const state = stateOf(turn);
    interrupt(conversation, frame);
    run(turn, entry.to, state, 'interrupt');
  };
}

/** An expression that fails on the event is the conversation's failure. */
function attempt(turn: Turn, find: () => (() => void) | undefined): 'taken' | 'no' {
  const { draft, conversation, event } = turn;
  try {
    const follow = find();
    if (!follow) return 'no';
    if (event) isRepeated(draft, markOf(conversation, event));
    follow();
  } catch (error) {
    fail(turn, stateOf(turn), error);
  }
  return 'taken';
}

function stateOf({ machine, conversation }: Turn): string {
  return nodeAt(machine, conversation, conversation.wait.node).state;
}
