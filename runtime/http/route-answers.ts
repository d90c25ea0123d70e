/** How routes that connectors and other parts mount answer: JSON, and problem documents as the edge's own. */
import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';

export function json(status: number, body: object): HttpRouteResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** https://www.rfc-editor.org/rfc/rfc9457 */
export function problem(code: string, status: number, title: string, detail: string): HttpRouteResponse {
  const document = { type: `/errors/${code}`, title, status, detail, code };
  return { status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(document) };
}

export function malformed(detail: string): HttpRouteResponse {
  return problem('request-malformed', 400, 'The request cannot be read', detail);
}

type Answer = (request: HttpRouteRequest) => Promise<HttpRouteResponse> | HttpRouteResponse;

/** Makes routes of one scope. `problemOf`: what an error of the part's own is answered with; undefined for any other. */
export function routesOf(
  scope: NonNullable<HttpRoute['scope']>,
  problemOf: (error: unknown) => HttpRouteResponse | undefined,
): (method: HttpRoute['method'], path: string, answer: Answer) => HttpRoute {
  const answered = async (answer: Answer, request: HttpRouteRequest): Promise<HttpRouteResponse> => {
    try {
      return await answer(request);
    } catch (error) {
      const answerable = problemOf(error);
      if (!answerable) throw error;
      return answerable;
    }
  };
  return (method, path, answer) => ({ method, path, scope, handle: (request) => answered(answer, request) });
}
