/** What each kind of node does. */
import { conform, ValueError } from '../expression/values.ts';
import type { Activation } from '../expression/program.ts';
import { ExpressionError } from '../expression/program.ts';
import type { Json } from '../json.ts';
import { MAX_TEXT_CHARACTERS, MAX_VALUES_BYTES, MAX_WAIT_MS } from '../limits.ts';
import type { AskNode, Choice, DelayNode, ListenNode, Node, SetNode, Text } from '../machine.ts';
import { activationOf } from './activation.ts';
import type { ConversationDraft } from './draft.ts';
import { ConversationFailure, finish } from './finish.ts';
import { isoOf, pauseLifetime, runLifetime, schedule } from './timers.ts';
import { nodeAt, type Outcome, type Turn } from './turn.ts';

export function perform(turn: Turn, node: Node, at: number): Outcome {
  switch (node.op) {
    case 'say':
      request(turn, node.state, node.text, node.choices);
      return 'next';
    case 'ask':
      request(turn, node.state, node.text, node.choices);
      return awaitReply(turn, node, at, 0, 0, node.withinMs);
    case 'repeat': {
      const ask = askAt(turn, node.ask);
      request(turn, node.state, ask.text, ask.choices);
      return 'next';
    }
    case 'listen':
      return listen(turn, node);
    case 'delay':
      return delay(turn, node, node.state, at);
    case 'branch': {
      const activation = activate(turn);
      for (const { when, to } of node.cases) {
        if (turn.program.evaluateBoolean('flow', when, activation)) return { to, reason: 'branch' };
      }
      return { to: node.otherwise, reason: 'branch' };
    }
    case 'set':
      set(turn, node);
      return 'next';
    case 'emit': {
      const data = turn.program.value('flow', node.data, activate(turn));
      turn.draft.emit('external', node.type, data, turn.conversation.id);
      return 'next';
    }
    case 'goto':
      return { to: node.to, reason: 'goto' };
    case 'end':
      finish(turn.draft, turn.conversation, 'conversation.completed', { outcome: node.outcome });
      return 'rest';
  }
}

function activate(turn: Turn): Activation {
  return activationOf(turn.draft, turn.conversation, turn.machine);
}

function askAt(turn: Turn, index: number): AskNode {
  const node = nodeAt(turn.machine, index);
  if (node.op !== 'ask') throw new Error(`node ${index} of machine ${turn.machine.hash} is no ask`);
  return node;
}

function request(turn: Turn, step: string, text: Text, choices: readonly Choice[] | undefined): void {
  const { conversation, draft, program } = turn;
  const activation = hasExpressions(text, choices)
    ? activate(turn)
    : { variables: {}, locale: conversation.locale, zone: turn.machine.zone };
  const rendered = program.text(text, activation);
  if (rendered.length > MAX_TEXT_CHARACTERS) {
    throw new ConversationFailure(
      'text-too-long',
      `the text has ${rendered.length} characters, more than ${MAX_TEXT_CHARACTERS}`,
    );
  }
  if (rendered.trim() === '')
    throw new ConversationFailure('text-empty', 'the text is empty once its values are filled in');
  conversation.messages += 1;
  const offered = choices?.map(({ label, value }) => ({ label: program.text(label, activation), value }));
  const data = {
    message: `${conversation.id}/m${conversation.messages.toString()}`,
    connector: conversation.connector,
    to: conversation.to,
    text: rendered,
    ...(offered ? { choices: offered } : {}),
    step,
  };
  draft.emit('messaging', 'message.requested', data, conversation.id);
}

function hasExpressions(text: Text, choices: readonly Choice[] | undefined): boolean {
  const holds = (candidate: Text) =>
    Object.values(candidate).some((parts) => parts.some((part) => typeof part !== 'string'));
  return holds(text) || (choices?.some(({ label }) => holds(label)) ?? false);
}

/** The clock starts when the newest message is sent; where this turn said nothing, now. */
function awaitReply(turn: Turn, node: Node, at: number, stage: number, misses: number, withinMs: number): Outcome {
  const { conversation, draft } = turn;
  const spoke = conversation.messages > turn.messagesBefore;
  runLifetime(draft, conversation);
  const wait = { for: 'reply', node: at, stage, misses, withinMs, since: draft.now } as const;
  if (spoke) conversation.wait = { ...wait, message: conversation.messages };
  else conversation.wait = { ...wait, timer: schedule(draft, conversation, 'reply', draft.now + withinMs) };
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'reply' }, conversation.id);
  return 'rest';
}

function listen(turn: Turn, node: ListenNode): Outcome {
  const { wait } = turn.conversation;
  if (wait.for !== 'reply') throw new Error(`conversation ${turn.conversation.id} listens without having asked`);
  const ask = nodeAt(turn.machine, node.ask);
  if (node.withinMs === undefined) return awaitReply(turn, ask, node.ask, wait.stage, wait.misses, wait.withinMs);
  return awaitReply(turn, ask, node.ask, wait.stage, wait.misses, node.withinMs);
}

function delay(turn: Turn, node: DelayNode, state: string, at: number): Outcome {
  const { conversation, draft } = turn;
  const due = node.until === undefined ? draft.now + (node.forMs ?? 0) : timeOf(turn, node.until);
  if (due <= draft.now) return 'next';
  if (due - draft.now > MAX_WAIT_MS) {
    throw new ConversationFailure('wait-too-long', `the delay would end at ${isoOf(due)}, more than 400 days ahead`);
  }
  pauseLifetime(draft, conversation);
  conversation.wait = { for: 'delay', node: at, timer: schedule(draft, conversation, 'delay', due) };
  draft.emit('conversations', 'conversation.waiting', { state, for: 'delay', until: isoOf(due) }, conversation.id);
  return 'rest';
}

function timeOf(turn: Turn, expression: string): number {
  const value = turn.program.evaluate('flow', expression, activate(turn));
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new ExpressionError(expression, new ValueError('gives no time'));
}

/** All values see the variables as they were before: the order of the keys does not matter. */
function set(turn: Turn, node: SetNode): void {
  const { conversation, machine, program } = turn;
  const activation = activate(turn);
  const vars: Record<string, Json> = { ...conversation.vars };
  for (const [name, value] of Object.entries(node.values)) {
    vars[name] = assignable(machine.vars[name], program.value('flow', value, activation), name);
  }
  keep(conversation, vars);
}

function assignable(type: Turn['machine']['vars'][string] | undefined, json: Json, name: string): Json {
  if (!type) throw new Error(`variable ${name} is not declared`);
  try {
    return conform(type, json, `vars.${name}`);
  } catch (error) {
    if (error instanceof ValueError) throw new ConversationFailure('expression-failed', error.message);
    throw error;
  }
}

export function keep(conversation: ConversationDraft, vars: Readonly<Record<string, Json>>): void {
  if (JSON.stringify(vars).length > MAX_VALUES_BYTES) {
    throw new ConversationFailure('values-too-large', `the variables take more than ${MAX_VALUES_BYTES} bytes`);
  }
  conversation.vars = vars;
}
