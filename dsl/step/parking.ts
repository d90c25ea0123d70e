/**
 * An input that makes the step throw stops the conversation that it concerns, and nothing else: that conversation is
 * parked. What comes for it is kept, in order, until an operator resumes or cancels it.
 *
 * While it is parked its clocks stand still; a delay ends when it would have. A message is kept for it where it is on its
 * connector and nobody else takes it: not the platform's words, no other conversation, no start by a word.
 */
import type { ConversationId } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { heldTimerOf, type ContactState, type Parked, type Timer } from '../contact.ts';
import { MAX_EMITTED_BY_KEPT, MAX_KEPT_BYTES, MAX_KEPT_INPUTS } from '../limits.ts';
import {
  AWAIT_REFUSED,
  KEPT_LEFT,
  MATCHED,
  type Emission,
  type KeptLeftData,
  type Machines,
  type Step,
  type StepContext,
  type StepInput,
  type StepResult,
} from './contract.ts';
import { Draft, type ConversationDraft } from './draft.ts';
import { dropHeld } from './held.ts';
import { endLargest, hasRoom } from './overfull.ts';
import { isRepeated, messageMarkOf } from './repeats.ts';
import { StuckError } from './stuck.ts';
import { isoOf, purposeOf } from './timers.ts';

/** More came for a parked conversation than is kept for it: the engine puts the input on the dead letter topic. */
export class KeptInputsError extends ParlanceError<'kept-inputs-full'> {}

/** An input ended the process each time that it was tried: it is tried no more. */
export class FatalInputError extends ParlanceError<'input-fatal'> {
  constructor() {
    super('input-fatal', 'the process ended each time that this input was tried');
  }
}

/** What follows from a deadline cannot be recorded: it would come due for ever. */
export class DeadlineTooLargeError extends ParlanceError<'record-too-large'> {
  constructor() {
    super('record-too-large', 'what follows from this deadline has no room in a record of the journal');
  }
}

/** Told of what stopped or ended a conversation, for those who look for the cause. */
export type OnParked = (conversation: ConversationId, error: unknown) => void;

/**
 * The step, with what makes it throw parked. Throws where no conversation can be told that an input belongs to, and
 * KeptInputsError.
 */
export function withParking(step: Step, onParked: OnParked = () => undefined): Step {
  const parking: Step = (machines, state, input, context) => {
    if (input.kind === 'event') {
      const { event } = input;
      if (event.type === 'conversation.resume-requested') return resume(parking, machines, state, event, context);
      if (event.type === KEPT_LEFT) return goOn(parking, machines, state, event.data as KeptLeftData, context);
    }
    const parked = state && parkedOf(state, input);
    if (parked) return input.kind === 'event' ? keep(state, parked, input.event, context) : { state, emissions: [] };
    try {
      const result = step(machines, state, input, context);
      if (result.forParked === undefined || !state || input.kind === 'timer') return result;
      return keep(state, result.forParked, input.event, context);
    } catch (error) {
      const stopped = park(state, input, error, context);
      onParked(stopped.conversation, error);
      return stopped.result;
    }
  };
  return parking;
}

/** The parked conversation that an input is for, whoever else there is. */
function parkedOf({ conversations }: ContactState, input: StepInput): ConversationId | undefined {
  if (conversations.every(({ parked }) => !parked)) return undefined;
  const id = namedBy(input);
  return conversations.find((conversation) => conversation.id === id && conversation.parked)?.id;
}

/** The conversation that an input names. */
function namedBy(input: StepInput): string | undefined {
  if (input.kind === 'timer') return input.timer.conversation;
  const { type, data } = input.event;
  if (type.startsWith('message.')) return beforeSlash((data as { readonly message?: string }).message);
  if (type.startsWith('data.')) return beforeSlash((data as { readonly request: string }).request);
  if (type.startsWith('handoff.') || type === MATCHED || type === AWAIT_REFUSED)
    return (data as { readonly conversation: string }).conversation;
  return undefined;
}

function beforeSlash(id = ''): string {
  return id.slice(0, id.lastIndexOf('/'));
}

function keep(state: ContactState, id: ConversationId, event: Event, context: StepContext): StepResult {
  const draft = new Draft(state, context);
  const { conversation, parked } = parkedIn(draft, id);
  // Whoever is not sure that it arrived sends it again.
  if (parked.kept.some((other) => other.id === event.id && other.type === event.type)) return { state, emissions: [] };
  const kept = [...parked.kept, event];
  const isFull = kept.length > 1 && (kept.length > MAX_KEPT_INPUTS || JSON.stringify(kept).length > MAX_KEPT_BYTES);
  if (isFull) throw new KeptInputsError('kept-inputs-full', `${id} is parked, and no more is kept for it`);
  conversation.parked = { ...parked, kept };
  draft.touch();
  return draft.result();
}

function parkedIn(draft: Draft, id: string): { conversation: ConversationDraft; parked: Parked } {
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (!conversation?.parked) throw new TypeError(`${id} is not parked`);
  return { conversation, parked: conversation.parked };
}

/** `by`: whose it is where neither the error nor the input tells. Throws the error where nobody is stopped by it. */
function park(
  state: ContactState | undefined,
  input: StepInput,
  error: unknown,
  context: StepContext,
  by?: ConversationId,
): { readonly conversation: ConversationId; readonly result: StepResult } {
  const id = error instanceof StuckError ? error.conversation : (namedBy(input) ?? by);
  const draft = new Draft(state, context);
  const conversation =
    draft.conversations.find((candidate) => candidate.id === id) ??
    draft.conversations.find((candidate) => candidate.id === by);
  if (error instanceof KeptInputsError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  if (conversation) {
    const known =
      error instanceof StuckError || error instanceof FatalInputError || error instanceof DeadlineTooLargeError;
    const code = known ? error.code : 'input-failed';
    const stopped = { code, reason, input: idOf(input) };
    conversation.parked = { since: draft.now, ...stopped, kept: input.kind === 'event' ? [input.event] : [] };
    draft.emit('conversations', 'conversation.parked', stopped, conversation.id);
    return { conversation: conversation.id, result: draft.result() };
  }
  if (input.kind === 'event') throw error;
  // Of a message whose conversation is over, nobody is left to be parked: it would come due for ever.
  const { timer } = input;
  const held = draft.state.held?.filter((one) => heldTimerOf(one).id === timer.id) ?? [];
  dropHeld(
    draft,
    held.filter((one) => one.conversation === timer.conversation),
    reason,
  );
  return { conversation: timer.conversation, result: draft.result() };
}

/**
 * As if the step had thrown, for an input that must not be tried. A message that names no conversation parks the only one
 * on its connector. Throws FatalInputError where there is none, or several.
 */
export function parkFatal(
  state: ContactState | undefined,
  input: StepInput,
  context: StepContext,
  onParked: OnParked = () => undefined,
): StepResult {
  const parked = state && parkedOf(state, input);
  if (parked && input.kind === 'event') return keep(state, parked, input.event, context);
  const error = new FatalInputError();
  const stopped = park(state, input, error, context, state && onlyOne(state, input));
  onParked(stopped.conversation, error);
  return stopped.result;
}

/**
 * As if the step had thrown, for a deadline from which too much follows. Where even that has no room in a record, the
 * largest conversation ends instead, and the deadline comes due again.
 */
export function parkTooLarge(
  machines: Machines,
  state: ContactState | undefined,
  timer: Timer,
  context: StepContext,
  { recordBytesMax, onParked = () => undefined }: { readonly recordBytesMax: number; readonly onParked?: OnParked },
): StepResult {
  const error = new DeadlineTooLargeError();
  const stopped = park(state, { kind: 'timer', timer }, error, context);
  const ended = hasRoom(stopped.result, recordBytesMax) ? undefined : endLargest(machines, state, context);
  onParked((ended ?? stopped).conversation, ended?.error ?? error);
  return (ended ?? stopped).result;
}

function onlyOne({ conversations }: ContactState, input: StepInput): ConversationId | undefined {
  if (input.kind === 'timer' || input.event.type !== 'message.received') return undefined;
  const { connector } = input.event.data as EventData['message.received'];
  const [only, ...others] = conversations.filter((conversation) => conversation.connector === connector);
  return others.length === 0 ? only?.id : undefined;
}

function idOf(input: StepInput): string {
  return input.kind === 'event' ? input.event.id : `${input.timer.conversation}/${input.timer.id}`;
}

function resume(
  parking: Step,
  machines: Machines,
  state: ContactState | undefined,
  event: Event,
  context: StepContext,
): StepResult {
  const { conversation: id, skip = false, reason } = event.data as EventData['conversation.resume-requested'];
  const draft = new Draft(state, context);
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (!conversation?.parked) return { state, emissions: [] };
  const { parked } = conversation;
  const [first] = parked.kept;
  const skipped = skip && first?.id === parked.input ? first : undefined;
  if (skipped) {
    conversation.parked = { ...parked, kept: parked.kept.slice(1) };
    remember(draft, skipped);
  }
  const resumed = { ...(skipped && { skipped: skipped.id }), ...(reason === undefined ? {} : { reason }) };
  draft.emit('conversations', 'conversation.resumed', resumed, conversation.id);
  const begun = draft.result();
  const rest = goOn(parking, machines, begun.state, { conversation: conversation.id }, context);
  return { state: rest.state, emissions: [...begun.emissions, ...rest.emissions] };
}

/** What is skipped is so for good: the step that would have noted it was not taken, and its provider may bring it again. */
function remember(draft: Draft, { type, data }: Event): void {
  if (type !== 'message.received') return;
  const { connector, providerId } = data as EventData['message.received'];
  const mark = messageMarkOf(connector, providerId);
  if (mark !== undefined) isRepeated(draft, mark);
}

/** Tries what is kept. What is more than one step may cause waits for the next, and the conversation with it. */
function goOn(
  parking: Step,
  machines: Machines,
  state: ContactState | undefined,
  { conversation: id }: KeptLeftData,
  context: StepContext,
): StepResult {
  const draft = new Draft(state, context);
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (!conversation?.parked) return { state, emissions: [] };
  const { parked } = conversation;
  delete conversation.parked;
  letClocksRun(draft, conversation, parked);
  let result = draft.result();
  const emissions: Emission[] = [...result.emissions];
  for (const [index, event] of parked.kept.entries()) {
    if (emissions.length >= MAX_EMITTED_BY_KEPT && isUnderWay(result.state, id)) {
      const rest = { ...parked, since: draft.now, input: event.id, kept: parked.kept.slice(index) };
      const left: KeptLeftData = { conversation: id };
      emissions.push({ channel: 'inbox', type: KEPT_LEFT, data: left, conversation: id });
      return { state: parkedAgain(result.state, id, rest, context), emissions };
    }
    const input = { kind: 'event', event } as const;
    try {
      result = parking(machines, result.state, input, context);
    } catch (error) {
      result = park(result.state, input, error, context, id).result;
    }
    emissions.push(...result.emissions);
  }
  return { state: result.state, emissions };
}

function letClocksRun(draft: Draft, conversation: ConversationDraft, { since }: Parked): void {
  const stoodMs = draft.now - since;
  conversation.timers = conversation.timers.map((timer) => {
    if (purposeOf(timer.id) === 'delay' || stoodMs === 0) return timer;
    const due = (timer.due + stoodMs) as typeof timer.due;
    draft.emit('timers', 'timer.scheduled', { timer: timer.id, due: isoOf(due) }, conversation.id);
    return { ...timer, due };
  });
  draft.touch();
}

function isUnderWay(state: ContactState | undefined, id: ConversationId): boolean {
  return state?.conversations.some((conversation) => conversation.id === id && !conversation.parked) ?? false;
}

function parkedAgain(
  state: ContactState | undefined,
  id: ConversationId,
  parked: Parked,
  context: StepContext,
): ContactState | undefined {
  const draft = new Draft(state, context);
  for (const conversation of draft.conversations) if (conversation.id === id) conversation.parked = parked;
  draft.touch();
  return draft.result().state;
}
