/**
 * Run to completion: from one node on, until the conversation waits or ends. Nothing of the contact interleaves, and
 * effects happen in the order in which the author wrote them.
 */
import { ExpressionError } from '../expression/program.ts';
import { MAX_FAILURES_HANDLED, MAX_NODES_PER_INPUT, MAX_VISITS_PER_NODE } from '../limits.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { Target } from '../machine/nodes.ts';
import type { ConversationDraft } from './draft.ts';
import { ConversationFailure, finish } from './finish.ts';
import { topOf, updateTop } from './frames.ts';
import { keepHops } from './hops.ts';
import { perform } from './perform.ts';
import { StuckError } from './stuck.ts';
import { trace } from './trace.ts';
import { cancelAll } from './timers.ts';
import { nodeAt, type Reason, type Turn } from './turn.ts';

/** Goes on at `start`, coming from `from` (a state; undefined where the conversation just started). */
export function run(turn: Turn, start: Target, from: string | undefined, because: Reason): void {
  keepHops(turn);
  let at = start;
  let reason = because;
  let state = from;
  let passed = 0;
  try {
    for (;;) {
      const node = nodeAt(turn.machine, turn.conversation, at);
      if (state !== undefined && state !== node.state) {
        const data = { from: state, to: node.state, reason };
        turn.draft.emit('conversations', 'conversation.advanced', data, turn.conversation.id);
      }
      state = node.state;
      passed += 1;
      if (passed > MAX_NODES_PER_INPUT)
        throw new ConversationFailure('steps-exceeded', `more than ${MAX_NODES_PER_INPUT} steps after one input`);
      trace(turn.draft, turn.machine, turn.conversation, at);
      const outcome = perform(turn, node, at);
      if (outcome === 'rest') return;
      if (outcome === 'next') {
        at += 1;
        reason = 'next';
      } else {
        if (outcome.to <= (outcome.from ?? at)) countVisit(turn.conversation, outcome.to, turn.machine);
        at = outcome.to;
        reason = outcome.reason;
      }
    }
  } catch (error) {
    fail(turn, state ?? '', error);
  }
}

/**
 * What an error of the definition or its data does: `failed` of the definition has its say and may lead on; without it
 * the conversation ends as failed. Anything else is ours: throws StuckError.
 */
export function fail(turn: Turn, running: string, error: unknown): void {
  if (!(error instanceof ConversationFailure) && !(error instanceof ExpressionError))
    throw StuckError.from(turn.conversation.id, error);
  const { draft, conversation, machine, ending } = turn;
  const { code, state = running } =
    error instanceof ConversationFailure ? error : ({ code: 'expression-failed', state: running } as const);
  const data = { state, code, reason: error.message };
  const { failed } = flowOf(machine, MAIN);
  const handled = conversation.failures ?? 0;
  // What fails while a failure or the end is handled ends it, with the first cause.
  if (failed === undefined || ending || handled >= MAX_FAILURES_HANDLED) {
    finish(draft, conversation, ending?.type ?? 'conversation.failed', ending?.data ?? data);
    return;
  }
  conversation.failures = handled + 1;
  draft.emit('conversations', 'conversation.recovering', data, conversation.id);
  haveItsSay({ ...turn, ending: { type: 'conversation.failed', data } }, failed, state, 'failed');
}

/** `failed` or `expired`: everything that was under way is given up first. */
export function haveItsSay(turn: Turn, at: Target, state: string, reason: 'failed' | 'expired'): void {
  const { draft, conversation } = turn;
  cancelAll(draft, conversation);
  const [first = topOf(conversation)] = conversation.frames;
  const { interrupted, ...main } = first;
  conversation.frames = [main];
  run(turn, at, state, reason);
}

/** Only jumps back can loop. */
function countVisit(conversation: ConversationDraft, to: Target, machine: Machine): void {
  const before = topOf(conversation).visits;
  const visits = (before?.[to] ?? 0) + 1;
  if (visits > MAX_VISITS_PER_NODE) {
    throw new ConversationFailure(
      'visits-exceeded',
      `came back to "${nodeAt(machine, conversation, to).state}" more than ${MAX_VISITS_PER_NODE} times`,
    );
  }
  updateTop(conversation, { visits: { ...before, [to]: visits } });
}
