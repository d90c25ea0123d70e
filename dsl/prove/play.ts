/** Plays a dialogue in virtual time and sees whether it shows what it claims. */
import type { Machine } from '../machine/machine.ts';
import type { Event } from '../../channels/event.ts';
import type { ConversationState, Wait } from '../contact.ts';
import type { Action } from '../scenario/scenario.ts';
import { SimulatedStage } from '../scenario/simulated-stage.ts';
import { EndlessEvents } from '../simulation/world.ts';
import type { Passage } from '../step/trace.ts';
import type { Claim, Dialogue } from './finding.ts';

/** One action of a dialogue and everything that followed; the action before it. */
export interface Played {
  readonly stage: SimulatedStage;
  readonly action?: Action;
  readonly before?: Played;
  readonly events: readonly Event[];
  readonly passages: readonly Passage[];
  /** What followed in that instant has no end: nothing can be told of what comes after it. */
  readonly isEndless?: true;
}

export function begin(machines: readonly Machine[], given: Dialogue['given']): Played {
  return { stage: SimulatedStage.open(machines, given), events: [], passages: [] };
}

/** The stage it goes on from stays as it is. */
export function play(before: Played, action: Action): Played {
  const passages: Passage[] = [];
  const stage = before.stage.fork((passage) => passages.push(passage));
  try {
    return { stage, action, before, events: stage.act(action), passages };
  } catch (error) {
    if (error instanceof EndlessEvents) return { stage, action, before, events: [], passages, isEndless: true };
    throw error;
  }
}

export function actionsOf(played: Played): readonly Action[] {
  const actions: Action[] = [];
  for (let one: Played | undefined = played; one; one = one.before) if (one.action) actions.unshift(one.action);
  return actions;
}

/** True where the dialogue ends with what it claims. */
export function replay(machines: readonly Machine[], machine: Machine, { given, actions, claim }: Dialogue): boolean {
  let played = begin(machines, given);
  for (const action of actions) played = play(played, action);
  return sees(machine, played, claim);
}

export function sees(machine: Machine, played: Played, claim: Claim): boolean {
  switch (claim.sees) {
    case 'failure':
      return played.events.some(
        ({ type, data }) => type === 'conversation.failed' && claim.codes.includes((data as { code: string }).code),
      );
    case 'passage': {
      const { flow, node, times = 1, silenceMs } = claim;
      const passed = played.passages.filter(
        (passage) =>
          passage.way === undefined &&
          passage.machine === machine.hash &&
          passage.flow === flow &&
          passage.node === node,
      );
      return passed.length >= times && (silenceMs === undefined || silenceOf(played) > silenceMs);
    }
    case 'return':
      return hasReturned(machine, played, claim);
    case 'expiry':
      return hasExpired(machine, played, claim);
    case 'endless':
      return played.isEndless === true;
  }
}

/** Since the person last wrote; without end where nobody has. */
function silenceOf(played: Played): number {
  let ms = 0;
  for (let one: Played | undefined = played; one; one = one.before) {
    if (one.action?.do === 'reply') return ms;
    if (one.action?.do === 'advance') ms += one.action.ms;
  }
  return Infinity;
}

function hasReturned(machine: Machine, played: Played, { flow, node }: { flow: string; node: number }): boolean {
  const conversation = openOf(machine, played);
  if (!conversation || !waitsAt(conversation, flow, node)) return false;
  const place = placeOf(conversation);
  let action = played.action;
  for (let one = played.before; one && action?.do === 'advance'; one = one.before) {
    const earlier = openOf(machine, one);
    if (earlier?.id === conversation.id && placeOf(earlier) === place) return true;
    action = one.action;
  }
  return false;
}

/** `expired` of the definition may still lead on. */
function hasExpired(
  machine: Machine,
  { before, events }: Played,
  { flow, node }: { flow: string; node: number },
): boolean {
  const earlier = before && openOf(machine, before);
  return (
    earlier !== undefined &&
    waitsAt(earlier, flow, node) &&
    events.some(
      ({ type, data, correlationid }) =>
        correlationid === earlier.id &&
        (type === 'conversation.expired' || (data as { reason?: string }).reason === 'expired'),
    )
  );
}

function waitsAt({ frames, wait }: ConversationState, flow: string, node: number): boolean {
  return frames.at(-1)?.flow === flow && 'node' in wait && wait.node === node;
}

export function openOf(machine: Machine, { stage }: Played): ConversationState | undefined {
  return stage.world.contacts.flatMap(({ conversations }) => conversations).find((one) => one.machine === machine.hash);
}

/** Where a conversation waits, whatever it knows. */
export function placeOf({ frames, wait }: ConversationState): string {
  const under = frames.map(({ flow, at, rounds, interrupted }) => [
    ...[flow, at, rounds],
    interrupted && [interrupted.wait.node, interrupted.above.map((frame) => frame.flow)],
  ]);
  return JSON.stringify([under, wait.for, wait.node, ...stageOf(wait)]);
}

function stageOf(wait: Wait): readonly unknown[] {
  if (wait.for === 'reply') return [wait.stage, wait.misses, wait.timer === undefined];
  return wait.for === 'event' ? [[...wait.came].sort()] : [];
}
