import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { countryIn, nameIn, NO_COUNTRY, route } from '../broadcasts/answers.ts';
import { json, malformed } from '../http/route-answers.ts';
import { MAX_AUDIENCE_BYTES } from '../broadcasts/limits.ts';
import type { Clock } from '../clock.ts';
import { nextOccurrence, schedulesOf } from '../schedules/occurrences.ts';
import type { ContactLists } from './lists.ts';
import type { ContactList } from './store.ts';

export interface ListRoutesOptions {
  readonly lists: ContactLists;
  /** Those in force. */
  readonly machines: () => Machines;
  readonly clock: Clock;
}

/** A schedule that sends to a list. */
export interface ListUse {
  readonly definition: string;
  /** RFC 3339. */
  readonly next: string;
}

export type ListDetail = ContactList & { readonly schedules: readonly ListUse[] };

export interface ListOverview {
  readonly lists: readonly ContactList[];
  /** To which definitions in force send, and which nobody has put. */
  readonly missing: readonly { readonly name: string; readonly schedules: readonly ListUse[] }[];
}

/** PUT /lists/NAME?country=&dryRun=true with a CSV file as the body; GET /lists and /lists/NAME; DELETE /lists/NAME. */
export function listRoutes(options: ListRoutesOptions): readonly HttpRoute[] {
  const { lists } = options;
  return [
    {
      ...route('PUT', '/lists/:name', (request) => put(lists, nameIn(request), request)),
      maxBodyBytes: MAX_AUDIENCE_BYTES,
    },
    route('GET', '/lists', () => json(200, overviewOf(options))),
    route('GET', '/lists/:name', (request) => json(200, detailOf(options, lists.get(nameIn(request))))),
    route('DELETE', '/lists/:name', async (request) => json(200, await lists.delete(nameIn(request)))),
  ];
}

async function put(
  lists: ContactLists,
  name: string,
  { query, body: csv }: HttpRouteRequest,
): Promise<HttpRouteResponse> {
  const country = countryIn(query);
  if (country === null) return malformed(NO_COUNTRY);
  const request = { name, csv, country };
  return json(200, query.get('dryRun') === 'true' ? await lists.check(request) : await lists.put(request));
}

function overviewOf(options: ListRoutesOptions): ListOverview {
  const lists = options.lists.list();
  const known = new Set(lists.map(({ name }) => name));
  const sentTo = new Set(schedulesOf(options.machines().active()).map(({ start }) => start.list));
  const missing = [...sentTo].filter((name) => !known.has(name)).toSorted();
  return { lists, missing: missing.map((name) => ({ name, schedules: usesOf(options, name) })) };
}

function detailOf(options: ListRoutesOptions, list: ContactList): ListDetail {
  return { ...list, schedules: usesOf(options, list.name) };
}

function usesOf({ machines, clock }: ListRoutesOptions, list: string): readonly ListUse[] {
  return schedulesOf(machines().active())
    .filter(({ start }) => start.list === list)
    .map((schedule) => ({
      definition: schedule.machine.name,
      next: new Date(nextOccurrence(schedule, clock.now())).toISOString(),
    }));
}
