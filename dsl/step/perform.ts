/** What each kind of node does. */
import { createHash } from 'node:crypto';
import type { ReplyWait } from '../contact.ts';
import { conform, conformFields, ValueError } from '../expression/values.ts';
import type { Activation } from '../expression/program.ts';
import { ExpressionError } from '../expression/program.ts';
import type { Json } from '../json.ts';
import { MAX_VALUES_BYTES, MAX_WAIT_MS } from '../limits.ts';
import { flowOf } from '../machine/machine.ts';
import type {
  AskNode,
  CallNode,
  DelayNode,
  LoopNode,
  Node,
  SetNode,
  SplitNode,
  Target,
  WaitAgainNode,
} from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import { nextLocalTime } from '../text/local-time.ts';
import { activationOf, zoneOf } from './activation.ts';
import { awaitInterrupts } from './awaits.ts';
import type { ConversationDraft } from './draft.ts';
import { emit } from './emit.ts';
import { conformed, ConversationFailure, finish } from './finish.ts';
import { afterAnswer, fetch, NO_ANSWER } from './fetch.ts';
import { beginning, enter, leave, restart, runningFlow, topOf, updateTop } from './frames.ts';
import { handOff } from './handoff.ts';
import { giveUpInterrupted, resume, stopInterruptedClocks } from './interrupt.ts';
import { isHeld } from './held.ts';
import { afterTimeOut, awaitRest, listen } from './listen.ts';
import { say } from './send.ts';
import { isoOf, isOver, pauseLifetime, runLifetime, schedule } from './timers.ts';
import { trace } from './trace.ts';
import { update } from './update-node.ts';
import { nodeAt, programIn, type Outcome, type Turn } from './turn.ts';

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
      const activation = activate(turn);
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

function activate(turn: Turn): Activation {
  return activationOf(turn);
}

function askAt(turn: Turn, index: number): Node & AskNode {
  const node = nodeAt(turn.machine, turn.conversation, index);
  if (node.op !== 'ask') throw new Error(`node ${index} of machine ${turn.machine.hash} is no ask`);
  return node;
}

/** A question that is left out can get no reply: it is left as by silence. */
function ask(turn: Turn, node: Node & AskNode, at: number): Outcome {
  if (say(turn, node.state, node, node.choices)) {
    return awaitReply(turn, node, at, { stage: 0, misses: 0, withinMs: node.withinMs });
  }
  const { to, way } = unanswered(node);
  trace(turn.draft, turn.machine, turn.conversation, at, way);
  return { to, reason: 'silence' };
}

/** Where a question leads that never gets a reply. */
export function unanswered({ silence }: AskNode): { readonly to: Target; readonly way: string } {
  const last = silence.length - 1;
  return { to: silence[last]?.to ?? 0, way: `silence ${last}` };
}

/** The clock starts when the newest message is sent; where this turn said nothing, now. */
function awaitReply(
  turn: Turn,
  node: Node & AskNode,
  at: number,
  { stage, misses, withinMs, labels: before }: Pick<ReplyWait, 'stage' | 'misses' | 'withinMs' | 'labels'>,
): Outcome {
  const { conversation, draft } = turn;
  const { said, labels = before } = turn;
  stopInterruptedClocks(draft, conversation);
  if (said !== undefined && isHeld(draft, conversation, said)) pauseLifetime(draft, conversation);
  else runLifetime(draft, conversation);
  const from = node.from === undefined ? {} : { from: node.from };
  const shown = labels === undefined ? {} : { labels };
  const wait = { for: 'reply', node: at, stage, misses, withinMs, since: draft.now, ...from, ...shown } as const;
  if (said !== undefined) conversation.wait = { ...wait, message: said };
  else conversation.wait = { ...wait, timer: schedule(draft, conversation, 'reply', draft.now + withinMs) };
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'reply' }, conversation.id);
  return 'rest';
}

function waitAgain(turn: Turn, node: WaitAgainNode): Outcome {
  const { wait } = turn.conversation;
  if (wait.for !== 'reply') throw new Error(`conversation ${turn.conversation.id} waits again without having asked`);
  const ask = askAt(turn, node.ask);
  return awaitReply(turn, ask, node.ask, { ...wait, withinMs: node.withinMs ?? wait.withinMs });
}

function delay(turn: Turn, node: DelayNode, state: string, at: number): Outcome {
  const { conversation, draft } = turn;
  const due = dueOf(turn, node);
  if (due <= draft.now) return 'next';
  if (due - draft.now > MAX_WAIT_MS) {
    throw new ConversationFailure('wait-too-long', `the delay would end at ${isoOf(due)}, more than 400 days ahead`);
  }
  pauseLifetime(draft, conversation);
  stopInterruptedClocks(draft, conversation);
  const timer = schedule(draft, conversation, 'delay', due);
  conversation.wait = { for: 'delay', node: at, since: draft.now, timer };
  draft.emit('conversations', 'conversation.waiting', { state, for: 'delay', until: isoOf(due) }, conversation.id);
  return 'rest';
}

function dueOf(turn: Turn, { at, until, forMs = 0 }: DelayNode): number {
  if (at) return nextLocalTime(turn.draft.now, at, zoneOf(turn.draft, turn.machine));
  return until === undefined ? turn.draft.now + forMs : timeOf(turn, until);
}

function timeOf(turn: Turn, expression: string): number {
  const value = programIn(turn).evaluate('flow', expression, activate(turn));
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new ExpressionError(expression, new ValueError('gives no time'));
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
  if (node.while !== undefined && !programIn(turn).evaluateBoolean('flow', node.while, activate(turn)))
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
  const { wait, answer } = resume(draft, conversation);
  if (wait.for !== 'reply' && isOver(conversation, wait)) {
    if (wait.for === 'data') return { ...afterAnswer(turn, wait, answer ?? NO_ANSWER), from: wait.node };
    return wait.for === 'event' ? afterTimeOut(turn, wait) : { to: wait.node + 1, reason: 'delay' };
  }
  const { state } = nodeAt(machine, conversation, wait.node);
  draft.emit('conversations', 'conversation.waiting', { state, for: wait.for }, conversation.id);
  return 'rest';
}

function call(turn: Turn, node: CallNode, at: number): Outcome {
  const { conversation, machine } = turn;
  const flow = flowOf(machine, node.flow);
  const program = programIn(turn);
  const activation = activate(turn);
  const given: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.with)) given[name] = program.value('flow', value, activation);
  enter(
    conversation,
    at,
    beginning(
      node.flow,
      flow,
      conformed(() => conformFields(flow.inputs, given, 'inputs.')),
    ),
  );
  awaitInterrupts(turn);
  return { to: 0, reason: 'call', from: -1 };
}

/** Of the conversation; or of a call, which goes on by the outcome. */
function end({ draft, conversation, machine }: Turn, outcome: string): Outcome {
  if (conversation.frames.length === 1) {
    finish(draft, conversation, 'conversation.completed', { outcome });
    return 'rest';
  }
  const { flow, at = 0 } = leave(machine, conversation);
  const node = flowOf(machine, flow).nodes[at];
  const to = node?.op === 'call' ? (node.outcomes[outcome] ?? node.otherwise) : undefined;
  if (node?.op !== 'call' || to === undefined)
    throw new Error(`conversation ${conversation.id} has no way on from outcome ${outcome}`);
  trace(draft, machine, conversation, at, Object.hasOwn(node.outcomes, outcome) ? `outcome ${outcome}` : 'otherwise');
  return { to, reason: 'return', from: at };
}

/** All values see the variables as they were before: the order of the keys does not matter. */
function set(turn: Turn, node: SetNode): void {
  const { conversation, machine } = turn;
  const activation = activate(turn);
  const program = programIn(turn);
  const flow = runningFlow(machine, conversation);
  const vars: Record<string, Json> = { ...topOf(conversation).vars };
  for (const [name, value] of Object.entries(node.values)) {
    vars[name] = assignable(flow.vars[name], program.value('flow', value, activation), name);
  }
  keep(conversation, vars);
}

function assignable(type: ValueType | undefined, json: Json, name: string): Json {
  if (!type) throw new Error(`variable ${name} is not declared`);
  return conformed(() => conform(type, json, `vars.${name}`));
}

export function keep(conversation: ConversationDraft, vars: Readonly<Record<string, Json>>): void {
  if (JSON.stringify(vars).length > MAX_VALUES_BYTES) {
    throw new ConversationFailure('values-too-large', `the variables take more than ${MAX_VALUES_BYTES} bytes`);
  }
  updateTop(conversation, { vars });
}
