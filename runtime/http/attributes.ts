import type { IncomingHttpHeaders } from 'node:http';
import { catalogueEntry } from '../../channels/catalogue.ts';
import type { EventProblem } from '../../channels/event-errors.ts';
import { isStorable, normaliseTime } from '../../channels/time.ts';
import { isJsonType } from './media-type.ts';
import { HttpError } from './problem.ts';

/** CloudEvents attributes as they came, without the data. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What the `ce-` headers say; the content type is the data's. */
export function binaryAttributes(headers: IncomingHttpHeaders): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith('ce-') && value !== undefined) {
      attributes[header.slice('ce-'.length)] = decodeHeader(header, String(value));
    }
  }
  return { ...attributes, datacontenttype: headers['content-type'] ?? 'application/json' };
}

/**
 * Header values are double-quoted or plain, and percent-encoded:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
 */
function decodeHeader(name: string, value: string): string {
  const plain = /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
  try {
    return decodeURIComponent(plain);
  } catch (cause) {
    throw new HttpError('request-malformed', `header ${name}: "${value}" is not percent-encoded UTF-8`, { cause });
  }
}

/** Characters that CloudEvents texts may not have: controls and halves of surrogate pairs. */
const FORBIDDEN = /[\p{Cc}\p{Cs}]/u;

const REQUIRED: Readonly<Record<string, string>> = {
  id: 'an id, unique per source',
  source: 'a URI-reference that names the producer',
  type: 'a type of event',
  specversion: '"1.0"',
};

/** What is wrong with the attributes themselves, before anything fills in or converts them. */
export function attributeProblems(attributes: Attributes): readonly EventProblem[] {
  const problems: EventProblem[] = [];
  const add = (path: string, expected: string, remedy: string): void => {
    problems.push({ path, expected, remedy });
  };
  for (const [name, expected] of Object.entries(REQUIRED)) {
    if (attributes[name] === undefined) add(name, expected, 'add it');
    else if (typeof attributes[name] !== 'string') add(name, expected, 'write it as text');
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^[a-z0-9]{1,20}$/.test(name)) {
      if (name !== 'data_base64') add(name, 'a name of at most 20 lower-case letters and digits', 'rename it');
    } else if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isInteger(value)) {
      add(name, 'text, a whole number, true or false', 'put anything else into the data');
    } else if (value === '') {
      add(name, 'text that is not empty', 'leave it out');
    } else if (typeof value === 'string' && FORBIDDEN.test(value)) {
      add(name, 'text without control characters', 'remove them');
    }
  }
  const { specversion, type, time, datacontenttype } = attributes;
  if (typeof specversion === 'string' && specversion !== '1.0') add('specversion', '"1.0"', 'send CloudEvents 1.0');
  if (typeof type === 'string' && catalogueEntry(type)) {
    add('type', 'a type of your own, like com.clinic.appointment.booked', `"${type}" is the platform's`);
  }
  if (time !== undefined && typeof time !== 'string') add('time', 'RFC 3339, e.g. 2026-03-06T14:00:00Z', 'correct it');
  const moment = typeof time === 'string' ? Date.parse(normaliseTime(time)) : NaN;
  if (!Number.isNaN(moment) && !isStorable(moment)) add('time', 'a moment from 1900 to 2299', 'correct it');
  if ('data_base64' in attributes) add('data_base64', 'JSON data', 'send it as "data"');
  if (datacontenttype !== undefined && !(typeof datacontenttype === 'string' && isJsonType(datacontenttype))) {
    add('datacontenttype', 'application/json', 'send JSON data');
  }
  return problems;
}
