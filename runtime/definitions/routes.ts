import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import { json, malformed } from '../http/route-answers.ts';
import { route } from './answers.ts';
import type { Definitions } from './definitions.ts';
import { MAX_UPLOAD_BYTES, parseUpload } from './upload.ts';

/**
 * POST /definitions?activate=false with an `Upload` as the body; GET /definitions and /definitions/NAME; POST
 * /definitions/NAME/activate?version=, /retire, /rollback.
 */
export function definitionRoutes(definitions: Definitions): readonly HttpRoute[] {
  const name = ({ parameters }: HttpRouteRequest): string => parameters['name'] ?? '';
  return [
    { ...route('POST', '/definitions', (request) => publish(definitions, request)), maxBodyBytes: MAX_UPLOAD_BYTES },
    route('GET', '/definitions', async () => json(200, { definitions: await definitions.list() })),
    route('GET', '/definitions/:name', async (request) => json(200, await definitions.show(name(request)))),
    route('POST', '/definitions/:name/activate', async (request) => {
      const version = request.query.get('version');
      if (version === null) return malformed('"version" is missing: the beginning of its hash');
      return json(200, await definitions.activate(name(request), version));
    }),
    route('POST', '/definitions/:name/retire', async (request) => json(200, await definitions.retire(name(request)))),
    route('POST', '/definitions/:name/rollback', async (request) =>
      json(200, await definitions.rollBack(name(request))),
    ),
  ];
}

async function publish(definitions: Definitions, { query, body }: HttpRouteRequest): Promise<HttpRouteResponse> {
  const upload = parseUpload(body);
  if (typeof upload === 'string') return malformed(upload);
  return json(200, { definitions: await definitions.publish(upload, query.get('activate') !== 'false') });
}
