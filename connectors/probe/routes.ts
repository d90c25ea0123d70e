/** What the test of a running platform does in the place of a person and of a carrier. */
import { randomUUID } from 'node:crypto';
import type { Address } from '../../channels/brands.ts';
import { AddressError, contactKeyOf, parseAddress, PROBE_SCHEME, schemeOf } from '../../channels/contact-key.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorHost, HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../port.ts';

/** As for web chat. In UTF-16 units. */
const MAX_TEXT_CHARACTERS = 4_000;
const MAX_ID_CHARACTERS = 200;

const RECEIPTS: readonly string[] = ['message.sent', 'message.delivered', 'message.read', 'message.failed'];

/**
 * POST …/probe/messages {from, text, id?}: the person writes. POST …/probe/receipts {type, message, to, …, id?}: the
 * carrier reports. Both answer 202 with the event's id once it is durable; the same id again changes nothing.
 */
export function probeRoutes(host: ConnectorHost): readonly HttpRoute[] {
  return [
    { method: 'POST', path: '/probe/messages', scope: 'messages:write', handle: (request) => write(host, request) },
    { method: 'POST', path: '/probe/receipts', scope: 'messages:write', handle: (request) => report(host, request) },
  ];
}

async function write(host: ConnectorHost, request: HttpRouteRequest): Promise<HttpRouteResponse> {
  const { from, text, id = randomUUID() } = fieldsOf(request);
  const address = probeAddress(from);
  if (address === undefined) return refusal(`"from" is no ${PROBE_SCHEME}: address`);
  if (typeof text !== 'string' || text.length > MAX_TEXT_CHARACTERS) {
    return refusal(`"text" is no text of at most ${MAX_TEXT_CHARACTERS} characters`);
  }
  if (!isId(id)) return refusal(NO_ID);
  const data = { connector: PROBE_SCHEME, from: address, text, providerId: id };
  return accept(host, 'message.received', address, derivedId('received', PROBE_SCHEME, address, id), data);
}

async function report(host: ConnectorHost, request: HttpRouteRequest): Promise<HttpRouteResponse> {
  const { type, message, to, id = randomUUID(), ...details } = fieldsOf(request);
  const address = probeAddress(to);
  if (address === undefined) return refusal(`"to" is no ${PROBE_SCHEME}: address`);
  if (typeof type !== 'string' || !RECEIPTS.includes(type)) return refusal(`"type" is none of ${RECEIPTS.join(', ')}`);
  if (typeof message !== 'string' || message === '') return refusal('"message" is missing: the id of the message');
  if (!isId(id)) return refusal(NO_ID);
  const data = { ...details, message, connector: PROBE_SCHEME, to: address };
  return accept(host, type, address, derivedId(type, PROBE_SCHEME, address, id), data);
}

async function accept(
  host: ConnectorHost,
  type: string,
  address: Address,
  id: ReturnType<typeof derivedId>,
  data: object,
): Promise<HttpRouteResponse> {
  await host.publish('messaging', { type, id, contact: contactKeyOf(address), data });
  return answer(202, { accepted: { event: id } });
}

const NO_ID = `"id" is no text of 1 to ${MAX_ID_CHARACTERS} characters`;

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS;
}

/** Of nobody real: whoever may test a platform can not write as its customers. */
function probeAddress(text: unknown): Address | undefined {
  try {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    return address !== undefined && schemeOf(address) === PROBE_SCHEME ? address : undefined;
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** Empty where the body is no JSON object: what is missing is then said. */
function fieldsOf({ body }: HttpRouteRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusal(detail: string): HttpRouteResponse {
  const code = 'request-malformed';
  const document = { type: `/errors/${code}`, title: 'The request cannot be read', status: 400, detail, code };
  return { ...answer(400, document), headers: { 'content-type': 'application/problem+json' } };
}

function answer(status: number, body: object): HttpRouteResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
