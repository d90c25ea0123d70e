/** What the statechart keeps beside its states: variables, counters and deadlines, and what has happened so far. */
import type { Construct } from '../constructs.ts';
import type { Answer } from '../happenings.ts';
import { NO_EVENTS, type Events } from './events.ts';

export type Variables = Readonly<Record<string, number>>;

/** Of one run of a flow: the conversation itself, or one place in which a snippet is called. */
export interface Frame {
  readonly vars: Variables;
  /** Rounds that a loop has begun. */
  readonly rounds: Readonly<Record<string, number>>;
  /** What the data source answered last. */
  readonly count?: number;
  /** Why it did not. */
  readonly failure?: string;
}

/** Of a question that waits. */
export interface Asked {
  readonly due: number;
  readonly withinMs: number;
  readonly misses: number;
}

export interface Memory {
  readonly lines: readonly string[];
  readonly covered: readonly Construct[];
  /** The step in which something happened last. */
  readonly step: string | undefined;
  readonly frames: Readonly<Record<string, Frame>>;
  readonly asked: Readonly<Record<string, Asked>>;
  /** Delays and other waits of which the time has passed, also while an interrupt was at work. */
  readonly over: Readonly<Record<string, boolean>>;
  readonly events: Events;
  /** Questions to the data source: how many, and the newest of each place. */
  readonly requests: { readonly made: number; readonly of: Readonly<Record<string, number>> };
  readonly answers: Readonly<Record<number, Answer>>;
  /** Flows that an interrupt has set aside, with when the interrupt came to rest itself: then their clocks stop. */
  readonly aside: Readonly<Record<string, { readonly restedAt?: number }>>;
  /** While something is resumed: for how long its clock stood still. */
  readonly stoodStillMs: number | undefined;
}

/** Pure; `now` in milliseconds. */
export type Change = (memory: Memory, now: number) => Memory;

export const EMPTY: Memory = {
  lines: [],
  covered: [],
  step: undefined,
  frames: {},
  asked: {},
  over: {},
  events: NO_EVENTS,
  requests: { made: 0, of: {} },
  answers: {},
  aside: {},
  stoodStillMs: undefined,
};

export function note(line: string): Change {
  return (memory) => ({ ...memory, lines: [...memory.lines, line] });
}

export function covers(...constructs: readonly Construct[]): Change {
  return (memory) => ({ ...memory, covered: [...memory.covered, ...constructs] });
}

/** Something of a step happens: it is entered, unless one is there already. The first is where the conversation starts. */
export function enters(step: string): Change {
  return (memory) => ({
    ...memory,
    step,
    lines: memory.step === undefined || memory.step === step ? memory.lines : [...memory.lines, `enters ${step}`],
  });
}

/** It waits there, and so do the interrupts around it. */
export function rests(step: string, what: string, interrupts: readonly string[]): Change {
  return (memory, now) => {
    const aside = { ...memory.aside };
    for (const flow of interrupts) aside[flow] = { restedAt: aside[flow]?.restedAt ?? now };
    return { ...memory, step, aside, lines: [...memory.lines, `waits at ${step} for ${what}`] };
  };
}

export function updatesFrame(flow: string, update: (frame: Frame) => Frame): Change {
  return (memory) => ({ ...memory, frames: { ...memory.frames, [flow]: update(frameOf(memory, flow)) } });
}

export function frameOf({ frames }: Memory, flow: string): Frame {
  return frames[flow] ?? { vars: {}, rounds: {} };
}

export function updatesAsked(question: string, update: (asked: Asked, now: number) => Asked): Change {
  return (memory, now) => ({
    ...memory,
    asked: { ...memory.asked, [question]: update(askedOf(memory, question), now) },
  });
}

export function askedOf({ asked }: Memory, question: string): Asked {
  return asked[question] ?? { due: 0, withinMs: 0, misses: 0 };
}

/** A question that is resumed has as much time left as when its clock stopped. */
export function wakes(question: string): Change {
  return (memory, now) => ({
    ...updatesAsked(question, (asked) => ({ ...asked, due: asked.due + (memory.stoodStillMs ?? 0) }))(memory, now),
    stoodStillMs: undefined,
  });
}

export function setsAside(flow: string): Change {
  return (memory) => ({ ...memory, aside: { ...memory.aside, [flow]: {} } });
}

export function takesUp(flow: string): Change {
  return (memory, now) => ({ ...memory, stoodStillMs: now - (memory.aside[flow]?.restedAt ?? now) });
}

/** Whether its time has passed. */
export function endsOn(wait: string, isOver: boolean): Change {
  return (memory) => ({ ...memory, over: { ...memory.over, [wait]: isOver } });
}

/** Where no clock of its own stood still: its end is told by `over`. */
export function resumesAs(construct: (memory: Memory) => Construct): Change {
  return (memory, now) => {
    if (memory.stoodStillMs === undefined) return memory;
    return covers(construct(memory))({ ...memory, stoodStillMs: undefined }, now);
  };
}
