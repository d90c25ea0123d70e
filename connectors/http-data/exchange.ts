/** One attempt: a request, redirects within its origin, and an answer that is JSON and not too large. */
import { errors, type Agent, type Dispatcher } from 'undici';
import { ForbiddenAddressError } from './addresses.ts';
import { failed, type Outcome } from './failure.ts';
import { MAX_DEPTH, MAX_REDIRECTS } from './limits.ts';
import type { PreparedRequest } from './question.ts';
import { retryAfterMs } from './retry.ts';

export interface ExchangeOptions {
  readonly agent: Agent;
  readonly maxResponseBytes: number;
  readonly timeoutMs: number;
  /** Gives the attempt up; `exchange` then rejects with its reason. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** Rejects only where `signal` is aborted. */
export async function exchange(request: PreparedRequest, options: ExchangeOptions): Promise<Outcome> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, options.timeoutMs);
  try {
    return await follow(request, options, AbortSignal.any([limit.signal, options.signal]));
  } catch (error) {
    options.signal.throwIfAborted();
    if (limit.signal.aborted) {
      return failed('data-timed-out', `No answer within ${options.timeoutMs} ms.`, { permanent: false });
    }
    return unreached(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Redirects are followed within the origin only: headers may hold secrets, and a body what a person said. */
async function follow(request: PreparedRequest, options: ExchangeOptions, signal: AbortSignal): Promise<Outcome> {
  const { method, headers, body } = request;
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    const { origin, pathname, search } = url;
    const response = await options.agent.request({
      ...{ origin, path: pathname + search, method, headers, signal },
      ...(body !== undefined && { body }),
    });
    const target = redirectOf(response, method, url);
    if (target === undefined) return await read(response, method, options);
    discard(response.body);
    const { statusCode: status } = response;
    if (target?.origin !== origin) return failed('data-refused', 'It redirects to another origin.', { status });
    if (redirects >= MAX_REDIRECTS) return failed('data-refused', 'It redirects again and again.', { status });
    url = target;
  }
}

/** Undefined where it is none that may be followed with this method; null where it leads nowhere. */
function redirectOf(response: Dispatcher.ResponseData, method: string, from: URL): URL | null | undefined {
  const { statusCode, headers } = response;
  const keepsMethod = statusCode === 307 || statusCode === 308;
  const isSafe = method === 'GET' || method === 'HEAD';
  if (!keepsMethod && !(isSafe && [301, 302, 303].includes(statusCode))) return undefined;
  const location = headers['location'];
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) return null;
  const target = new URL(location, from);
  return target.username === '' && target.password === '' ? target : null;
}

async function read(response: Dispatcher.ResponseData, method: string, options: ExchangeOptions): Promise<Outcome> {
  const { statusCode: status, headers, body } = response;
  if (status < 200 || status > 299) {
    discard(body);
    return refusal(status, retryAfterMs(headers['retry-after'], options.now()));
  }
  if (method === 'HEAD' || status === 204) {
    await body.dump();
    return { answer: { value: null, status, bytes: 0 } };
  }
  const bytes = await bytesOf(body, Number(headers['content-length'] ?? 0), options.maxResponseBytes);
  if (!bytes) return failed('data-too-large', `It has more than ${options.maxResponseBytes} bytes.`, { status });
  if (bytes.length === 0) return { answer: { value: null, status, bytes: 0 } };
  const type = headers['content-type'];
  if (typeof type !== 'string' || !JSON_TYPE.test(type)) {
    return failed('data-malformed', 'It is not declared as JSON (application/json).', { status });
  }
  return parse(bytes, status);
}

function refusal(status: number, retryAfter: number | undefined): Outcome {
  const asked = retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
  const reason = `It answered ${status}.`;
  if (status >= 500) return failed('data-unavailable', reason, { status, permanent: false, ...asked });
  // Request Timeout, Too Early, Too Many Requests: the question itself is not at fault.
  const passes = status === 408 || status === 425 || status === 429;
  return failed('data-refused', reason, { status, permanent: !passes, ...asked });
}

/** Ends the connection: what is left may be endless. */
function discard(body: Dispatcher.ResponseData['body']): void {
  // The end itself is told as an error; nobody else listens.
  body.on('error', () => undefined).destroy();
}

/** Undefined where there are more than `most`; then the rest is not read. */
async function bytesOf(
  body: Dispatcher.ResponseData['body'],
  announced: number,
  most: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (announced <= most) {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) break;
      chunks.push(chunk);
    }
    if (bytes <= most) return Buffer.concat(chunks, bytes);
  }
  discard(body);
  return undefined;
}

function parse(bytes: Buffer, status: number): Outcome {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (isDeeper(value, MAX_DEPTH)) return failed('data-malformed', `It is nested deeper than ${MAX_DEPTH} levels.`);
    return { answer: { value, status, bytes: bytes.length } };
  } catch {
    return failed('data-malformed', 'It is no JSON in UTF-8.', { status });
  }
}

/** In breadth, for depth is what could be too much. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** Messages of the network name hosts and addresses: only their codes are told. */
function unreached(error: unknown): Outcome {
  if (error instanceof ForbiddenAddressError) {
    return failed('data-address-forbidden', 'Its address is not a public one, and not allowed by configuration.');
  }
  if (error instanceof errors.InvalidArgumentError) {
    return failed('data-request-invalid', 'The request can not be sent as it is.');
  }
  const { code } = error as { code?: unknown };
  const why = typeof code === 'string' ? ` (${code})` : '';
  return failed('data-unavailable', `It could not be reached, or broke off${why}.`, { permanent: false });
}
