/** `listen`: a conversation waits for events of the customer's own. */
import type { Event } from '../../channels/event.ts';
import type { EventWait, SetAside } from '../contact.ts';
import { programOf } from '../expression/program.ts';
import type { AwaitRestNode, AwaitedEvent, ListenNode, Node } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { awaitingOf } from './awaits.ts';
import { runningFlow } from './frames.ts';
import { stopInterruptedClocks } from './interrupt.ts';
import { hasSeen, isRepeated, markOf } from './repeats.ts';
import { dropSetAside } from './set-aside.ts';
import { cancel, isOver, isoOf, pauseLifetime, schedule } from './timers.ts';
import { trace } from './trace.ts';
import { nodeAt, type Outcome, type Turn } from './turn.ts';

export function listen(turn: Turn, node: ListenNode & { readonly state: string }, at: number): Outcome {
  const { conversation, draft } = turn;
  const awaiting = awaitingOf(turn, node.events, 'flow');
  stopInterruptedClocks(draft, conversation);
  pauseLifetime(draft, conversation);
  const due = draft.now + node.withinMs;
  const timer = schedule(draft, conversation, 'event', due);
  conversation.wait = { for: 'event', node: at, since: draft.now, awaiting, came: [], timer };
  const waiting = { state: node.state, for: 'event', until: isoOf(due) };
  draft.emit('conversations', 'conversation.waiting', waiting, conversation.id);
  return 'rest';
}

/** One of the events that are all waited for has had its say. */
export function awaitRest(turn: Turn, node: AwaitRestNode & { readonly state: string }): Outcome {
  const { conversation, draft } = turn;
  const { wait } = conversation;
  const { events, done } = listenAt(turn, node.listen);
  if (wait.for !== 'event' || done === undefined)
    throw new Error(`conversation ${conversation.id} waits for further events without having listened`);
  if (wait.came.length === events.length) {
    cancel(draft, conversation, wait.timer);
    return { to: done, reason: 'event' };
  }
  if (isOver(conversation, wait)) return afterTimeOut(turn, wait);
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'event' }, conversation.id);
  return 'rest';
}

/** Where an event leads that came for the current wait; undefined where that does not take it. */
export function takenBy(turn: Turn, wait: EventWait, { correlation, event }: SetAside): Jump | undefined {
  const { draft, conversation, machine } = turn;
  const node = listenAt(turn, wait.node);
  const index = node.events.findIndex(
    (entry, at) =>
      !wait.came.includes(at) &&
      wait.awaiting.values[at]?.correlation === correlation &&
      accepts({ ...turn, event }, entry),
  );
  const entry = node.events[index];
  if (!entry) return undefined;
  trace(draft, machine, conversation, wait.node, `event ${index}`);
  if (node.done === undefined) cancel(draft, conversation, wait.timer);
  else conversation.wait = { ...wait, came: [...wait.came, index] };
  return { to: entry.to, reason: 'event', from: wait.node };
}

type Jump = Exclude<Outcome, string>;

/** What `when` says of an event, in the running flow. Throws `ExpressionError`. */
export function accepts(turn: Turn & { readonly event: Event }, { when }: AwaitedEvent): boolean {
  if (when === undefined) return true;
  const program = programOf(turn.machine, runningFlow(turn.machine, turn.conversation));
  return program.evaluateBoolean('flow', when, activationOf(turn));
}

/** Its time passed while an interrupt was at work: what came before that, or after, is taken all the same. */
export function afterTimeOut(turn: Turn, wait: EventWait): Jump {
  const { draft, conversation } = turn;
  for (const aside of conversation.setAside ?? []) {
    const { event } = aside;
    if (aside.awaiting !== wait.awaiting.id) continue;
    dropSetAside(conversation, aside);
    if (hasSeen(draft, markOf(conversation, event))) continue;
    const jump = takenBy(turn, wait, aside);
    if (!jump) continue;
    isRepeated(draft, markOf(conversation, event));
    turn.event = event;
    return jump;
  }
  return listenTimedOut(turn, wait);
}

/** Where it leads that nothing came in time. */
export function listenTimedOut(turn: Turn, wait: EventWait): Jump {
  const { silence } = listenAt(turn, wait.node);
  trace(turn.draft, turn.machine, turn.conversation, wait.node, 'silence 0');
  return { to: silence, reason: 'silence', from: wait.node };
}

function listenAt({ machine, conversation }: Turn, index: number): Node & ListenNode {
  const node = nodeAt(machine, conversation, index);
  if (node.op !== 'listen') throw new Error(`conversation ${conversation.id} waits for events at a ${node.op}`);
  return node;
}
