import { randomUUID } from 'node:crypto';
import type { Address } from '../../channels/brands.ts';
import { addressOf, contactKeyOf, schemeOf } from '../../channels/contact-key.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorHost, HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../port.ts';
import type { RecordedLog } from './log.ts';
import type { Medium } from './medium.ts';

/** As for web chat: far more than anybody types, or than 20 SMS hold. In UTF-16 units. */
const MAX_TEXT_CHARACTERS = 4_000;

/** Entries in one answer, and where the request names no number. */
const MOST_ENTRIES = 1_000;
const USUAL_ENTRIES = 100;

/**
 * POST …/sms/messages {from, text, id?}: the person writes; 202 once the event is durable. The same id again changes
 * nothing. GET …/sms/messages?to=&after=&limit=: what was recorded, oldest first.
 */
export function recordingRoutes(host: ConnectorHost, medium: Medium, log: RecordedLog): readonly HttpRoute[] {
  const path = `/${medium.name}/messages`;
  return [
    { method: 'POST', path, scope: 'messages:write', handle: (request) => receive(host, medium, log, request) },
    { method: 'GET', path, scope: 'messages:read', handle: (request) => list(log, request) },
  ];
}

interface Written {
  readonly from: Address;
  readonly text: string;
  readonly id: string;
}

async function receive(
  host: ConnectorHost,
  medium: Medium,
  log: RecordedLog,
  { body }: HttpRouteRequest,
): Promise<HttpRouteResponse> {
  const written = parse(body, medium);
  if (typeof written === 'string') return refusal(written);
  const { from, id } = written;
  const text = medium.read(written.text);
  if (text.length > MAX_TEXT_CHARACTERS) return refusal(`"text" is longer than ${MAX_TEXT_CHARACTERS} characters`);
  const eventId = derivedId('received', medium.name, from, id);
  await log.append(eventId, { direction: 'in', at: new Date(host.now()).toISOString(), address: from, text });
  await host.publish('messaging', {
    type: 'message.received',
    id: eventId,
    contact: contactKeyOf(from),
    data: { connector: medium.name, from, text, providerId: id },
  });
  return json(202, { accepted: { id, event: eventId, text } });
}

/** A sentence where it can not be used. */
function parse(body: Buffer, { name, scheme }: Medium): Written | string {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the body is no JSON: send {"from": address, "text": text}';
  }
  const { from, text, id = randomUUID() } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof from !== 'string') return '"from" is missing: the address of the person who writes';
  if (typeof text !== 'string') return '"text" is missing: what the person writes';
  if (typeof id !== 'string' || id === '' || id.length > 200) return '"id" is no text of 1 to 200 characters';
  const address = addressOf(from);
  if (address === undefined || schemeOf(address) !== scheme) {
    return `"from" is no ${scheme}: address, which ${name} needs`;
  }
  return { from: address, text, id };
}

function list(log: RecordedLog, { query }: HttpRouteRequest): HttpRouteResponse {
  const after = wholeNumber(query.get('after') ?? '0');
  const most = wholeNumber(query.get('limit') ?? String(USUAL_ENTRIES));
  if (after === undefined || most === undefined) return refusal('"after" and "limit" are whole numbers');
  const to = query.get('to');
  const address = to === null ? undefined : addressOf(to);
  if (to !== null && address === undefined) return refusal(`"to" is no address`);
  const messages = log.read({ after, most: Math.min(most, MOST_ENTRIES), address });
  return json(200, { messages, last: log.last() });
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** A problem document, as the edge's own: https://www.rfc-editor.org/rfc/rfc9457 */
function refusal(detail: string): HttpRouteResponse {
  const code = 'request-malformed';
  const document = { type: `/errors/${code}`, title: 'The request cannot be read', status: 400, detail, code };
  return { status: 400, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(document) };
}

function json(status: number, body: object): HttpRouteResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
