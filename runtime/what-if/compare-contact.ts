/** One person's recorded conversations, and how they would have gone on changed definitions. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { ContactPlay } from './contact-play.ts';
import { ChangedPlay, type Lack } from './changed-play.ts';
import { Control, NotReproducible, type IrreproducibleCode } from './control.ts';
import { NO_COST, type Cost } from './cost.ts';
import { divergenceOf, type Divergence } from './divergence.ts';
import type { RecordedContact, RecordedStep } from './recorded.ts';
import type { ReplacedDefinitions } from './replaced.ts';
import { stateNames } from './state-names.ts';
import type { Told } from './telling.ts';

export interface Question {
  readonly replaced: ReplacedDefinitions;
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
  readonly code: IrreproducibleCode;
  readonly detail: string;
}

export type Comparison = Compared | Irreproducible;

export function compareContact({ contact, steps }: RecordedContact, question: Question): readonly Comparison[] {
  const { replaced, from, to } = question;
  const control = new Control(new ContactPlay(contact));
  const changed = new ChangedPlay(new ContactPlay(contact), control, { replaced, steps });
  let failure: Failure | undefined;
  for (const [index, step] of steps.entries()) {
    if (step.now >= to) break;
    // What was under way before runs on the machine on which it started: the two plays are one until then.
    const isCompared = step.now >= from;
    if (isCompared) changed.catchUp(index);
    const timer = step.input.kind === 'deadline' ? control.timer(step.input.id) : undefined;
    const shared = changed.sharedTimer(timer);
    try {
      const given = control.take(step);
      if (isCompared) changed.take(step, given, shared);
      else changed.mirror(given);
    } catch (error) {
      if (!(error instanceof NotReproducible)) throw error;
      failure = { error, unplayed: steps.slice(index).filter(({ now }) => now < to) };
      break;
    }
  }
  if (!failure) changed.finish(to);
  const told = comparisons(contact, question, control, changed, failure);
  const known = new Set(told.map(({ conversation }) => conversation));
  return [...told, ...unplayed(contact, question, failure).filter(({ conversation }) => !known.has(conversation))];
}

interface Failure {
  readonly error: NotReproducible;
  readonly unplayed: readonly RecordedStep[];
}

/** Conversations that started after the play had to stop. */
function unplayed(contact: ContactKey, { from, replaced }: Question, failure: Failure | undefined): Irreproducible[] {
  if (!failure) return [];
  const { code, detail } = failure.error;
  const outputs = failure.unplayed.filter(({ now }) => now >= from).flatMap((step) => step.whole);
  return outputs.flatMap(({ type, conversation, data }): Irreproducible[] => {
    if (type !== 'conversation.started') return [];
    const { definition } = JSON.parse(data) as EventData['conversation.started'];
    return replaced.has(definition) ? [{ is: 'irreproducible', conversation, contact, definition, code, detail }] : [];
  });
}

function comparisons(
  contact: ContactKey,
  { from, to, replaced }: Question,
  control: Control,
  changed: ChangedPlay,
  failure: Failure | undefined,
): readonly Comparison[] {
  const before = new Map(control.play.tellings.all().map((told) => [told.id, told]));
  const after = new Map(changed.play.tellings.all().map((told) => [told.id, told]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((conversation): readonly Comparison[] => {
    const [recorded, other] = [before.get(conversation), after.get(conversation)];
    const { definition = '', startedAt = 0 } = recorded ?? other ?? {};
    if (startedAt < from || startedAt >= to || !replaced.has(definition)) return [];
    const about = { conversation, contact, definition };
    if (failure && (recorded?.end === undefined || other?.end === undefined)) {
      const { code, detail } = failure.error;
      return [{ is: 'irreproducible', ...about, code, detail }];
    }
    const nameOf = stateNames(recorded?.machine, other?.machine);
    const divergence = divergenceOf(recorded?.acts ?? [], other?.acts ?? [], nameOf);
    return [
      {
        is: 'compared',
        ...about,
        before: endingOf(recorded, undefined),
        after: endingOf(other, changed.lackOf(conversation)),
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
