/** Who takes the customer's events where a conversation waits: a `listen`, and interrupts of the flows around it. */
import { raise } from 'xstate';
import type { SourceAwaited } from '../../../../../dsl/schema/source.ts';
import type { Construct } from '../constructs.ts';
import type { Occurrence } from '../happenings.ts';
import { drops, isLike, takes, waitsOn, type Expected, type Kept } from './events.ts';
import { holds, textOf, type Names } from './expressions.ts';
import { covers, type Change, type Memory } from './memory.ts';
import { to, type Action, type Happening, type States, type Target, type Transition } from './states.ts';

export interface Taker {
  readonly who: string;
  readonly entries: readonly {
    readonly awaited: SourceAwaited;
    readonly isOpen?: (memory: Memory) => boolean;
    readonly changes: readonly Change[];
    readonly target: Target;
  }[];
  /** What its conditions see. */
  readonly namesOf: (memory: Memory) => Names;
}

/** Raised wherever a conversation comes to rest, and when an event comes. */
export const look: Action = raise<Memory, Happening, Happening, undefined>({ type: 'look' });

export function expectedBy({ entries, namesOf }: Taker): (memory: Memory) => readonly Expected[] {
  return (memory) =>
    entries.map(({ awaited }) => ({ type: awaited.event ?? '', key: textOf(awaited.equals ?? '', namesOf(memory)) }));
}

interface Chosen {
  readonly kept: Kept;
  readonly taker: Taker;
  /** Of the entry that takes it; -1 where none does. */
  readonly entry: number;
}

interface Arguments {
  readonly context: Memory;
}

/** The first that came for one of them. */
function chosenIn(memory: Memory, takers: readonly Taker[]): Chosen | undefined {
  const { kept: all, waits, counted } = memory.events;
  for (const kept of all) {
    const taker = takers.find(({ who }) => waits[who]?.number === kept.wait);
    if (!taker) continue;
    const isNew = !counted.includes(kept.event.number);
    return { kept, taker, entry: isNew ? entryFor(memory, taker, kept.event) : -1 };
  }
  return undefined;
}

function entryFor(memory: Memory, { who, entries, namesOf }: Taker, event: Occurrence): number {
  const { expected = [] } = memory.events.waits[who] ?? {};
  const names = { ...namesOf(memory), 'event.data.size': event.size };
  return entries.findIndex(({ awaited: { when }, isOpen }, at) => {
    const one = expected[at];
    if (!one || !isLike(event, one) || isOpen?.(memory) === false) return false;
    return when === undefined || holds(when, names);
  });
}

/** Transitions that look at what came, one after the other; `isTime` says whether they are to. */
export function taking(
  states: States,
  takers: readonly Taker[],
  isTime: (memory: Memory) => boolean = () => true,
): readonly Transition[] {
  const chosen = ({ context }: Arguments): Chosen | undefined =>
    isTime(context) ? chosenIn(context, takers) : undefined;
  const follows = (change: (chosen: Chosen) => readonly Change[]): Change => {
    return (memory, now) => {
      const found = chosenIn(memory, takers);
      return found ? change(found).reduce((next, one) => one(next, now), memory) : memory;
    };
  };
  const taken = takers.flatMap((taker) =>
    taker.entries.map(({ changes, target }, at) => ({
      guard: (args: Arguments): boolean => {
        const found = chosen(args);
        return found?.taker === taker && found.entry === at;
      },
      actions: states.does(
        follows(({ kept }) => [takes(kept), drops(kept), covers(...constructsOf(kept))]),
        ...changes,
      ),
      ...to(target),
    })),
  );
  const passesOver = states.does(follows(({ kept }) => [drops(kept), covers('event: passed over')]));
  const left = { guard: (args: Arguments): boolean => chosen(args) !== undefined, actions: [passesOver, look] };
  return [...taken, left];
}

/** For a state in which a conversation waits. */
export function looking(states: States, takers: readonly Taker[]): readonly Transition[] {
  const isLeft = ({ context }: Arguments): boolean => context.events.kept.some(({ isLate }) => !isLate);
  return [...taking(states, takers), { guard: isLeft, actions: states.does(waitsOn) }];
}

function constructsOf({ isEarly, isLate }: Kept): readonly Construct[] {
  return [...(isEarly ? ['event: early' as const] : []), ...(isLate ? ['event: kept' as const] : [])];
}
