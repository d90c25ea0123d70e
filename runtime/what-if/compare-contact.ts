/** One person's recorded conversations, and how they would have gone on changed definitions. */
import type { ContactKey } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { isCorrelationKey } from '../../dsl/correlation.ts';
import type { TargetedData } from '../../dsl/step/contract.ts';
import type { ProblemCode } from '../history/problem.ts';
import { isDecided, type RecordedHistory } from '../history/recorded-step.ts';
import { NO_COST, type Cost } from './cost.ts';
import { divergenceOf, type Divergence } from './divergence.ts';
import type { Lack } from './lacks.ts';
import { playTwice, type Failure, type PlayedTwice, type Question } from './lockstep.ts';
import { stateNames } from './state-names.ts';
import type { Told } from './telling.ts';
import type { Unstarted } from './unstarted.ts';

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
  { key: contact, steps }: RecordedHistory,
  question: Question,
  unstarted: readonly Unstarted[] = [],
): readonly Comparison[] {
  if (isCorrelationKey(contact)) return [];
  const decided = steps.filter((step) => step.now < question.to && isDecided(step, contact));
  const played = playTwice(contact, { steps: decided, unstarted }, question);
  const told = comparisons(contact, question, played);
  const known = new Set(told.map(({ conversation }) => conversation));
  const missing = played.failure ? unplayed(contact, question, played.failure) : [];
  return [...told, ...missing.filter(({ conversation }) => !known.has(conversation))];
}

/** Conversations that started, or would have, after the play had to stop. */
function unplayed(contact: ContactKey, { from, upTo, replaced }: Question, failure: Failure): Irreproducible[] {
  const { code, detail } = failure.problem;
  const outputs = failure.unplayed.filter(({ now }) => now >= from).flatMap(({ given }) => given?.whole ?? []);
  const started = outputs.flatMap(({ type, conversation, data }): Irreproducible[] => {
    if (type !== 'conversation.started' || isBeyond(conversation, upTo)) return [];
    const { definition } = JSON.parse(data) as EventData['conversation.started'];
    return replaced.has(definition) ? [{ is: 'irreproducible', conversation, contact, definition, code, detail }] : [];
  });
  const others = failure.unstarted.map(({ event }): Irreproducible => {
    const { definition } = event.data as TargetedData;
    return { is: 'irreproducible', conversation: event.id, contact, definition, code, detail };
  });
  return [...started, ...others];
}

function comparisons(
  contact: ContactKey,
  { from, to, upTo, replaced }: Question,
  { plays, lacks, failure }: PlayedTwice,
): readonly Comparison[] {
  const before = new Map(plays.control.tellings.all().map((told) => [told.id, told]));
  const after = new Map(plays.changed.tellings.all().map((told) => [told.id, told]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((conversation): readonly Comparison[] => {
    const [recorded, other] = [before.get(conversation), after.get(conversation)];
    const { definition = '', startedAt = 0 } = recorded ?? other ?? {};
    if (startedAt < from || startedAt >= to || !replaced.has(definition)) return [];
    if (upTo !== undefined && (!recorded || isBeyond(conversation, upTo))) return [];
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

function isBeyond(conversation: string, upTo: string | undefined): boolean {
  return upTo !== undefined && conversation > upTo;
}

function endingOf(told: Told | undefined, lacks: Lack | undefined): Ending {
  if (!told) return { is: 'absent' };
  if (told.end !== undefined) return { is: 'ended', how: told.end };
  return lacks === undefined ? { is: 'open', state: told.state } : { is: 'untold', state: told.state, lacks };
}
