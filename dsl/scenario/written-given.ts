/** From what is given for a session to the same in a scenario file. */
import { formatDuration } from '../text/format-duration.ts';
import type { Json } from '../json.ts';
import type { Answers } from '../simulation/answers.ts';
import type { Given, Person } from './scenario.ts';
import type { SourceContact, SourceFailure, SourceGiven } from './source.ts';

const KINDS: Readonly<Record<string, 'phone' | 'email' | 'webchat'>> = {
  tel: 'phone',
  mailto: 'email',
  webchat: 'webchat',
};

/** All of it, so that the case means the same whatever the file gives. */
export function sourceOfGiven({ now, people: [person, ...others], answers, receipts }: Given): SourceGiven {
  return {
    now: new Date(now).toISOString(),
    ...(person ? { contact: sourceOfPerson(person) } : {}),
    ...(others.length === 0
      ? {}
      : { others: Object.fromEntries(others.map((other) => [other.name, sourceOfPerson(other)])) }),
    ...sourceOfAnswers(answers),
    ...(receipts === 'at-once' ? {} : { receipts }),
  };
}

function sourceOfPerson({ addresses, locale, zone, attributes }: Person): SourceContact {
  const byKind = addresses.flatMap((address) => {
    const colon = address.indexOf(':');
    const kind = KINDS[address.slice(0, colon)];
    return kind ? [[kind, address.slice(colon + 1)] as const] : [];
  });
  return {
    ...Object.fromEntries(byKind),
    ...(locale === undefined ? {} : { locale }),
    ...(zone === undefined ? {} : { zone }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Keys are absent where there is nothing under them. */
export function sourceOfAnswers(answers: Answers): Pick<SourceGiven, 'data' | 'failing' | 'slow'> {
  const data: Record<string, Json> = {};
  const failing: Record<string, SourceFailure> = {};
  const slow: Record<string, string> = {};
  for (const [source, { afterMs, ...answer }] of Object.entries(answers)) {
    if ('value' in answer) data[source] = answer.value;
    else failing[source] = Object.keys(answer).length === 1 ? answer.code : answer;
    if (afterMs !== undefined && afterMs > 0) slow[source] = formatDuration(afterMs);
  }
  return {
    ...(isEmpty(data) ? {} : { data }),
    ...(isEmpty(failing) ? {} : { failing }),
    ...(isEmpty(slow) ? {} : { slow }),
  };
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}
