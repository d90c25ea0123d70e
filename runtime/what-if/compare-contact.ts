/** One person's recorded conversations, and how they would have gone on changed definitions. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { Timer } from '../../dsl/contact.ts';
import { deadlineId, isCorrelationKey } from '../../dsl/correlation.ts';
import { basisOf, type Basis } from '../history/play.ts';
import type { Problem, ProblemCode } from '../history/problem.ts';
import { isDecided, type RecordedHistory, type RecordedStep } from '../history/recorded-step.ts';
import { retake } from '../history/retake.ts';
import type { StoredDefinitions } from '../history/stored-definitions.ts';
import { ChangedPlay } from './changed-play.ts';
import { ContactPlay } from './contact-play.ts';
import { NO_COST, type Cost } from './cost.ts';
import { divergenceOf, type Divergence } from './divergence.ts';
import type { Lack, Lacks, Plays } from './lacks.ts';
import type { ReplacedDefinitions } from './replaced.ts';
import { stateNames } from './state-names.ts';
import type { Told } from './telling.ts';

export interface Question {
  readonly replaced: ReplacedDefinitions;
  readonly definitions: StoredDefinitions;
  /** Conversations are compared that started from then on, and before `to`; what happened up to that is on record. */
  readonly from: Millis;
  readonly to: Millis;
}

export type Ending =
  | { readonly is: 'ended'; readonly how: string }
  | { readonly is: 'open'; readonly state: string }
  /** It waits for what nobody was asked. */
  | { readonly is: 'untold'; readonly state: string; readonly lacks: Lack }
  | { readonly is: 'absent' };

export interface Compared {
  readonly is: 'compared';
  readonly conversation: string;
  readonly contact: ContactKey;
  readonly definition: string;
  readonly before: Ending;
  readonly after: Ending;
  readonly costBefore: Cost;
  readonly costAfter: Cost;
  /** What follows it is counterfactual: the person answered what was said before. */
  readonly divergence?: Divergence;
}

export interface Irreproducible {
  readonly is: 'irreproducible';
  readonly conversation: string;
  readonly contact: ContactKey;
  readonly definition: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

export type Comparison = Compared | Irreproducible;

export function compareContact(
  { key: contact, steps: all }: RecordedHistory,
  question: Question,
): readonly Comparison[] {
  if (isCorrelationKey(contact)) return [];
  const { replaced, definitions, from, to } = question;
  const steps = all.filter((step) => step.now < to && isDecided(step, contact));
  const plays: Plays = { control: new ContactPlay(contact), changed: new ContactPlay(contact) };
  const changed = new ChangedPlay(plays, replaced, steps);
  let failure: Failure | undefined;
  let basis: Basis | undefined;
  for (const [index, step] of steps.entries()) {
    basis = basisOf(step, definitions);
    const { input, now } = step;
    // What was under way before runs on the machine on which it started: the two plays are one until then.
    const isCompared = now >= from;
    if (isCompared) {
      changed.lacks.standBefore(index);
      changed.runTo(input.kind === 'event' ? (Math.min(now, input.publishedAt) as Millis) : now, basis);
    }
    const timer = input.kind === 'timer' ? timerOf(plays.control, input.id) : undefined;
    const shared = changed.sharedTimer(timer);
    const { emissions: given, problem } = retake(plays.control, step, basis);
    if (problem) {
      failure = { problem, unplayed: steps.slice(index) };
      break;
    }
    if (isCompared) changed.take(step, basis, { given, shared });
    else changed.mirror(given);
  }
  if (!failure && basis) {
    changed.lacks.standBefore(steps.length);
    changed.runTo(to, basis);
  }
  const told = comparisons(contact, question, { plays, lacks: changed.lacks, failure });
  const known = new Set(told.map(({ conversation }) => conversation));
  return [...told, ...unplayed(contact, question, failure).filter(({ conversation }) => !known.has(conversation))];
}

function timerOf({ timers }: ContactPlay, id: string): Timer | undefined {
  return timers.find((timer) => deadlineId(timer) === id);
}

interface Failure {
  readonly problem: Problem;
  readonly unplayed: readonly RecordedStep[];
}

/** Conversations that started after the play had to stop. */
function unplayed(contact: ContactKey, { from, replaced }: Question, failure: Failure | undefined): Irreproducible[] {
  if (!failure) return [];
  const { code, detail } = failure.problem;
  const outputs = failure.unplayed.filter(({ now }) => now >= from).flatMap(({ given }) => given?.whole ?? []);
  return outputs.flatMap(({ type, conversation, data }): Irreproducible[] => {
    if (type !== 'conversation.started') return [];
    const { definition } = JSON.parse(data) as EventData['conversation.started'];
    return replaced.has(definition) ? [{ is: 'irreproducible', conversation, contact, definition, code, detail }] : [];
  });
}

function comparisons(
  contact: ContactKey,
  { from, to, replaced }: Question,
  { plays, lacks, failure }: { readonly plays: Plays; readonly lacks: Lacks; readonly failure: Failure | undefined },
): readonly Comparison[] {
  const before = new Map(plays.control.tellings.all().map((told) => [told.id, told]));
  const after = new Map(plays.changed.tellings.all().map((told) => [told.id, told]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((conversation): readonly Comparison[] => {
    const [recorded, other] = [before.get(conversation), after.get(conversation)];
    const { definition = '', startedAt = 0 } = recorded ?? other ?? {};
    if (startedAt < from || startedAt >= to || !replaced.has(definition)) return [];
    const about = { conversation, contact, definition };
    if (failure && (recorded?.end === undefined || other?.end === undefined)) {
      const { code, detail } = failure.problem;
      return [{ is: 'irreproducible', ...about, code, detail }];
    }
    const nameOf = stateNames(recorded?.machine, other?.machine);
    const divergence = divergenceOf(recorded?.acts ?? [], other?.acts ?? [], nameOf);
    return [
      {
        is: 'compared',
        ...about,
        before: endingOf(recorded, undefined),
        after: endingOf(other, lacks.of(conversation)),
        costBefore: recorded?.cost ?? NO_COST,
        costAfter: other?.cost ?? NO_COST,
        ...(divergence ? { divergence } : {}),
      },
    ];
  });
}

function endingOf(told: Told | undefined, lacks: Lack | undefined): Ending {
  if (!told) return { is: 'absent' };
  if (told.end !== undefined) return { is: 'ended', how: told.end };
  return lacks === undefined ? { is: 'open', state: told.state } : { is: 'untold', state: told.state, lacks };
}
