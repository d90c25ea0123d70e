/** What came of many conversations: counts that add up, whoever counted, and one example of each first divergence. */
import type { Session } from '../../dsl/scenario/write.ts';
import type { ProblemCode } from '../history/problem.ts';
import { actLine } from './act.ts';
import type { Compared, Comparison, Ending } from './compare-contact.ts';
import { NO_COST, sumOf, type Cost } from './cost.ts';
import type { Divergence, DivergenceKind } from './divergence.ts';

export interface Summary {
  /** On record. */
  conversations: number;
  diverging: number;
  /** Both ended, or only one did, and not alike. */
  endingOtherwise: number;
  /** It waits for what nobody was asked. */
  untold: number;
  /** Of those of which is told how they end, or that they are under way. */
  costBefore: Cost;
  costAfter: Cost;
  readonly byKind: Map<DivergenceKind, number>;
  /** Definition, then state. */
  readonly byState: Map<string, Map<string, number>>;
  readonly first: Map<string, FirstDivergence>;
  readonly endings: Map<string, EndingChange>;
  readonly irreproducible: Map<ProblemCode, { count: number; readonly conversation: string; readonly detail: string }>;
  /** Conversations that only the changed definitions start, and what their messages cost as far as they are told. */
  alsoStarting: number;
  costAlso: Cost;
  readonly alsoStart: Map<string, AlsoStart>;
  readonly changed: ChangedConversation[];
}

export interface FirstDivergence {
  count: number;
  readonly kind: DivergenceKind;
  readonly definition: string;
  readonly state: string;
  /** Of the example. */
  readonly before: string;
  readonly after: string;
  readonly conversation: string;
  session?: Session;
}

export interface AlsoStart {
  count: number;
  readonly definition: string;
  readonly after: string;
  /** An example. */
  readonly contact: string;
}

export interface EndingChange {
  count: number;
  readonly definition: string;
  readonly before: string;
  readonly after: string;
}

export interface ChangedConversation {
  readonly conversation: string;
  readonly definition: string;
  readonly kind: DivergenceKind;
  readonly state: string;
  readonly at: string;
  readonly endedBefore: string;
  readonly endsAfter: string;
  readonly endsOtherwise: boolean;
}

export function emptySummary(): Summary {
  return {
    ...{ conversations: 0, diverging: 0, endingOtherwise: 0, untold: 0, costBefore: NO_COST, costAfter: NO_COST },
    byKind: new Map(),
    byState: new Map(),
    first: new Map(),
    endings: new Map(),
    irreproducible: new Map(),
    ...{ alsoStarting: 0, costAlso: NO_COST, alsoStart: new Map() },
    changed: [],
  };
}

/** `session`: made only for the first of its kind. */
export function count(summary: Summary, comparison: Comparison, session: (of: Compared) => Session | undefined): void {
  if (comparison.is === 'compared' && comparison.before.is === 'absent') {
    countAlso(summary, comparison);
    return;
  }
  summary.conversations += 1;
  if (comparison.is === 'irreproducible') {
    const { code, conversation, detail } = comparison;
    const known = summary.irreproducible.get(code);
    if (known) known.count += 1;
    else summary.irreproducible.set(code, { count: 1, conversation, detail });
    return;
  }
  const { before, after, costBefore, costAfter, divergence, definition, conversation } = comparison;
  if (after.is === 'untold') summary.untold += 1;
  else {
    summary.costBefore = sumOf(summary.costBefore, costBefore);
    summary.costAfter = sumOf(summary.costAfter, costAfter);
  }
  if (!divergence) return;
  summary.diverging += 1;
  const { kind, state } = divergence;
  const [endedBefore, endsAfter] = [endingText(before), endingText(after)];
  const endsOtherwise = isOtherwise(before, after);
  if (endsOtherwise) summary.endingOtherwise += 1;
  if (endsOtherwise || after.is === 'untold')
    addEnding(summary, { count: 1, definition, before: endedBefore, after: endsAfter });
  summary.byKind.set(kind, (summary.byKind.get(kind) ?? 0) + 1);
  addState(summary, definition, state, 1);
  const key = firstKey(comparison);
  const first = summary.first.get(key);
  if (first) first.count += 1;
  else {
    const example = session(comparison);
    const lines = { before: actLine(divergence.before), after: actLine(divergence.after) };
    summary.first.set(key, {
      count: 1,
      kind,
      definition,
      state,
      ...lines,
      conversation,
      ...(example && { session: example }),
    });
  }
  addChanged(summary, comparison, divergence);
}

/** All of it is counterfactual: nobody was told anything. */
function countAlso(summary: Summary, comparison: Compared): void {
  const { definition, after: ending, contact, costAfter, divergence } = comparison;
  const after = endingText(ending);
  summary.alsoStarting += 1;
  summary.costAlso = sumOf(summary.costAlso, costAfter);
  addAlso(summary, { count: 1, definition, after, contact });
  if (divergence) addChanged(summary, comparison, divergence);
}

function addAlso({ alsoStart }: Summary, one: AlsoStart): void {
  const key = JSON.stringify([one.definition, one.after]);
  const known = alsoStart.get(key);
  if (known) known.count += one.count;
  else alsoStart.set(key, { ...one });
}

function addChanged(summary: Summary, { conversation, definition, before, after }: Compared, found: Divergence): void {
  const { kind, state, at } = found;
  const endings = { endedBefore: endingText(before), endsAfter: endingText(after) };
  const endsOtherwise = isOtherwise(before, after);
  summary.changed.push({
    ...{ conversation, definition, kind, state, at: new Date(at).toISOString(), ...endings, endsOtherwise },
  });
}

/** Adds what another counted. */
export function add(summary: Summary, other: Summary): void {
  summary.conversations += other.conversations;
  summary.diverging += other.diverging;
  summary.endingOtherwise += other.endingOtherwise;
  summary.untold += other.untold;
  summary.alsoStarting += other.alsoStarting;
  summary.costAlso = sumOf(summary.costAlso, other.costAlso);
  for (const one of other.alsoStart.values()) addAlso(summary, one);
  summary.costBefore = sumOf(summary.costBefore, other.costBefore);
  summary.costAfter = sumOf(summary.costAfter, other.costAfter);
  for (const [kind, many] of other.byKind) summary.byKind.set(kind, (summary.byKind.get(kind) ?? 0) + many);
  for (const [definition, states] of other.byState)
    for (const [state, many] of states) addState(summary, definition, state, many);
  for (const [key, first] of other.first) {
    const known = summary.first.get(key);
    if (known) known.count += first.count;
    else summary.first.set(key, first);
  }
  for (const ending of other.endings.values()) addEnding(summary, ending);
  for (const [code, many] of other.irreproducible) {
    const known = summary.irreproducible.get(code);
    if (known) known.count += many.count;
    else summary.irreproducible.set(code, many);
  }
  // One by one: as arguments of one call, some hundred thousand overflow the stack.
  for (const one of other.changed) summary.changed.push(one);
}

function addState(summary: Summary, definition: string, state: string, many: number): void {
  const states = summary.byState.get(definition) ?? new Map<string, number>();
  summary.byState.set(definition, states.set(state, (states.get(state) ?? 0) + many));
}

function addEnding(summary: Summary, ending: EndingChange): void {
  const key = JSON.stringify([ending.definition, ending.before, ending.after]);
  const known = summary.endings.get(key);
  if (known) known.count += ending.count;
  else summary.endings.set(key, { ...ending });
}

/** Not by their words: those of two people differ in a name. */
function firstKey({ definition, divergence }: Compared): string {
  const { kind, state, before, after } = divergence ?? {};
  const place = (act: typeof before): unknown => [act?.kind, act?.state, act?.kind === 'ends' ? act.how : ''];
  return JSON.stringify([definition, kind, state, place(before), place(after)]);
}

export function endingText(ending: Ending): string {
  switch (ending.is) {
    case 'ended':
      return ending.how;
    case 'open':
      return `open at ${ending.state}`;
    case 'untold':
      return `untold: no ${ending.lacks} on record at ${ending.state}`;
    case 'absent':
      return 'does not start';
  }
}

function isOtherwise(before: Ending, after: Ending): boolean {
  if (after.is === 'untold') return false;
  if (before.is === 'ended' && after.is === 'ended') return before.how !== after.how;
  return before.is !== after.is;
}
