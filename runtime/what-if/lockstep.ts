/** One person's record, played twice in lockstep: on the machines on which it ran, and on the changed ones. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Timer } from '../../dsl/contact.ts';
import { deadlineId } from '../../dsl/correlation.ts';
import { basisOf, type Basis } from '../history/play.ts';
import type { Problem } from '../history/problem.ts';
import type { Passage } from '../../dsl/step/trace.ts';
import type { RecordedStep } from '../history/recorded-step.ts';
import { retake } from '../history/retake.ts';
import type { StoredDefinitions } from '../history/stored-definitions.ts';
import { ChangedPlay } from './changed-play.ts';
import { ContactPlay } from './contact-play.ts';
import type { Lacks, Plays } from './lacks.ts';
import type { ReplacedDefinitions } from './replaced.ts';
import type { Unstarted } from './unstarted.ts';

export interface Question {
  readonly replaced: ReplacedDefinitions;
  readonly definitions: StoredDefinitions;
  /** What the company called itself last; may be empty. */
  readonly company: string;
  /** Conversations are compared that started from then on, and before `to`; what happened up to that is on record. */
  readonly from: Millis;
  readonly to: Millis;
  /** Only conversations on record are compared, with ids up to this one. */
  readonly upTo?: string;
}

export interface PlayedTwice {
  readonly plays: Plays;
  readonly lacks: Lacks;
  readonly failure: Failure | undefined;
}

/** The control does not give again what is on record: the plays stopped. */
export interface Failure {
  readonly problem: Problem;
  readonly unplayed: readonly RecordedStep[];
  readonly unstarted: readonly Unstarted[];
}

/** `unstarted`: for the changed play alone, in the order in which it came. */
export function playTwice(
  contact: ContactKey,
  { steps, unstarted }: { readonly steps: readonly RecordedStep[]; readonly unstarted: readonly Unstarted[] },
  { replaced, definitions, company, from, to }: Question,
): PlayedTwice {
  const passages: Passage[] = [];
  const control = new ContactPlay(contact, (passage) => passages.push(passage));
  const plays: Plays = { control, changed: new ContactPlay(contact) };
  const changed = new ChangedPlay(plays, replaced, steps);
  const { lacks } = changed;
  let basis: Basis | undefined;
  let left = unstarted;
  /** Until the record goes on, the changed play alone does. */
  const runTo = (until: Millis, index: number): void => {
    lacks.standBefore(index);
    while (left[0] && left[0].at <= until) {
      const [one, ...others] = left;
      left = others;
      const current = basisAt(definitions, one.at, company);
      changed.runTo(one.at, basis ?? current);
      changed.start(one, current);
      basis ??= current;
    }
    if (basis) changed.runTo(until, basis);
  };
  for (const [index, step] of steps.entries()) {
    const { input, now } = step;
    const current = basisOf(step, definitions);
    // What was under way before runs on the machine on which it started: the two plays are one until then.
    const isCompared = now >= from;
    basis = current;
    if (isCompared) runTo(input.kind === 'event' ? (Math.min(now, input.publishedAt) as Millis) : now, index);
    const timer = changed.sharedTimer(input.kind === 'timer' ? timerOf(control, input.id) : undefined);
    const before = control.state;
    passages.length = 0;
    const { emissions: given, problem } = retake(control, step, current);
    if (problem) return { plays, lacks, failure: { problem, unplayed: steps.slice(index), unstarted: left } };
    if (isCompared) changed.take(step, current, { given, before, passages }, timer);
    else changed.mirror(given);
  }
  runTo(to, steps.length);
  changed.end();
  return { plays, lacks, failure: undefined };
}

function timerOf({ timers }: ContactPlay, id: string): Timer | undefined {
  return timers.find((timer) => deadlineId(timer) === id);
}

/** Of a step that was not taken: by what had been published then. */
function basisAt(definitions: StoredDefinitions, at: Millis, company: string): Basis {
  const machines = definitions.at({ definitions: undefined, company, partitions: 0 }, at);
  return { machines, company: company === '' ? undefined : company, place: undefined, isFatal: false };
}
