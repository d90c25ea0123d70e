/** A recorded session without what tells who it was: as much is replaced as can be without anything going otherwise. */
import { addressOf, apparentConnector } from '../../../channels/contact-key.ts';
import type { Json } from '../../json.ts';
import type { Answers } from '../../simulation/answers.ts';
import { renamed, renamer, writtenForms } from '../rename.ts';
import type { Action } from '../scenario.ts';
import type { Played, Session } from '../write.ts';

/** Whether the session still goes as it did. */
export type Holds = (session: Session) => Promise<boolean>;

/** Of the person's first address of a scheme, and of further ones. */
const STAND_INS: Readonly<Record<string, (index: number) => string>> = {
  tel: (index) => `tel:+1212555${String(123 + index).padStart(4, '0')}`,
  mailto: (index) => `mailto:ana${further(index)}@example.org`,
};

function further(index: number): string {
  return index === 0 ? '' : `-${index + 1}`;
}

/** Addresses always go. Each other text goes where another one, of no meaning or of the same shape, does as well. */
export async function anonymised(session: Session, holds: Holds): Promise<Session> {
  let current = withoutAddress(session);
  const standIns = addressesOf(current);
  const texts = [...textsIn(current)]
    .filter((text) => !standIns.has(addressOf(text) ?? ''))
    .sort((one, other) => other.length - one.length);
  for (const [index, text] of texts.entries()) {
    for (const other of [`text-${index + 1}`, shapeOf(text)]) {
      const changed = replaced(current, [[text, other]]);
      if (!(await holds(changed))) continue;
      current = changed;
      break;
    }
  }
  return current;
}

/** Scenarios know people by phone, e-mail and web chat: whoever does not exist is in the web chat there. */
export function inKnownScheme(session: Session): Session {
  const isKnown = session.given.people.every(({ addresses }) =>
    addresses.every((one) => /^(tel|mailto|webchat):/.test(one)),
  );
  return isKnown ? session : withoutAddress(session);
}

/** However they are written where they stand alone. */
function withoutAddress(session: Session): Session {
  const texts = textsIn(session);
  const pairs = [...addressesOf(session)].flatMap((address, index, all) => {
    const scheme = schemeSeen(address);
    const before = all.slice(0, index).filter((other) => schemeSeen(other) === scheme).length;
    const standIn = STAND_INS[scheme]?.(before) ?? `webchat:ana${further(index)}`;
    const [whole = standIn, bare = whole] = writtenForms(standIn);
    const others = [...texts].filter((text) => addressOf(text) === address);
    const asWritten = others.map((text) => [text, /^[a-z]+:/i.test(text) ? whole : bare] as const);
    return [...asWritten, ...writtenForms(address).map((form) => [form, form === address ? whole : bare] as const)];
  });
  return replaced(session, pairs);
}

const SCHEMES: Readonly<Record<string, string>> = { sms: 'tel', email: 'mailto' };

/** Of somebody who does not exist, that of the connector whose texts they read. */
function schemeSeen(address: string): string {
  const scheme = address.slice(0, address.indexOf(':'));
  const connector = apparentConnector(scheme, address);
  return SCHEMES[connector] ?? connector;
}

/** The person's, and others that they wrote from. */
function addressesOf({ given, played }: Session): ReadonlySet<string> {
  const froms = played.flatMap(({ action }) => (action.do === 'reply' ? (action.from ?? []) : []));
  return new Set([
    ...given.people.flatMap(({ addresses }) => addresses),
    ...froms.flatMap((from) => addressOf(from) ?? []),
  ]);
}

/** Of what came from outside: what the definition says itself is no secret. */
function textsIn({ given: { people, answers }, played }: Session): ReadonlySet<string> {
  return new Set([
    ...people.flatMap(({ attributes = {} }) => leaves(attributes)),
    ...textsOfAnswers(answers),
    ...played.flatMap(({ action }) => textsOf(action)),
  ]);
}

function textsOf(action: Action): readonly string[] {
  switch (action.do) {
    case 'reply':
      return [action.text];
    case 'event':
    case 'receive':
    case 'agent':
      return leaves(action.data);
    case 'broadcast':
    case 'schedule':
      return leaves(action.inputs);
    case 'answer':
      return textsOfAnswers(action.answers);
    case 'advance':
      return [];
  }
}

/** Codes are names. */
function textsOfAnswers(answers: Answers): readonly string[] {
  return Object.values(answers).flatMap((answer) => leaves('value' in answer ? answer.value : (answer.reason ?? '')));
}

function leaves(value: Json): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as Readonly<Record<string, Json>>).flatMap(leaves);
}

/** `Ana 7` → `Xxx 1`. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/\p{Ll}/gu, 'x')
    .replaceAll(/\p{Nd}/gu, '1');
}

function replaced(session: Session, pairs: readonly (readonly [from: string, to: string])[]): Session {
  const rename = renamer(pairs);
  const { given, played } = session;
  const withTexts = <Value>(value: Value): Value => renamed(value as unknown as Json, rename) as unknown as Value;
  return {
    ...session,
    given: {
      ...given,
      people: given.people.map((person) => ({ ...person, ...withTexts(person), name: person.name })),
      answers: withTexts(given.answers),
    },
    played: played.map(({ action, events }): Played => {
      const { do: what } = action;
      const changed = { ...withTexts(action), do: what, ...('type' in action ? { type: action.type } : {}) } as Action;
      return { action: changed, events: events.map((event) => ({ ...event, data: withTexts(event.data) })) };
    }),
  };
}
