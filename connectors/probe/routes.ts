/** What the test of a running platform does in the place of a person and of a carrier. */
import { randomUUID } from 'node:crypto';
import type { Address, EventId } from '../../channels/brands.ts';
import {
  AddressError,
  contactKeyOf,
  isScriptedContact,
  parseAddress,
  PROBE_SCHEME,
  schemeOf,
} from '../../channels/contact-key.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorEvent, ConnectorHost, HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../port.ts';

/** As for web chat. In UTF-16 units. */
const MAX_TEXT_CHARACTERS = 4_000;
const MAX_ID_CHARACTERS = 200;

const RECEIPTS: readonly string[] = ['message.sent', 'message.delivered', 'message.read', 'message.failed'];

/** What else becomes of such a person: their data sources answer, a colleague acts, a broadcast reaches them. */
const STATEMENTS: Readonly<Record<string, 'data' | 'messaging' | 'broadcasts'>> = {
  'data.received': 'data',
  'data.failed': 'data',
  'handoff.taken': 'messaging',
  'handoff.replied': 'messaging',
  'handoff.returned': 'messaging',
  'broadcast.recipient-targeted': 'broadcasts',
  'probe.person-described': 'messaging',
  'probe.time-requested': 'messaging',
};

/** In one statement: several together may come to no more than definitions may keep of anybody. */
const MAX_ATTRIBUTES_CHARACTERS = 16_384;

/** At once, either way: a hundred years. */
const MAX_PASSING_MS = 100 * 366 * 86_400_000;

export interface ProbeRules {
  /** Whether time may be let pass for these people. */
  readonly timePasses: boolean;
}

/**
 * POST …/probe/messages {from, text, id?}: the person writes. POST …/probe/receipts {type, message, to, …, id?}: the
 * carrier reports. POST …/probe/statements {of, type, data, id?, cause?, conversation?}: what else happens about them.
 * All answer 202 with the event's id once it is durable; the same id again changes nothing. GET …/probe: what is allowed.
 */
export function probeRoutes(host: ConnectorHost, rules: ProbeRules): readonly HttpRoute[] {
  return [
    {
      method: 'GET',
      path: '/probe',
      scope: 'messages:write',
      handle: () => answer(200, { ...rules, describesPeople: true }),
    },
    { method: 'POST', path: '/probe/messages', scope: 'messages:write', handle: (request) => write(host, request) },
    { method: 'POST', path: '/probe/receipts', scope: 'messages:write', handle: (request) => report(host, request) },
    {
      method: 'POST',
      path: '/probe/statements',
      scope: 'messages:write',
      handle: (request) => state(host, rules, request),
    },
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
  const type = 'message.received';
  return accept(host, 'messaging', address, { type, id: derivedId('received', PROBE_SCHEME, address, id), data });
}

async function report(host: ConnectorHost, request: HttpRouteRequest): Promise<HttpRouteResponse> {
  const { type, message, to, id = randomUUID(), ...details } = fieldsOf(request);
  const address = probeAddress(to);
  if (address === undefined) return refusal(`"to" is no ${PROBE_SCHEME}: address`);
  if (typeof type !== 'string' || !RECEIPTS.includes(type)) return refusal(`"type" is none of ${RECEIPTS.join(', ')}`);
  if (typeof message !== 'string' || message === '') return refusal('"message" is missing: the id of the message');
  if (!isId(id)) return refusal(NO_ID);
  const data = { ...details, message, connector: PROBE_SCHEME, to: address };
  return accept(host, 'messaging', address, { type, id: derivedId(type, PROBE_SCHEME, address, id), data });
}

async function state(host: ConnectorHost, rules: ProbeRules, request: HttpRouteRequest): Promise<HttpRouteResponse> {
  const { of, type, data, id = randomUUID(), cause, conversation } = fieldsOf(request);
  const address = probeAddress(of);
  if (address === undefined) return refusal(`"of" is no ${PROBE_SCHEME}: address`);
  const channel = typeof type === 'string' ? STATEMENTS[type] : undefined;
  if (typeof type !== 'string' || channel === undefined) {
    return refusal(`"type" is none of ${Object.keys(STATEMENTS).join(', ')}`);
  }
  if (!isId(id)) return refusal(NO_ID);
  if (typeof data !== 'object' || data === null) return refusal('"data" is missing: the data of the event');
  if (channel === 'data' && !isScriptedContact(contactKeyOf(address))) {
    return refusal(`the data sources of ${address} are really asked: they are not of an address with ".scripted"`);
  }
  if (type === 'probe.time-requested') {
    const detail = timeProblem(rules, address, (data as { readonly ms?: unknown }).ms);
    if (detail !== undefined) return refusal(detail);
  }
  if (type === 'probe.person-described') {
    const detail = descriptionProblem(data);
    if (detail !== undefined) return refusal(detail);
  }
  // The router takes the person from there.
  if (channel === 'broadcasts' && (data as { readonly to?: unknown }).to !== address) {
    return refusal('"data.to" is another address than "of"');
  }
  return accept(host, channel, address, {
    ...{ type, data, id: derivedId(type, PROBE_SCHEME, address, id) },
    ...(typeof cause === 'string' && { causationid: cause as EventId }),
    ...(typeof conversation === 'string' && { correlationid: conversation }),
  });
}

/** A language or a zone that does not exist would stop whatever asks for its words or times. */
function descriptionProblem({ locale, zone, attributes }: KnownOfPerson): string | undefined {
  if (locale !== undefined && !isTaken(() => Intl.getCanonicalLocales(locale as string)))
    return '"data.locale" is no language, such as "es" or "en-GB"';
  if (zone !== undefined && !isTaken(() => new Intl.DateTimeFormat('en', { timeZone: zone as string })))
    return '"data.zone" is no time zone, such as "America/New_York"';
  if (JSON.stringify(attributes ?? {}).length <= MAX_ATTRIBUTES_CHARACTERS) return undefined;
  return `"data.attributes" takes more than ${MAX_ATTRIBUTES_CHARACTERS} characters`;
}

interface KnownOfPerson {
  readonly locale?: unknown;
  readonly zone?: unknown;
  readonly attributes?: unknown;
}

function isTaken(use: () => unknown): boolean {
  try {
    use();
    return true;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}

function timeProblem({ timePasses }: ProbeRules, address: Address, ms: unknown): string | undefined {
  if (!timePasses) return 'no time is let pass here: that takes probe.timePasses in the configuration';
  if (!isScriptedContact(contactKeyOf(address)))
    return `${address} lives in real time: it is no address with ".scripted"`;
  if (Number.isSafeInteger(ms) && Math.abs(ms as number) <= MAX_PASSING_MS) return undefined;
  return `"data.ms" is no whole number of milliseconds of at most ${MAX_PASSING_MS}`;
}

async function accept(
  host: ConnectorHost,
  channel: Parameters<ConnectorHost['publish']>[0],
  address: Address,
  event: Omit<ConnectorEvent, 'contact'> & { readonly id: EventId },
): Promise<HttpRouteResponse> {
  await host.publish(channel, { ...event, contact: contactKeyOf(address) });
  return answer(202, { accepted: { event: event.id } });
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
