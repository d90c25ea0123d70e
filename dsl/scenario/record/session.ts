/** From the events of a stored conversation to a session that can be played again. */
import type { Millis } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import { canonicalJson, type Json, type JsonObject } from '../../json.ts';
import type { Answer } from '../../simulation/answers.ts';
import { formatDuration } from '../../text/format-duration.ts';
import type { Action, Person } from '../scenario.ts';
import type { Session } from '../write.ts';
import { actionOf, isAction } from './action.ts';
import { interventionIn, isWithoutEffect } from './intervention.ts';

/** Longer than it takes an answer to come back by itself: what it takes beyond is told as `slow`. */
const AT_ONCE_MS = 2_000;

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface StoredConversation {
  readonly conversation: string;
  /** All its events, in order. */
  readonly events: readonly Event[];
  /** Events that caused them, by id. */
  readonly causes: ReadonlyMap<string, Event>;
  /** What is known of the person when it began. */
  readonly person: Pick<Person, 'locale' | 'zone' | 'attributes'>;
}

export type Recording = { readonly about: string; readonly session: Session } | { readonly reason: string };

/**
 * The inputs are what caused something in it; time passes between them as it did, to the second. It ends before what no
 * scenario can say; the session's notes tell so.
 */
export function recordSession(stored: StoredConversation): Recording {
  const started = stored.events.find(({ type }) => type === 'conversation.started');
  if (!started) return { reason: `nothing is stored of how ${stored.conversation} started` };
  const { definition, to } = started.data as EventData['conversation.started'];
  const person: Person = { name: '', addresses: [to], ...stored.person };
  const tape = new Tape(stored, person, momentOf(stored.causes.get(started.causationid ?? '') ?? started));
  for (const event of stored.events) {
    const reason = tape.take(event);
    if (reason === undefined) continue;
    if (tape.isEmpty) return { reason };
    tape.note(`It is recorded until ${event.time}: ${reason}`);
    break;
  }
  return { about: definition, session: tape.session() };
}

interface Taken {
  readonly action: Action;
  readonly events: Event[];
}

class Tape {
  private readonly stored: StoredConversation;
  private readonly person: Person;
  private readonly begin: number;
  /** Virtual time. */
  private now: number;
  private readonly played: Taken[] = [];
  private readonly given: Record<string, Answer> = {};
  /** What a source answers by now. */
  private readonly answers = new Map<string, string>();
  private readonly entered = new Set<string>();
  private readonly notes: string[] = [];

  constructor(stored: StoredConversation, person: Person, begin: number) {
    this.stored = stored;
    this.person = person;
    this.begin = begin;
    this.now = begin;
  }

  get isEmpty(): boolean {
    return this.played.length === 0;
  }

  note(note: string): void {
    this.notes.push(note);
  }

  /** A sentence where it can not be played again from there on. */
  take(event: Event): string | undefined {
    if (isWithoutEffect(event)) return undefined;
    const { causationid = '' } = event;
    const cause = this.stored.causes.get(causationid);
    const intervention = interventionIn(event, cause);
    if (intervention !== undefined) return `then ${intervention}, which no scenario can say.`;
    // Receipts and answers stand for themselves: they are inputs, not what follows.
    if (isAction(event.type) || event.type.startsWith('data.rec') || event.type.startsWith('data.fail'))
      return undefined;
    if (!this.entered.has(causationid)) {
      const reason = this.enter(event, cause);
      if (reason !== undefined) return reason;
      this.entered.add(causationid);
    }
    this.played.at(-1)?.events.push(event);
    if (event.type === 'data.requested') this.answer(event);
    return undefined;
  }

  session(): Session {
    const given = {
      ...{ now: this.begin as Millis, people: [this.person], answers: this.given },
      receipts: 'at-once' as const,
    };
    return {
      title: `recorded ${new Date(this.begin).toISOString().slice(0, 10)}`,
      given,
      played: this.played,
      notes: this.notes,
    };
  }

  private enter(event: Event, cause: Event | undefined): string | undefined {
    if (!cause) {
      this.advance(Math.ceil((momentOf(event) - this.now) / 1_000));
      return undefined;
    }
    if (cause.type === 'message.sent') return undefined;
    if (cause.type === 'data.received' || cause.type === 'data.failed') {
      if (this.delayOf(cause) > AT_ONCE_MS) this.advance(Math.ceil((momentOf(event) - this.now) / 1_000));
      return undefined;
    }
    const action = actionOf(cause, this.person);
    if (!action) return `then ${cause.type} moved it, which can be part of no scenario.`;
    this.advance(Math.floor((momentOf(cause) - this.now) / 1_000));
    this.played.push({ action, events: [] });
    return undefined;
  }

  /** To the second: reading it matters more, and no deadline of a definition is finer. */
  private advance(seconds: number): void {
    if (seconds <= 0) return;
    const ms = seconds * 1_000;
    this.now += ms;
    this.played.push({ action: { do: 'advance', ms, text: formatDuration(ms) }, events: [] });
  }

  /** What a source answers is said before the action that leads to the question. */
  private answer(asked: Event): void {
    const { request, source } = asked.data as EventData['data.requested'];
    const came = this.answerTo(request);
    const answer: Answer = came ? { ...answerOf(came), ...this.slowness(came) } : this.silence(asked);
    const text = canonicalJson(answer);
    const before = this.answers.get(source);
    this.answers.set(source, text);
    if (before === text) return;
    if (before === undefined) this.given[source] = answer;
    else this.played.splice(-1, 0, { action: { do: 'answer', answers: { [source]: answer } }, events: [] });
  }

  /** Of a source that had not answered by the end of what is stored. */
  private silence(asked: Event): Answer {
    const { source } = asked.data as EventData['data.requested'];
    this.note(
      `${source} never answered what it was asked at ${asked.time}: here it would, later than all that is recorded.`,
    );
    const newest = this.stored.events.reduce((latest, event) => Math.max(latest, momentOf(event)), momentOf(asked));
    const days = Math.ceil((newest - momentOf(asked)) / DAY_MS) + 1;
    return { code: 'data-timed-out', afterMs: days * DAY_MS };
  }

  private answerTo(request: string): Event | undefined {
    for (const event of this.stored.causes.values()) {
      const isAnswer = event.type === 'data.received' || event.type === 'data.failed';
      if (isAnswer && (event.data as { readonly request: string }).request === request) return event;
    }
    return undefined;
  }

  private slowness(came: Event): { readonly afterMs?: number } {
    const delay = this.delayOf(came);
    return delay > AT_ONCE_MS ? { afterMs: delay } : {};
  }

  private delayOf(came: Event): number {
    const { request } = came.data as { readonly request: string };
    const asked = this.stored.events.find(
      ({ type, data }) => type === 'data.requested' && (data as { readonly request: string }).request === request,
    );
    return asked ? momentOf(came) - momentOf(asked) : 0;
  }
}

function answerOf({ type, data }: Event): Answer {
  if (type === 'data.received') {
    const { value, status } = data as { readonly value: Json; readonly status?: number };
    return { value, ...(status === undefined || status === 200 ? {} : { status }) };
  }
  const { code, reason, status, permanent } = data as {
    readonly code: string;
    readonly reason?: string;
    readonly status?: number;
    readonly permanent?: boolean;
  };
  return {
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(status === undefined ? {} : { status }),
    ...(permanent === undefined ? {} : { permanent }),
  };
}

function momentOf({ time }: Event): number {
  return Date.parse(time);
}

/** Of the person, as far as events before the conversation tell. */
export function personKnown(updates: readonly Event[]): StoredConversation['person'] {
  let known: StoredConversation['person'] = {};
  for (const { data } of updates) {
    const { locale, zone, attributes } = data as Pick<Person, 'locale' | 'zone'> & { readonly attributes?: JsonObject };
    known = {
      ...known,
      ...(locale === undefined ? {} : { locale }),
      ...(zone === undefined ? {} : { zone }),
      ...(attributes === undefined ? {} : { attributes: { ...known.attributes, ...attributes } }),
    };
  }
  return known;
}
