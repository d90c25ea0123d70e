import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import { json, malformed, problem, routesOf } from '../http/route-answers.ts';
import type { DeadLetterBox, Settlement } from './box.ts';
import { DeadLetterError } from './errors.ts';

const route = routesOf('operations:write', (error) =>
  error instanceof DeadLetterError
    ? problem(error.code, 404, 'There is no such dead letter', error.message)
    : undefined,
);

/** GET /dead-letters and /dead-letters/POSITION; POST /dead-letters/redrive and /drop, ?position= (several) or ?all=true. */
export function deadLetterRoutes(box: DeadLetterBox): readonly HttpRoute[] {
  return [
    route('GET', '/dead-letters', async () => json(200, { deadLetters: await box.list() })),
    route('GET', '/dead-letters/:position', async ({ parameters }) =>
      json(200, await box.show(parameters['position'] ?? '')),
    ),
    route('POST', '/dead-letters/redrive', (request) => settle(box, 'redriven', request)),
    route('POST', '/dead-letters/drop', (request) => settle(box, 'dropped', request)),
  ];
}

async function settle(box: DeadLetterBox, how: Settlement, { query }: HttpRouteRequest): Promise<HttpRouteResponse> {
  const positions = query.getAll('position');
  const isAll = query.get('all') === 'true';
  if (isAll === positions.length > 0) return malformed('name each "position", or say "all=true"');
  return json(200, { [how]: await box.settle(how, isAll ? 'all' : positions) });
}
