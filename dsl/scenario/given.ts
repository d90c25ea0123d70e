import type { Address, Millis } from '../../channels/brands.ts';
import { AddressError, parseAddress } from '../../channels/contact-key.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { JsonObject } from '../json.ts';
import type { Tree } from '../parse/tree.ts';
import type { Answer, Answers } from '../simulation/answers.ts';
import { parseDuration } from '../text/duration.ts';
import { fillRow } from './rows.ts';
import type { Given, Person } from './scenario.ts';
import type { SourceContact, SourceFailure, SourceGiven } from './source.ts';

/** A Monday, so that days and opening hours read well. */
const DEFAULT_NOW = '2026-03-02T09:00:00Z';
const DEFAULT_ADDRESS = 'webchat:ana' as Address;

/** What holds where a file gives nothing. */
export const NOTHING_GIVEN: Given = {
  now: Date.parse(DEFAULT_NOW) as Millis,
  people: [{ name: '', addresses: [DEFAULT_ADDRESS] }],
  answers: {},
  receipts: 'at-once',
};

/** Reports at the place of a value: `container[key]` as it stands in the file. */
export interface Reader {
  readonly report: Report;
  readonly tree: Tree;
}

/** What holds for a case: the file's, and on top the case's own. */
export function readGiven(reader: Reader, ofFile: SourceGiven = {}, ofCase: SourceGiven = {}): Given {
  const others = { ...ofFile.others, ...ofCase.others };
  const contact = ofCase.contact ?? ofFile.contact;
  const holder = ofCase.now === undefined ? ofFile : ofCase;
  return {
    now: readInstant(reader, holder, 'now') ?? NOTHING_GIVEN.now,
    people: [
      ...(contact ? [readPerson(reader, '', contact)] : NOTHING_GIVEN.people),
      ...Object.entries(others).map(([name, other]) => readPerson(reader, name, other)),
    ],
    answers: { ...readAnswers(reader, ofFile), ...readAnswers(reader, ofCase) },
    receipts: ofCase.receipts ?? ofFile.receipts ?? NOTHING_GIVEN.receipts,
  };
}

export function readAnswers(
  reader: Reader,
  source: Pick<SourceGiven, 'data' | 'failing' | 'slow'>,
  before: Answers = {},
): Answers {
  const answers: Record<string, Answer> = {};
  for (const [name, value] of Object.entries(source.data ?? {})) answers[name] = { value: fillRow(value, {}) };
  for (const [name, failure] of Object.entries(source.failing ?? {})) answers[name] = failureOf(failure);
  const slow = source.slow ?? {};
  for (const name of Object.keys(slow)) {
    const afterMs = readDuration(reader, slow, name) ?? 0;
    const answer = answers[name] ?? before[name];
    if (answer) answers[name] = { ...answer, afterMs };
    else wrong(reader, slow, name, `nothing says what ${name} answers`, 'an entry under data or failing');
  }
  return answers;
}

function failureOf(failure: SourceFailure): Answer {
  if (typeof failure === 'string') return { code: failure };
  return { ...failure };
}

function readPerson(reader: Reader, name: string, contact: SourceContact): Person {
  const { locale, zone, attributes } = contact;
  const addresses = (['phone', 'email', 'webchat'] as const).flatMap(
    (kind) => readAddress(reader, contact, kind) ?? [],
  );
  const [first = DEFAULT_ADDRESS, ...rest] = addresses;
  return {
    name,
    addresses: [first, ...rest],
    ...(locale === undefined ? {} : { locale }),
    ...(zone === undefined ? {} : { zone }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

function readAddress(reader: Reader, contact: SourceContact, kind: 'phone' | 'email' | 'webchat'): Address | undefined {
  const text = contact[kind];
  if (text === undefined) return undefined;
  const scheme = { phone: 'tel', email: 'mailto', webchat: 'webchat' }[kind];
  try {
    return parseAddress(text.startsWith(`${scheme}:`) ? text : `${scheme}:${text}`);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    wrong(reader, contact, kind, `"${text}" is no ${kind} address`, EXPECTED[kind]);
    return undefined;
  }
}

const EXPECTED = {
  phone: '"+12125550123", in quotes',
  email: 'ana@example.org',
  webchat: 'an id such as ana',
} as const;

export function readInstant(reader: Reader, container: object, key: string): Millis | undefined {
  const text = (container as JsonObject)[key];
  if (typeof text !== 'string') return undefined;
  const millis = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(millis)) return millis as Millis;
  wrong(reader, container, key, `"${text}" is no time`, 'a time with its offset, such as 2026-03-06T09:00:00-05:00');
  return undefined;
}

export function readDuration(reader: Reader, container: object, key: string): number | undefined {
  const text = (container as JsonObject)[key];
  if (typeof text !== 'string') return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) {
    const range = reader.tree.valueRange(container, key);
    reader.report.add('duration-invalid', range, `"${text}" is no duration`, { expected: 'such as 90m, 12h or 3d' });
  }
  return ms;
}

export function wrong(reader: Reader, container: object, key: string, message: string, expected: string): void {
  reader.report.add('wrong-value', reader.tree.valueRange(container, key), message, { expected });
}
