/**
 * Compares the events of a platform with what a scenario expects, from one action to the next. Messages are expected one by
 * one; of emitted events and ends only those that are expected matter, in their order.
 */
import { apparentConnector } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import { dataMatches, textMatches } from '../match.ts';
import type { Ending, Expectation, Person, Scenario } from '../scenario.ts';
import type { JsonObject } from '../../json.ts';
import type { Position } from '../../machine/position.ts';
import { isEmitted } from '../transcript.ts';
import { align, type Alignment, type Likeness } from './align.ts';
import { wrongFields, type Difference, type WrongField } from './difference.ts';

type Placed<Kind extends Expectation['expect']> = Expectation & Position & { readonly expect: Kind };
type AnyPlaced = Expectation & Position;

export interface Compared {
  readonly differences: readonly Difference[];
  /** Events that need not be expected any more. */
  readonly used: ReadonlySet<Event>;
}

const VARS = 'the variables of an open conversation';

const ENDINGS: readonly Ending[] = ['completed', 'failed', 'expired', 'cancelled'];

export interface ComparisonOptions {
  readonly scenario: Scenario;
  readonly personOf: (event: Event) => Person | undefined;
  /** Undefined where people live in the platform's time. */
  readonly momentOf: (event: Event) => Moment | undefined;
  /** Of the action before: where what nobody expected is told. */
  readonly line: number;
}

/** When something happened in a person's own time, and what it may have been in virtual time. In milliseconds. */
export interface Moment {
  readonly own: number;
  readonly earliest: number;
  readonly latest: number;
}

/** `events`: all so far, in order; `used`: those that earlier expectations took. */
export function compare(
  expectations: readonly AnyPlaced[],
  events: readonly Event[],
  used: ReadonlySet<Event>,
  options: ComparisonOptions,
): Compared {
  const { scenario, personOf, momentOf, line } = options;
  const place: Place = { events, momentOf };
  const differences: Difference[] = [];
  const taken = new Set(used);
  const open = events.filter((event) => !used.has(event));
  const isExact =
    (!scenario.isIgnoringMessages && scenario.transcript === undefined) ||
    ofKind(expectations, 'no-message').length > 0;

  const lists: readonly (readonly [wanted: AnyPlaced[], found: Event[], isEach: boolean])[] = [
    ...scenario.given.people.map((person) => {
      const wanted = expectations.filter((one) => one.expect === 'says' && one.person === person);
      const isTo = (event: Event): boolean => event.type === 'message.requested' && personOf(event) === person;
      return [wanted, open.filter(isTo), isExact] as const;
    }),
    [ofKind(expectations, 'emits'), open.filter(({ type, causationid }) => isEmitted(type, causationid)), false],
    [ofKind(expectations, 'ends'), open.filter((event) => endingOf(event) !== undefined), false],
  ];
  for (const [wanted, found, isEach] of lists) {
    const aligned = align(wanted, found, likeness(place));
    differences.push(...told(aligned, line, isEach, place));
    const last = aligned.pairs.at(-1)?.[1] ?? -1;
    // What stands before what was taken is past, expected or not.
    found.forEach((event, index) => {
      if (isEach || index <= last) taken.add(event);
    });
  }
  differences.push(...ofKind(expectations, 'happens').flatMap((one) => happened(one, events)));
  differences.push(...ofKind(expectations, 'waits').flatMap((one) => waited(one, events)));
  return { differences: differences.sort((one, other) => one.line - other.line), used: taken };
}

/** Among what an event is looked at. */
type Place = Pick<ComparisonOptions, 'momentOf'> & { readonly events: readonly Event[] };

function ofKind<Kind extends Expectation['expect']>(list: readonly AnyPlaced[], kind: Kind): Placed<Kind>[] {
  return list.filter((one): one is Placed<Kind> => one.expect === kind);
}

function told(
  { outOfOrder, wrong, missing, unexpected }: Alignment<AnyPlaced, Event>,
  line: number,
  isExact: boolean,
  place: Place,
): readonly Difference[] {
  return [
    ...outOfOrder.map(([one]) => ({ kind: 'out-of-order' as const, line: one.line, what: whatIsExpected(one) })),
    ...wrong.flatMap(([one, event]) =>
      fieldsOf(one, event, place).map((field) => {
        return { kind: 'wrong' as const, line: one.line, what: event.type, ...field };
      }),
    ),
    ...missing.map((one) => ({ kind: 'missing' as const, line: one.line, what: whatIsExpected(one) })),
    ...(isExact ? unexpected.map((event) => ({ kind: 'unexpected' as const, line, what: whatHappened(event) })) : []),
  ];
}

function likeness(place: Place): Likeness<AnyPlaced, Event> {
  return {
    matches: (one, event) => fieldsOf(one, event, place).length === 0,
    resembles: (one, event) => {
      if (one.expect === 'emits') return one.type === event.type;
      return (
        one.expect !== 'ends' || one.definition === undefined || one.definition === definitionOf(event, place.events)
      );
    },
  };
}

/** In what an event is not the one that is expected. */
function fieldsOf(one: AnyPlaced, event: Event, place: Place): readonly WrongField[] {
  if (one.expect === 'says') return [...saidOtherwise(one, event), ...saidAnotherTime(one, event, place)];
  if (one.expect === 'ends') return endedOtherwise(one, event, place.events);
  if (one.expect !== 'emits') return [];
  if (one.type !== event.type) return [{ field: 'type', expected: one.type, actual: event.type }];
  return one.data === undefined ? [] : wrongFields('data', one.data, event.data);
}

function saidOtherwise({ text, choices, connector, data }: Placed<'says'>, event: Event): readonly WrongField[] {
  const said = event.data as EventData['message.requested'];
  const labels = (said.choices ?? []).map(({ label }) => label);
  return [
    ...(text === undefined || textMatches(text, said.text)
      ? []
      : [{ field: 'data.text', expected: JSON.stringify(text), actual: JSON.stringify(said.text) }]),
    ...differing('data.choices', choices && JSON.stringify(choices), JSON.stringify(labels)),
    ...differing('data.connector', connector, apparentConnector(said.connector, said.to)),
    ...(data === undefined || dataMatches(data, event.data) ? [] : wrongFields('data', data, event.data)),
  ];
}

function saidAnotherTime({ at }: Placed<'says'>, event: Event, { momentOf }: Place): readonly WrongField[] {
  if (at === undefined) return [];
  const moment = momentOf(event);
  if (moment && moment.earliest <= at && at <= moment.latest) return [];
  const actual = moment ? new Date(moment.own).toISOString() : event.time;
  return [{ field: 'time', expected: new Date(at).toISOString(), actual }];
}

function endedOtherwise(one: Placed<'ends'>, event: Event, events: readonly Event[]): readonly WrongField[] {
  const { outcome = 'nothing', code = 'nothing' } = event.data as { readonly outcome?: string; readonly code?: string };
  return [
    ...differing('definition', one.definition, definitionOf(event, events) ?? 'unknown'),
    ...differing('type', `conversation.${one.how}`, event.type),
    ...differing('data.outcome', one.outcome, outcome),
    ...differing('data.code', one.code, code),
  ];
}

function differing(field: string, expected: string | undefined, actual: string): readonly WrongField[] {
  return expected === undefined || expected === actual ? [] : [{ field, expected, actual }];
}

function happened(one: Placed<'happens'>, events: readonly Event[]): readonly Difference[] {
  const { type, data, line } = one;
  const ofType = events.filter((event) => event.type === type);
  if (ofType.some((event) => data === undefined || dataMatches(data, event.data))) return [];
  const newest = ofType.at(-1);
  if (!newest || data === undefined) return [{ kind: 'missing', line, what: whatIsExpected(one) }];
  return wrongFields('data', data, newest.data).map((field) => ({ kind: 'wrong', line, what: type, ...field }));
}

function waited(one: Placed<'waits'>, events: readonly Event[]): readonly Difference[] {
  const { state: expected, line } = one;
  const newest = events.findLast(({ type }) => type === 'conversation.waiting');
  if (!newest) return [{ kind: 'missing', line, what: whatIsExpected(one) }];
  const { state: actual = 'nothing' } = newest.data as { readonly state?: string };
  if (actual === expected) return [];
  return [{ kind: 'wrong', line, what: newest.type, field: 'data.state', expected, actual }];
}

/** What is kept of the newest conversation that is open, if any; or why that is not known. */
export type KeptVars = { readonly vars: JsonObject | undefined } | { readonly problem: string };

export function compareVars(expectations: readonly AnyPlaced[], kept: KeptVars): readonly Difference[] {
  return ofKind(expectations, 'vars').flatMap(({ values, line }): readonly Difference[] => {
    const wrong = (field: WrongField): Difference => ({ kind: 'wrong', line, what: VARS, ...field });
    if ('problem' in kept)
      return [wrong({ field: 'vars', expected: JSON.stringify(values), actual: `not known: ${kept.problem}` })];
    if (kept.vars === undefined) return [{ kind: 'missing', line, what: VARS }];
    return wrongFields('vars', values, kept.vars).map(wrong);
  });
}

function definitionOf({ correlationid }: Event, events: readonly Event[]): string | undefined {
  const started = events.find(
    (event) => event.type === 'conversation.started' && event.correlationid === correlationid,
  );
  return (started?.data as { readonly definition?: string } | undefined)?.definition;
}

function endingOf({ type }: Event): Ending | undefined {
  return ENDINGS.find((ending) => type === `conversation.${ending}`);
}

function whatIsExpected(one: AnyPlaced): string {
  switch (one.expect) {
    case 'says':
      return `message.requested${one.text === undefined ? '' : ` ${JSON.stringify(one.text.trimEnd())}`}`;
    case 'emits':
    case 'happens':
      return `${one.type}${one.data === undefined ? '' : ` ${JSON.stringify(one.data)}`}`;
    case 'ends':
      return ['conversation.' + one.how, one.outcome ?? one.code].filter((part) => part !== undefined).join(' ');
    case 'waits':
      return `conversation.waiting ${one.state}`;
    case 'no-message':
      return one.expect;
    case 'vars':
      return VARS;
  }
}

function whatHappened({ type, data }: Event): string {
  return `${type} ${JSON.stringify((data as { readonly text?: string }).text)}`;
}
