/** What a new version of a definition changes for people. */
import type { Machine } from '../machine/machine.ts';
import type { Fact, FactKind } from './fact.ts';
import { factsOf } from './facts.ts';
import { matchedSteps } from './steps.ts';

export interface Change {
  readonly kind: FactKind;
  /** `remind: asks`, `start`, … in the names of the new version where the step is in both. */
  readonly where: string;
  readonly locale?: string;
  /** Absent: it is new. */
  readonly before?: string;
  /** Absent: it is gone. */
  readonly after?: string;
}

/** In the order of the new version, then what is gone; empty where the machines are the same. */
export function changesBetween(before: Machine, after: Machine): readonly Change[] {
  if (before.hash === after.hash) return [];
  const old = byKey(factsOf(before, matchedSteps(before, after)));
  const young = byKey(factsOf(after, new Map()));
  const changes: Change[] = [];
  for (const [key, fact] of young) {
    const was = old.get(key);
    if (was?.value !== fact.value) changes.push(changeOf(fact, was?.value, fact.value));
  }
  for (const [key, fact] of old) if (!young.has(key)) changes.push(changeOf(fact, fact.value, undefined));
  // The hash covers everything: what no fact tells is still a change.
  return changes.length > 0
    ? changes
    : [{ kind: 'logic', where: 'conversation', before: 'as before', after: 'changed' }];
}

function changeOf({ kind, where, locale }: Fact, before: string | undefined, after: string | undefined): Change {
  return {
    ...{ kind, where },
    ...(locale === undefined ? {} : { locale }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** Facts of the same kind and place are told apart by their number. */
function byKey(facts: readonly Fact[]): ReadonlyMap<string, Fact> {
  const keyed = new Map<string, Fact>();
  const counts = new Map<string, number>();
  for (const fact of facts) {
    const name = [fact.kind, fact.where, fact.locale ?? ''].join('\n');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    keyed.set(`${name}\n${count}`, fact);
  }
  return keyed;
}
