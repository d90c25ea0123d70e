import type { HttpRouteResponse } from '../../connectors/port.ts';

/** Of an answer that is no stream. */
export function jsonBody({ body }: Pick<HttpRouteResponse, 'body'>): unknown {
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) throw new TypeError('the answer is a stream');
  return JSON.parse(body.toString());
}
