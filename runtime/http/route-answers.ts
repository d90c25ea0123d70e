/** How routes that connectors and other parts mount answer: JSON, and problem documents as the edge's own. */
import type { HttpRouteResponse } from '../../connectors/port.ts';

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
