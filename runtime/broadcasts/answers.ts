/** What the routes of broadcasts and contact lists have in common: their errors as HTTP problems, and query parameters. */
import type { HttpRouteRequest } from '../../connectors/port.ts';
import { problem, routesOf } from '../http/route-answers.ts';
import { BroadcastError } from './errors.ts';

const STATUSES: Readonly<Record<BroadcastError['code'], readonly [status: number, title: string]>> = {
  'broadcast-unknown': [404, 'There is no such broadcast'],
  'broadcast-exists': [409, 'The name is taken'],
  'broadcast-ended': [409, 'The broadcast has ended'],
  'broadcast-name-invalid': [422, 'The name is refused'],
  'broadcast-definition-unknown': [422, 'The definition can not be sent'],
  'audience-unreadable': [422, 'The file can not be read'],
  'audience-too-large': [422, 'The audience is too large'],
  'audience-empty': [422, 'Nobody can be reached'],
  'list-unknown': [404, 'There is no such list'],
  'list-name-invalid': [422, 'The name is refused'],
  'lists-too-many': [409, 'There are too many lists'],
};

export const route: ReturnType<typeof routesOf> = routesOf('broadcasts:send', (error) => {
  if (!(error instanceof BroadcastError)) return undefined;
  const [status, title] = STATUSES[error.code];
  return problem(error.code, status, title, error.message);
});

/** Of the broadcast or list that the path names. */
export function nameIn({ parameters }: HttpRouteRequest): string {
  return parameters['name'] ?? '';
}

export const NO_COUNTRY = '"country" is no code of two capitals such as US';

/** Of phone numbers without `+`; null where it is none. */
export function countryIn(query: URLSearchParams): string | undefined | null {
  const country = query.get('country') ?? undefined;
  return country === undefined || /^[A-Z]{2}$/.test(country) ? country : null;
}
