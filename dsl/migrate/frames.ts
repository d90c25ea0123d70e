/** Where a conversation stands, as places of another version of its definition. */
import type { Frame, Interrupted, Wait } from '../contact.ts';
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { AwaitedEvent, Target } from '../machine/nodes.ts';
import { counterpart } from './correspondence.ts';
import { MigrationRefusal } from './refusal.ts';
import { carryInputs, carryVariables } from './values.ts';

export interface Versions {
  readonly before: Machine;
  readonly after: Machine;
}

export interface Standing {
  readonly frames: readonly Frame[];
  readonly wait: Wait;
}

/** Throws MigrationRefusal where the new version has no place for it. */
export function moveStanding(versions: Versions, { frames, wait }: Standing): Standing {
  const top = frames.at(-1);
  if (!top) throw new TypeError('a conversation without a frame');
  return { frames: moveFrames(versions, frames), wait: moveWait(versions, top.flow, wait) };
}

/** `upTo`: a flow; what runs above it is left out, and so is what it had interrupted or called. */
export function moveFrames(versions: Versions, frames: readonly Frame[], upTo?: string): readonly Frame[] {
  const last = upTo === undefined ? frames.length - 1 : frames.findLastIndex(({ flow }) => flow === upTo);
  return frames.slice(0, last + 1).map((frame, index) => {
    if (upTo === undefined || index < last) return moveFrame(versions, frame);
    const { at, interrupted, awaited, ...entered } = frame;
    return moveFrame(versions, entered);
  });
}

function moveFrame(versions: Versions, frame: Frame): Frame {
  const { before, after } = flowsNamed(versions, frame.flow);
  const { at, rounds, visits, awaited, interrupted, result, ...kept } = frame;
  return {
    ...kept,
    inputs: carryInputs(after.inputs, frame.inputs),
    vars: carryVariables(after.vars, frame.vars),
    ...(at === undefined ? {} : { at: moveNode(versions, frame.flow, at) }),
    ...(rounds ? { rounds: moveCounts(before, after, rounds) } : {}),
    ...(visits ? { visits: moveCounts(before, after, visits) } : {}),
    ...(awaited && waitForTheSame(eventsOf(before), eventsOf(after)) ? { awaited } : {}),
    ...(interrupted ? { interrupted: moveInterrupted(versions, frame.flow, interrupted) } : {}),
    ...(result ? { result } : {}),
  };
}

function moveInterrupted(versions: Versions, flow: string, interrupted: Interrupted): Interrupted {
  const { wait, above, at } = interrupted;
  return {
    ...interrupted,
    above: moveFrames(versions, above),
    wait: moveWait(versions, above.at(-1)?.flow ?? flow, wait),
    ...(at === undefined ? {} : { at: moveNode(versions, flow, at) }),
  };
}

function moveWait(versions: Versions, flowName: string, wait: Wait): Wait {
  const { before, after } = flowsNamed(versions, flowName);
  const node = moveNode(versions, flowName, wait.node);
  const [was, is] = [before.nodes[wait.node], after.nodes[node]];
  if (wait.for === 'event') {
    if (was?.op === 'listen' && is?.op === 'listen' && waitForTheSame(was.events, is.events)) return { ...wait, node };
    throw new MigrationRefusal(
      'events-differ',
      `"${was?.state ?? ''}" waits for other events in the new version: name a step for it, itself to begin to wait anew`,
    );
  }
  if (wait.for !== 'reply' || is?.op !== 'ask' || was?.op !== 'ask') return { ...wait, node };
  const { labels, ...rest } = wait;
  const stage = Math.min(wait.stage, is.silence.length - 1);
  const isShown = labels && labels.length === is.choices?.length;
  return { ...rest, node, stage, ...(isShown ? { labels } : {}) };
}

function moveNode(versions: Versions, flowName: string, index: Target): Target {
  const { before, after } = flowsNamed(versions, flowName);
  const node = counterpart(before, index, after);
  if (node !== undefined) return node;
  const state = before.nodes[index]?.state ?? flowName;
  throw new MigrationRefusal('step-removed', `the new version has no step that stands for "${state}": name one`);
}

/** What is counted of a place that is gone is forgotten with it. */
function moveCounts(before: Flow, after: Flow, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([index, count]) => {
      const node = counterpart(before, Number(index), after);
      return node === undefined ? [] : [[node.toString(), count]];
    }),
  );
}

function flowsNamed({ before, after }: Versions, name: string): { readonly before: Flow; readonly after: Flow } {
  const [was, is] = [before.flows[name], after.flows[name]];
  if (was && is) return { before: was, after: is };
  throw new MigrationRefusal('step-removed', `the new version has no snippet "${name}": name a step outside of it`);
}

/** The customer's own events for which a flow's interrupts wait. */
export function eventsOf({ interrupts }: Flow): readonly AwaitedEvent[] {
  return interrupts.flatMap(({ on }) => on ?? []);
}

/** In the same order, for what was registered is told by its place. */
export function waitForTheSame(one: readonly AwaitedEvent[], other: readonly AwaitedEvent[]): boolean {
  const told = (events: readonly AwaitedEvent[]): string =>
    JSON.stringify(events.map(({ type, key, equals }) => [type, key, equals]));
  return told(one) === told(other);
}
