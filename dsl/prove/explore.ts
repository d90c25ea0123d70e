/**
 * Looks for the shortest dialogues that show what was proved: a breadth-first search on the simulation, in which
 * dialogues that come to the same place go on as one.
 */
import { parseAddress } from '../../channels/contact-key.ts';
import type { Millis } from '../../channels/brands.ts';
import type { Machine } from '../machine/machine.ts';
import { nextAttempts, startAttempts } from '../scenario/attempts.ts';
import type { Action, Given, Person } from '../scenario/scenario.ts';
import type { Answers } from '../simulation/answers.ts';
import { formatDuration } from '../text/format-duration.ts';
import { inventedAnswers } from './answers.ts';
import type { Claim } from './finding.ts';
import { actionsOf, begin, openOf, placeOf, play, sees, type Played } from './play.ts';

export interface Exploration {
  /** Of each claim that something showed. */
  readonly shown: ReadonlyMap<Claim, readonly Action[]>;
  /** Places in which a conversation waited. */
  readonly places: number;
  /** Everything that could be tried was tried. */
  readonly isComplete: boolean;
}

export interface ExploreOptions {
  readonly given: Given;
  readonly claims: readonly Claim[];
  /** Other definitions that what it emits may start. */
  readonly beside?: readonly Machine[];
  /** How many actions are tried at most. */
  readonly mostAttempts: number;
  /** Sees the first dialogue to every place where the conversation waits. */
  readonly visit?: (played: Played) => void;
}

/** A place is gone on from with so many different values of the variables. */
const VARIANTS = 3;
/** Time-outs followed to see whether it comes back. */
const MAX_RETURN = 20;
/** Longer than a system takes, shorter than anybody waits for one. */
const SLOW_MS = 5000;

/** A weekday about noon: within most send windows. */
const NOW = Date.parse('2026-03-04T12:00:00Z') as Millis;

/** Somebody who can be reached on every connector. */
export function givenFor(machine: Machine): Given {
  const addresses = [
    parseAddress('tel:+12125550123'),
    parseAddress('mailto:ana@example.com'),
    parseAddress('webchat:ana'),
  ];
  const [first = parseAddress('webchat:ana'), ...others] = addresses;
  const [locale] = machine.locales;
  const person: Person = {
    name: '',
    addresses: [first, ...others],
    zone: machine.zone,
    ...(locale === undefined ? {} : { locale }),
  };
  return { now: NOW, people: [person], answers: inventedAnswers(machine, NOW, 'rich'), receipts: 'at-once' };
}

export function explore(machine: Machine, options: ExploreOptions): Exploration {
  return new Search(machine, options).run();
}

class Search {
  private readonly machine: Machine;
  private readonly options: ExploreOptions;
  private readonly open: Set<Claim>;
  private readonly shown = new Map<Claim, readonly Action[]>();
  private readonly variants = new Map<string, Set<string>>();
  private readonly queue: Played[] = [];
  private readonly poor: Answers;
  private attempts = 0;

  constructor(machine: Machine, options: ExploreOptions) {
    this.machine = machine;
    this.options = options;
    this.open = new Set(options.claims);
    this.poor = inventedAnswers(machine, options.given.now, 'poor');
  }

  run(): Exploration {
    const { given } = this.options;
    const [person] = given.people;
    const first = begin([this.machine, ...(this.options.beside ?? [])], given);
    for (const action of startAttempts(this.machine, given, [])) this.tryAll(first, action);
    let at = 0;
    for (; at < this.queue.length && !this.isDone; at += 1) {
      const played = this.queue[at];
      const conversation = played && openOf(this.machine, played);
      if (!conversation || !person) continue;
      for (const action of nextAttempts(this.machine, conversation, person, played.stage.world))
        this.tryAll(played, action);
    }
    return { shown: this.shown, places: this.variants.size, isComplete: at >= this.queue.length };
  }

  private get isDone(): boolean {
    if (this.attempts >= this.options.mostAttempts) return true;
    return this.open.size === 0 && this.options.visit === undefined;
  }

  /** With every answer of the systems that it asks: good, none, little, and late. */
  private tryAll(before: Played, action: Action): void {
    if (this.isDone) return;
    const played = this.attempt(before, action);
    for (const source of this.asked(played)) {
      const failing: Action = { do: 'answer', answers: { [source]: { code: 'data-unavailable', reason: 'down' } } };
      this.attempt(play(before, failing), action);
      const poor = this.poor[source];
      if (poor) this.attempt(play(before, { do: 'answer', answers: { [source]: poor } }), action);
      const good = this.options.given.answers[source];
      if (good)
        this.attempt(play(before, { do: 'answer', answers: { [source]: { ...good, afterMs: SLOW_MS } } }), action);
    }
  }

  private asked({ events }: Played): ReadonlySet<string> {
    return new Set(
      events.flatMap(({ type, data }) => (type === 'data.requested' ? [(data as { source: string }).source] : [])),
    );
  }

  private attempt(before: Played, action: Action): Played {
    this.attempts += 1;
    const played = play(before, action);
    this.look(played);
    const conversation = played.isEndless ? undefined : openOf(this.machine, played);
    if (!conversation) return played;
    const place = placeOf(conversation);
    const known = this.variants.get(place) ?? new Set();
    const values = JSON.stringify(conversation.frames.map(({ vars, data }) => [vars, data]));
    if (known.has(values) || known.size >= VARIANTS) return played;
    if (known.size === 0) {
      this.options.visit?.(played);
      this.followSilence(played);
    }
    this.variants.set(place, known.add(values));
    this.queue.push(played);
    return played;
  }

  private look(played: Played): void {
    for (const claim of this.open) {
      if (!sees(this.machine, played, claim)) continue;
      this.shown.set(claim, actionsOf(played));
      this.open.delete(claim);
    }
  }

  /** What comes back in silence alone. */
  private followSilence(from: Played): void {
    const wanted = [...this.open].filter((claim) => claim.sees === 'return');
    let played = from;
    for (let round = 0; round < MAX_RETURN && wanted.some((claim) => this.open.has(claim)); round += 1) {
      const { idleMs } = played.stage.world;
      if (idleMs === undefined || !openOf(this.machine, played)) return;
      const ms = Math.ceil(idleMs / 1000) * 1000;
      played = play(played, { do: 'advance', ms, text: formatDuration(ms) });
      this.look(played);
    }
  }
}
