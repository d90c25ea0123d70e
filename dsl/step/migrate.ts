/** An operator moves a conversation to another version of its definition. What it waits for goes on where it stands. */
import type { ConversationId } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { stepOf } from '../migrate/correspondence.ts';
import { eventsOf, moveFrames, moveStanding, type Standing, type Versions } from '../migrate/frames.ts';
import { MigrationRefusal } from '../migrate/refusal.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import { nearestLocale } from '../text/locale.ts';
import { awaitInterrupts } from './awaits.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { dropHeld, heldOf } from './held.ts';
import { fail, run } from './run.ts';
import { cancelAll, pauseLifetime } from './timers.ts';
import { nodeAt } from './turn.ts';

type Request = EventData['conversation.migration-requested'];

/** Says what became of it. Asked a second time it changes nothing and says nothing. */
export function migrate(machines: Machines, draft: Draft, request: Request): void {
  const { from, to, trial } = request;
  if (trial) return;
  const conversation = draft.conversations.find(({ id }) => id === request.conversation);
  if (conversation?.machine === to) return;
  try {
    if (!conversation) throw new MigrationRefusal('conversation-ended', 'it is not open any more');
    move(draft, conversation, versionsFor(machines, conversation, request), request);
  } catch (error) {
    if (!(error instanceof MigrationRefusal)) throw error;
    const { code, message: reason } = error;
    const id = request.conversation as ConversationId;
    draft.emit('conversations', 'conversation.migration-refused', { from, to, code, reason }, id);
  }
}

function versionsFor(machines: Machines, conversation: ConversationDraft, { from, to }: Request): Versions {
  if (conversation.machine !== from) {
    throw new MigrationRefusal('version-differs', `it runs on ${conversation.machine}`);
  }
  const [before, after] = [machines.byHash(from), machines.byHash(to)];
  if (before && after?.name === before.name) return { before, after };
  throw new MigrationRefusal('version-unknown', `${conversation.definition} has no two versions ${from} and ${to}`);
}

/** Changes nothing where it throws. */
function move(draft: Draft, conversation: ConversationDraft, versions: Versions, { states = [] }: Request): void {
  const { before, after } = versions;
  const left = nodeAt(before, conversation, conversation.wait.node).state;
  const entered = states.find((entry) => entry.left === left)?.entered;
  const target = entered === undefined ? undefined : targetOf(conversation, after, left, entered);
  const standing: Standing = target
    ? { frames: moveFrames(versions, conversation.frames, target.flow), wait: conversation.wait }
    : moveStanding(versions, conversation);
  const renews = awaitsAnew(conversation, standing, versions);
  if (renews && (standing.frames.length > 1 || standing.frames.some(({ interrupted }) => interrupted))) {
    const message = `what "anytime" waits for has changed, and it is in the midst of "${left}": it can be moved once that has ended`;
    throw new MigrationRefusal('events-differ', message);
  }
  conversation.machine = after.hash;
  conversation.locale = nearestLocale(conversation.locale, after.locales) ?? after.locales[0] ?? conversation.locale;
  conversation.frames = standing.frames;
  conversation.wait = standing.wait;
  const state = entered ?? nodeAt(after, conversation, standing.wait.node).state;
  const moved = { from: before.hash, to: after.hash, left, state };
  draft.emit('conversations', 'conversation.migrated', moved, conversation.id);
  const turn = { draft, conversation, machine: after };
  try {
    if (renews) awaitInterrupts(turn);
  } catch (error) {
    fail(turn, state, error);
    return;
  }
  if (!target) return;
  leave(draft, conversation);
  run(turn, target.node, left, 'migrated');
}

/** What the step that is left still had under way is over: its clocks, and its question where that is still held. */
function leave(draft: Draft, conversation: ConversationDraft): void {
  const { wait } = conversation;
  pauseLifetime(draft, conversation);
  cancelAll(draft, conversation);
  if (wait.for !== 'reply') return;
  const question = heldOf(draft, conversation.id).filter(({ number }) => number === wait.message);
  dropHeld(draft, question, 'moved to another step');
}

function targetOf(
  { frames, parked }: ConversationDraft,
  after: Machine,
  left: string,
  entered: string,
): { readonly flow: string; readonly node: number } {
  if (parked) {
    throw new MigrationRefusal(
      'conversation-parked',
      `it is parked in "${left}": resume or cancel it, or name no step`,
    );
  }
  const target = stepOf(after, entered);
  if (!target) throw new MigrationRefusal('step-removed', `the new version has no step "${entered}"`);
  if (frames.some(({ flow }) => flow === target.flow)) return target;
  const message = `"${entered}" is in the snippet "${target.flow}", which was not called`;
  throw new MigrationRefusal('step-unreachable', message);
}

/** What interrupts by events wait for is to be registered again: the new version has others, or the step was left. */
function awaitsAnew({ frames }: ConversationDraft, standing: Standing, { after }: Versions): boolean {
  return standing.frames.some(
    ({ flow, awaited }, index) =>
      !awaited && (eventsOf(flowOf(after, flow)).length > 0 || frames[index]?.awaited !== undefined),
  );
}
