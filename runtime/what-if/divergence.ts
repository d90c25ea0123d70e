/** The first difference between what a conversation did and what it would have done. */
import type { Millis } from '../../channels/brands.ts';
import { isSameAct, type Act } from './act.ts';

/** What people would notice first. */
export const DIVERGENCES = {
  'not-started': 'does not start',
  started: 'starts where nothing started',
  inputs: 'starts with other inputs',
  text: 'says something else',
  choices: 'offers other choices',
  'message-added': 'says something more',
  'message-left-out': 'leaves a message out',
  timing: 'does the same at another time',
  waits: 'waits elsewhere, or for something else',
  data: 'asks other data',
  event: 'emits other events',
  'hand-off': 'hands off otherwise',
  failure: 'fails where it did not',
  'ends-otherwise': 'ends with another outcome',
  'ends-earlier': 'ends where it went on',
  'goes-on': 'goes on where it ended',
} as const;

export type DivergenceKind = keyof typeof DIVERGENCES;

export interface Divergence {
  readonly kind: DivergenceKind;
  /** Where the recorded conversation was; where it was not there, the other. */
  readonly state: string;
  readonly at: Millis;
  readonly before?: Act;
  readonly after?: Act;
}

/** Undefined where there is none. `stateIn`: the name that a state of the recorded machine has in the changed one. */
export function divergenceOf(
  before: readonly Act[],
  after: readonly Act[],
  stateIn: (state: string) => string,
): Divergence | undefined {
  const isSame = (a: Act | undefined, b: Act | undefined): boolean =>
    a !== undefined && b !== undefined && (a === b || isSameAct(a, b, stateIn));
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const [a, b] = [before[index], after[index]];
    if (isSame(a, b) && a?.at === b?.at) continue;
    const found = {
      state: (a ?? b)?.state ?? '',
      at: Math.min(a?.at ?? Infinity, b?.at ?? Infinity) as Millis,
      ...(a ? { before: a } : {}),
      ...(b ? { after: b } : {}),
    };
    if (isSame(a, b)) return { kind: 'timing', ...found };
    if (before.length === 0) return { kind: 'started', ...found };
    if (after.length === 0) return { kind: 'not-started', ...found };
    const isAdded = b?.kind === 'says' && isSame(a, after[index + 1]);
    const isLeftOut = a?.kind === 'says' && isSame(before[index + 1], b);
    const kind = isAdded ? 'message-added' : isLeftOut ? 'message-left-out' : kindOf(a, b);
    return { kind, ...found };
  }
  return undefined;
}

const FAILURES: ReadonlySet<string> = new Set(['recovers', 'parks']);

function kindOf(before: Act | undefined, after: Act | undefined): DivergenceKind {
  if (after && isFailure(after)) return 'failure';
  if (before?.kind === after?.kind && before && after) return kindOfSame(before, after);
  if (after?.kind === 'ends') return 'ends-earlier';
  if (before?.kind === 'ends') return 'goes-on';
  if (after?.kind === 'says') return 'message-added';
  if (after && after.kind !== 'waits') return KINDS[after.kind];
  if (before?.kind === 'says') return 'message-left-out';
  const act = after ?? before;
  return act ? KINDS[act.kind] : 'waits';
}

function kindOfSame(before: Act, after: Act): DivergenceKind {
  if (before.kind === 'says' && after.kind === 'says' && before.text === after.text) {
    return JSON.stringify(before.choices) === JSON.stringify(after.choices) ? 'text' : 'choices';
  }
  return KINDS[after.kind];
}

function isFailure(act: Act): boolean {
  return FAILURES.has(act.kind) || (act.kind === 'ends' && act.how.startsWith('failed: '));
}

const KINDS: Readonly<Record<Act['kind'], DivergenceKind>> = {
  starts: 'inputs',
  says: 'text',
  waits: 'waits',
  holds: 'timing',
  'leaves out': 'message-left-out',
  asks: 'data',
  emits: 'event',
  'hands off': 'hand-off',
  recovers: 'failure',
  parks: 'failure',
  ends: 'ends-otherwise',
};
