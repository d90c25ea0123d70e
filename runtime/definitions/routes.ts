import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import { json, malformed, problem } from '../http/route-answers.ts';
import type { Definitions } from './definitions.ts';
import { DefinitionError } from './errors.ts';
import { MAX_UPLOAD_BYTES, parseUpload } from './upload.ts';

const STATUSES: Readonly<Record<DefinitionError['code'], readonly [status: number, title: string]>> = {
  'definitions-invalid': [422, 'The definitions have problems'],
  'definition-too-large': [422, 'The definition is too large'],
  'definition-unknown': [404, 'There is no such definition'],
  'definition-version-unknown': [404, 'There is no such version'],
  'definition-not-in-force': [409, 'No version is in force'],
  'definition-no-earlier-version': [409, 'There is no earlier version'],
};

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

type Answer = (request: HttpRouteRequest) => Promise<HttpRouteResponse>;

function route(method: HttpRoute['method'], path: string, answer: Answer): HttpRoute {
  return { method, path, scope: 'definitions:publish', handle: (request) => answered(answer, request) };
}

async function answered(answer: Answer, request: HttpRouteRequest): Promise<HttpRouteResponse> {
  try {
    return await answer(request);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const [status, title] = STATUSES[error.code];
    return problem(error.code, status, title, error.message);
  }
}
