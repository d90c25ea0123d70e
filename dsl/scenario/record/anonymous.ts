/** A recorded session without what tells who it was: as much is replaced as can be without anything going otherwise. */
import type { Json } from '../../json.ts';
import { renamed, renamer, writtenForms } from '../rename.ts';
import type { Action } from '../scenario.ts';
import type { Played, Session } from '../write.ts';

/** Whether the session still goes as it did. */
export type Holds = (session: Session) => Promise<boolean>;

const STAND_INS: Readonly<Record<string, string>> = {
  tel: 'tel:+12125550123',
  mailto: 'mailto:ana@example.org',
};

/** Addresses always go. Each other text goes where another one, of no meaning or of the same shape, does as well. */
export async function anonymised(session: Session, holds: Holds): Promise<Session> {
  let current = withoutAddress(session);
  const texts = [...new Set(current.played.flatMap(({ action }) => textsOf(action)))].sort(
    (one, other) => other.length - one.length,
  );
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

function withoutAddress(session: Session): Session {
  const [person] = session.given.people;
  if (!person) return session;
  const pairs = person.addresses.flatMap((address) => {
    const scheme = address.slice(0, address.indexOf(':'));
    const standIn = STAND_INS[scheme] ?? 'webchat:ana';
    const to = writtenForms(standIn);
    return writtenForms(address).map((form, index) => [form, to[index] ?? standIn] as const);
  });
  return replaced(session, pairs);
}

/** Of what came from outside: what the definition says itself is no secret. */
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
      return leaves(action.answers);
    case 'advance':
      return [];
  }
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
