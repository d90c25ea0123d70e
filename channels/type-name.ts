import { CATALOGUE, catalogueEntries, catalogueEntry } from './catalogue.ts';
import type { EventProblem } from './event-errors.ts';
import type { ChannelName } from './topics.ts';

/** A customer's type: segments joined by dots, slashes or colons, at least two. */
const OWN_TYPE = /^[\w-]+(?:[./:][\w-]+)+$/;

/** First segments that the platform keeps for itself: `message`, `conversation`, …, for types still to come too. */
const RESERVED: ReadonlySet<string> = new Set(catalogueEntries().map(({ type }) => firstSegment(type)));

/** Whether a type is the platform's own, or may become so. */
export function isReservedType(type: string): boolean {
  return RESERVED.has(firstSegment(type));
}

/** Why a type may not be published on a channel; undefined where it may. */
export function typeProblem(type: string, channel: ChannelName): EventProblem | undefined {
  const home = catalogueEntry(type)?.channel;
  if (home === channel) return undefined;
  const { open, events } = CATALOGUE[channel];
  if (home !== undefined) return problem(`a type of channel "${channel}"`, `publish it on channel "${home}"`);
  if (!open) return problem(`one of ${Object.keys(events).join(', ')}`, 'use one of these');
  if (isReservedType(type)) {
    return problem(
      'a type of your own',
      `types that begin with "${firstSegment(type)}." are the platform's: use your domain, com.example.${type}`,
    );
  }
  if (OWN_TYPE.test(type)) return undefined;
  return problem(
    'a type of your own, like com.clinic.appointment.booked',
    'use letters, digits, - and _, joined by dots',
  );
}

function firstSegment(type: string): string {
  return type.split('.', 1)[0] ?? '';
}

function problem(expected: string, remedy: string): EventProblem {
  return { path: 'type', expected, remedy };
}
