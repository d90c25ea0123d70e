import type { HttpRoute, HttpRouteRequest } from '../../connectors/port.ts';
import { json, malformed } from '../http/route-answers.ts';
import { route } from './answers.ts';
import type { MigrationRequest, Migrations } from './migrations.ts';

/**
 * POST /definitions/NAME/migrations with `{"from": version, "to": version, "states": [{"left", "entered"}], "apply": true,
 * "anyway": true}` as the body: without `apply` it only plans; GET /definitions/NAME/migrations/ID.
 */
export function migrationRoutes(migrations: Migrations): readonly HttpRoute[] {
  return [
    route('POST', '/definitions/:name/migrations', async (request) => {
      const asked = requestOf(request);
      if (typeof asked === 'string') return malformed(asked);
      if (!asked.apply) return json(200, await migrations.plan(asked));
      return json(202, await migrations.apply(asked, asked.anyway));
    }),
    route('GET', '/definitions/:name/migrations/:migration', async ({ parameters }) =>
      json(200, await migrations.progress(parameters['migration'] ?? '')),
    ),
  ];
}

/** A sentence where it can not be used. */
function requestOf({
  parameters,
  body,
}: HttpRouteRequest): (MigrationRequest & { readonly apply: boolean; readonly anyway: boolean }) | string {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the body is no JSON';
  }
  const { from, to, states = [], apply = false, anyway = false } = (value ?? {}) as Record<string, unknown>;
  if (typeof from !== 'string' || typeof to !== 'string') return 'expected {"from": version, "to": version}';
  if (!Array.isArray(states) || !states.every(isEntry))
    return '"states" is no list of {"left": state, "entered": step}';
  return {
    ...{ definition: parameters['name'] ?? '', from, to, states },
    ...{ apply: apply === true, anyway: anyway === true },
  };
}

function isEntry(value: unknown): value is MigrationRequest['states'][number] {
  const { left, entered } = (value ?? {}) as Record<string, unknown>;
  return typeof left === 'string' && typeof entered === 'string';
}
