import type { Timer } from '../contact.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { dataAnswered, NO_ANSWER } from './fetch.ts';
import { finish } from './finish.ts';
import { handoffTimedOut } from './handoff.ts';
import { listenTimedOut } from './listen.ts';
import { heldTimePassed } from './release.ts';
import { askedOf, machineOf } from './reply.ts';
import { haveItsSay, run } from './run.ts';
import { isoOf, purposeOf } from './timers.ts';
import { trace } from './trace.ts';
import { nodeAt } from './turn.ts';

/** A deadline that nothing waits for any more (a reply came first, the conversation ended) changes nothing. */
export function deadlinePassed(machines: Machines, draft: Draft, timer: Timer): void {
  if (heldTimePassed(machines, draft, timer)) return;
  const conversation = draft.conversations.find(({ id }) => id === timer.conversation);
  const known = conversation?.timers.find(({ id }) => id === timer.id);
  if (!conversation || !known) return;
  const machine = machineOf(machines, conversation);
  conversation.timers = conversation.timers.filter((other) => other !== known);
  draft.emit('timers', 'timer.fired', { timer: known.id, due: isoOf(known.due) }, conversation.id);
  const { state } = nodeAt(machine, conversation, conversation.wait.node);
  switch (purposeOf(known.id)) {
    case 'lifetime':
      expire(draft, conversation, machine, state);
      return;
    case 'data':
      if (conversation.wait.for === 'data' && conversation.wait.timer === known.id)
        dataAnswered(machines, draft, conversation.wait.request, NO_ANSWER);
      return;
    case 'delay':
      // Where an interrupt waits itself, it goes on once that has ended.
      if (conversation.wait.timer !== known.id) return;
      resume(machines, draft, conversation, conversation.wait.node + 1, state, 'delay');
      return;
    case 'event': {
      const { wait } = conversation;
      if (wait.for !== 'event' || wait.timer !== known.id) return;
      const turn = { draft, conversation, machine };
      const { to, reason } = listenTimedOut(turn, wait);
      run(turn, to, state, reason);
      return;
    }
    case 'handoff':
      handoffTimedOut(machines, draft, conversation);
      return;
    case 'reply':
      timeOut(machines, draft, conversation);
  }
}

function expire(draft: Draft, conversation: ConversationDraft, machine: Machine, state: string): void {
  const { expired } = flowOf(machine, MAIN);
  if (expired === undefined) {
    finish(draft, conversation, 'conversation.expired', { state });
    return;
  }
  const ending = { type: 'conversation.expired', data: { state } } as const;
  haveItsSay({ draft, conversation, machine, ending }, expired, state, 'expired');
}

function timeOut(machines: Machines, draft: Draft, conversation: ConversationDraft): void {
  const { wait } = conversation;
  if (wait.for !== 'reply') return;
  const { ask, state, machine } = askedOf(machines, conversation, wait);
  const exit = ask.silence[wait.stage];
  if (!exit) throw new Error(`conversation ${conversation.id} has no silence ${wait.stage} at "${state}"`);
  trace(draft, machine, conversation, wait.node, `silence ${wait.stage}`);
  conversation.wait = { ...wait, stage: wait.stage + 1 };
  resume(machines, draft, conversation, exit.to, state, 'silence');
}

function resume(
  machines: Machines,
  draft: Draft,
  conversation: ConversationDraft,
  at: number,
  state: string,
  reason: 'delay' | 'silence',
): void {
  const machine = machineOf(machines, conversation);
  const turn = { draft, conversation, machine };
  run(turn, at, state, reason);
}
