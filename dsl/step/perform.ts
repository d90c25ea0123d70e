/** What each kind of node does. */
import { createHash } from 'node:crypto';
import type { LoopNode, Node, SplitNode, Target } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { ask, askAt, waitAgain } from './ask.ts';
import { call, end } from './call.ts';
import { delay } from './delay.ts';
import { emit } from './emit.ts';
import { afterAnswer, fetch, NO_ANSWER } from './fetch.ts';
import { ConversationFailure, finish } from './finish.ts';
import { restart, topOf, updateTop } from './frames.ts';
import { handOff } from './handoff.ts';
import { giveUpInterrupted, resume } from './interrupt.ts';
import { afterTimeOut, awaitRest, listen } from './listen.ts';
import { say } from './send.ts';
import { isOver } from './timers.ts';
import { trace } from './trace.ts';
import { nodeAt, programIn, type Outcome, type Turn } from './turn.ts';
import { update } from './update-node.ts';
import { set } from './variables.ts';

/** Of which the shares of a split are parts. */
const ALL_SHARES = 100;

export function perform(turn: Turn, node: Node, at: number): Outcome {
  switch (node.op) {
    case 'say':
      say(turn, node.state, node, node.choices);
      return 'next';
    case 'ask':
      return ask(turn, node, at);
    case 'repeat': {
      const question = askAt(turn, node.ask);
      say(turn, node.state, question, question.choices);
      return 'next';
    }
    case 'wait-again':
      return waitAgain(turn, node);
    case 'listen':
      return listen(turn, node, at);
    case 'await-rest':
      return awaitRest(turn, node);
    case 'delay':
      return delay(turn, node, node.state, at);
    case 'branch': {
      const activation = activationOf(turn);
      const program = programIn(turn);
      const taken = node.cases.findIndex(({ when }) => program.evaluateBoolean('flow', when, activation));
      trace(turn.draft, turn.machine, turn.conversation, at, taken < 0 ? 'otherwise' : `case ${taken}`);
      return { to: node.cases[taken]?.to ?? node.otherwise, reason: 'branch' };
    }
    case 'set':
      set(turn, node);
      return 'next';
    case 'emit':
      emit(turn, node);
      return 'next';
    case 'update':
      update(turn, node);
      return 'next';
    case 'goto':
      return { to: node.to, reason: 'goto' };
    case 'fetch':
      return fetch(turn, node, at);
    case 'handoff':
      return handOff(turn, node, at);
    case 'split':
      return { to: shareOf(turn, node), reason: 'split' };
    case 'begin-loop':
      updateTop(turn.conversation, { rounds: { ...topOf(turn.conversation).rounds, [at + 1]: 0 } });
      return 'next';
    case 'loop':
      return loop(turn, node, at);
    case 'resume':
      return goOnWaiting(turn);
    case 'restart':
      giveUpInterrupted(turn.draft, turn.conversation);
      restart(turn.machine, turn.conversation);
      return { to: 0, reason: 'restart', from: -1 };
    case 'leave':
      giveUpInterrupted(turn.draft, turn.conversation);
      turn.ending = undefined;
      return 'next';
    case 'fail':
      return fail(turn);
    case 'call':
      return call(turn, node, at);
    case 'end':
      return end(turn, node.outcome);
  }
}

/** The same for one person at one step of one definition, in every conversation and version. */
function shareOf({ draft, machine }: Turn, node: Node & SplitNode): Target {
  const digest = createHash('sha256').update(`${draft.state.key}\n${machine.name}\n${node.state}`).digest();
  let at = digest.readUInt32BE(0) % ALL_SHARES;
  for (const { share, to } of node.shares) {
    if (at < share) return to;
    at -= share;
  }
  throw new Error(`the shares at "${node.state}" of machine ${machine.hash} do not make ${ALL_SHARES}`);
}

function loop(turn: Turn, node: LoopNode, at: number): Outcome {
  const { conversation } = turn;
  if (node.while !== undefined && !programIn(turn).evaluateBoolean('flow', node.while, activationOf(turn)))
    return { to: node.done, reason: 'repeat' };
  const { rounds } = topOf(conversation);
  const begun = rounds?.[at] ?? 0;
  if (begun >= node.most) return { to: node.exhausted, reason: 'exhausted' };
  updateTop(conversation, { rounds: { ...rounds, [at]: begun + 1 } });
  return 'next';
}

/** The author's word on it was the last one. */
function fail({ draft, conversation, ending }: Turn): Outcome {
  if (!ending) throw new Error(`conversation ${conversation.id} fails without a failure`);
  finish(draft, conversation, ending.type, ending.data);
  return 'rest';
}

/** What came while the interrupt was at work is taken now. */
function goOnWaiting(turn: Turn): Outcome {
  const { draft, conversation, machine } = turn;
  const { wait, answer, undeliverable } = resume(draft, conversation);
  const { state } = nodeAt(machine, conversation, wait.node);
  if (undeliverable !== undefined) throw new ConversationFailure('message-undeliverable', undeliverable, state);
  if (wait.for !== 'reply' && isOver(conversation, wait)) {
    if (wait.for === 'data') return { ...afterAnswer(turn, wait, answer ?? NO_ANSWER), from: wait.node };
    return wait.for === 'event' ? afterTimeOut(turn, wait) : { to: wait.node + 1, reason: 'delay' };
  }
  draft.emit('conversations', 'conversation.waiting', { state, for: wait.for }, conversation.id);
  return 'rest';
}
