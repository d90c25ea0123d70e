/** From the event's `http` to a request that can be sent: checked, secrets filled in. */
import type { EventOf } from '../../channels/generated/events.ts';
import { failed, type Failure } from './failure.ts';

export type DataRequest = EventOf<'data.requested'>;
export type HttpQuestion = NonNullable<DataRequest['data']['http']>;

type Part = string | { readonly secret: string };

/** Resolves undefined where there is no secret of that name. */
export type SecretReader = (name: string) => Promise<string | undefined>;

export interface PreparedRequest {
  readonly method: HttpQuestion['method'];
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type Prepared = { readonly prepared: PreparedRequest } | { readonly failure: Failure };

/** What a definition may not set: it belongs to the connection, or says where the request goes. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  ...['accept-encoding', 'connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-authorization'],
  ...['proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** Visible ASCII, spaces and tabs: nothing that could begin another header. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** A whole origin, and the character that ends it. */
const ORIGIN = /^https?:\/\/[^/?#\\]+[/?#]/i;

/** `key`: the idempotency key of methods that change something. */
export async function prepare(http: HttpQuestion, key: string, secrets: SecretReader): Promise<Prepared> {
  const names = secretNames(http);
  const values = new Map<string, string>();
  for (const name of names) {
    const value = await secrets(name);
    if (value === undefined) return failed('data-secret-missing', `There is no secret "${name}".`);
    values.set(name, value);
  }
  const url = urlOf(partsOf(http.url), values);
  if (typeof url === 'string') return failed('data-request-invalid', url);
  const body = bodyOf(http, values);
  const headers = headersOf(http, body, key, values);
  if (typeof headers === 'string') return failed('data-request-invalid', headers);
  return { prepared: { method: http.method, url, headers, body } };
}

function partsOf(value: unknown): readonly Part[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((part): part is Part => typeof part === 'string' || isSecret(part));
}

function isSecret(part: unknown): part is { readonly secret: string } {
  return typeof part === 'object' && part !== null && typeof (part as { secret?: unknown }).secret === 'string';
}

function secretNames({ url, headers = {}, body }: HttpQuestion): ReadonlySet<string> {
  const parts = [url, ...Object.values(headers), Array.isArray(body) ? body : []].flatMap(partsOf);
  return new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])));
}

function fill(parts: readonly Part[], secrets: ReadonlyMap<string, string>): string {
  return parts.map((part) => (typeof part === 'string' ? part : (secrets.get(part.secret) ?? ''))).join('');
}

/** A text says what is wrong. A secret may stand only behind the origin: it must not choose who gets it. */
function urlOf(parts: readonly Part[], secrets: ReadonlyMap<string, string>): URL | string {
  const first = parts.findIndex((part) => typeof part !== 'string');
  if (first >= 0 && !ORIGIN.test(fill(parts.slice(0, first), secrets))) {
    return 'A secret may stand in the address only behind the host.';
  }
  const encoded = new Map([...secrets].map(([name, value]) => [name, encodeURIComponent(value)]));
  const text = fill(parts, encoded);
  if (!URL.canParse(text)) return 'The address is no URL.';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'The address is neither http: nor https:.';
  if (url.username !== '' || url.password !== '') return 'Credentials belong in a header, not in front of the host.';
  url.hash = '';
  return url;
}

function bodyOf({ method, body }: HttpQuestion, secrets: ReadonlyMap<string, string>): string | undefined {
  if (body === undefined || method === 'GET' || method === 'HEAD') return undefined;
  return Array.isArray(body) ? fill(partsOf(body), secrets) : JSON.stringify(body);
}

/** A text says what is wrong. */
function headersOf(
  http: HttpQuestion,
  body: string | undefined,
  key: string,
  secrets: ReadonlyMap<string, string>,
): Record<string, string> | string {
  const changes = http.method !== 'GET' && http.method !== 'HEAD';
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': 'parlance',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(changes && { 'idempotency-key': key }),
  };
  for (const [name, parts] of Object.entries(http.headers ?? {})) {
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(lower) || RESERVED_HEADERS.has(lower)) return `The header "${name}" can not be set.`;
    const value = fill(partsOf(parts), secrets).trim();
    if (!HEADER_VALUE.test(value)) return `The header "${name}" has characters that no header may have.`;
    headers[lower] = value;
  }
  // What is compressed would have to be limited twice.
  return { ...headers, 'accept-encoding': 'identity' };
}
