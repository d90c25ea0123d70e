import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import { MAX_PER_SECOND, MIN_PER_SECOND } from '../../dsl/limits.ts';
import { json, malformed } from '../http/route-answers.ts';
import { countryIn, nameIn, NO_COUNTRY, route } from './answers.ts';
import type { BroadcastRequest, Broadcasts } from './broadcasts.ts';
import { MAX_AUDIENCE_BYTES } from './limits.ts';

/**
 * POST /broadcasts?definition=&name=&audience=&perSecond=&country=&dryRun=true with a CSV file as the body; GET
 * /broadcasts and /broadcasts/NAME; POST /broadcasts/NAME/pause, /resume, /cancel (?reason=).
 */
export function broadcastRoutes(broadcasts: Broadcasts): readonly HttpRoute[] {
  const reason = ({ query }: HttpRouteRequest): string => query.get('reason') ?? 'by an operator';
  return [
    { ...route('POST', '/broadcasts', (request) => send(broadcasts, request)), maxBodyBytes: MAX_AUDIENCE_BYTES },
    route('GET', '/broadcasts', () => json(200, { broadcasts: broadcasts.list() })),
    route('GET', '/broadcasts/:name', (request) => json(200, broadcasts.get(nameIn(request)))),
    route('POST', '/broadcasts/:name/pause', async (request) =>
      json(200, await broadcasts.pause(nameIn(request), reason(request))),
    ),
    route('POST', '/broadcasts/:name/resume', async (request) => json(200, await broadcasts.resume(nameIn(request)))),
    route('POST', '/broadcasts/:name/cancel', async (request) =>
      json(200, await broadcasts.cancel(nameIn(request), reason(request))),
    ),
  ];
}

async function send(broadcasts: Broadcasts, { query, body }: HttpRouteRequest): Promise<HttpRouteResponse> {
  const request = requestOf(query, body);
  if (typeof request === 'string') return malformed(request);
  if (query.get('dryRun') === 'true') return json(200, { report: await broadcasts.check(request) });
  return json(202, await broadcasts.request(request));
}

/** A sentence where it can not be used. */
function requestOf(query: URLSearchParams, csv: Buffer): BroadcastRequest | string {
  const definition = query.get('definition');
  if (definition === null || definition === '') return '"definition" is missing: the definition to start';
  const rate = query.get('perSecond');
  const perSecond = rate === null ? undefined : Number(rate);
  if (perSecond !== undefined && !(perSecond >= MIN_PER_SECOND && perSecond <= MAX_PER_SECOND)) {
    return `"perSecond" is no number from ${MIN_PER_SECOND} to ${MAX_PER_SECOND}`;
  }
  const country = countryIn(query);
  if (country === null) return NO_COUNTRY;
  const [name, audience] = [query.get('name') ?? undefined, query.get('audience') ?? undefined];
  return { definition, csv, name, audience: audience === '' ? undefined : audience, perSecond, country };
}
